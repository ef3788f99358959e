/** D7: merging two states of an entry, as laws over random histories of several devices. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newDeviceId, newEntryId, newObjectId, type DeviceId, type ObjectId } from '#shared/ids.ts';
import {
  LOST_MAX,
  parseEntryRecord,
  type Clip,
  type EntryPatch,
  type EntryRecord,
  type StoredObject
} from './entry.ts';
import { isSameEntry, mergeEntries, saysTheSame } from './merge.ts';
import { applyPatch, newEntryRecord, withClip, withParts, withRestored } from './patch.ts';
import { stableText } from './stable-text.ts';

const DEVICES = [0, 1, 2].map((digit) => String(digit).repeat(32) as DeviceId);
const CLIPS = [7, 8].map((digit) => String(digit).repeat(32) as ObjectId);
const [A, B] = DEVICES as [DeviceId, DeviceId, DeviceId];

function stored(object: ObjectId): StoredObject {
  return { object, plaintextLength: 1, dataLength: 0, segments: 1, headHash: '0'.repeat(64) };
}

function clipOf(id: ObjectId): Clip {
  return {
    id,
    mime: 'video/webm',
    recordedAt: '2026-03-01T10:00:00+01:00',
    durationMs: 1000,
    width: 1,
    height: 1,
    source: 'camera',
    ended: 'stopped',
    body: stored(id),
    head: stored(id),
    poster: null,
    thumbnails: null
  };
}

const fresh = (): EntryRecord => newEntryRecord(newEntryId(), '2026-03-01T10:00:00+01:00', A, false);

type Step =
  | { readonly act: 'edit'; readonly on: number; readonly patch: EntryPatch }
  | { readonly act: 'clip' | 'draw' | 'restore' | 'unknown'; readonly on: number; readonly pick: number }
  | { readonly act: 'meet'; readonly on: number; readonly pick: number };

const on = fc.nat({ max: 2 });
const few = fc.constantFrom('x', 'y', 'z');
const patch: fc.Arbitrary<EntryPatch> = fc.oneof(
  few.map((title) => ({ title })),
  few.map((note) => ({ note })),
  fc.array(few, { maxLength: 2 }).map((tags) => ({ tags })),
  fc.constantFrom('good' as const, 'low' as const, null).map((mood) => ({ mood })),
  fc.record({ clip: fc.constantFrom(...CLIPS), toMs: fc.nat({ max: 3 }) }).map(({ clip, toMs }) => ({
    trims: { [clip]: toMs === 0 ? null : { fromMs: 0, toMs } }
  }))
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('edit' as const), on, patch }) },
  fc.record({ act: fc.constantFrom('clip', 'draw', 'restore', 'unknown'), on, pick: fc.nat({ max: 1 }) }),
  { weight: 2, arbitrary: fc.record({ act: fc.constant('meet' as const), on, pick: on }) }
);

/** The states of three devices that began with one record. */
function run(steps: readonly Step[], begin = fresh()): [EntryRecord, EntryRecord, EntryRecord] {
  const states: [EntryRecord, EntryRecord, EntryRecord] = [begin, begin, begin];
  for (const [i, { on: at, ...what }] of steps.entries()) {
    const [device, state] = [DEVICES[at]!, states[at]!];
    if (what.act === 'edit') states[at] = applyPatch(state, what.patch, device);
    if (what.act === 'clip') states[at] = withClip(state, clipOf(CLIPS[what.pick]!));
    if (what.act === 'draw')
      states[at] = withParts(state, CLIPS[what.pick]!, { poster: stored(newObjectId()) }, device);
    if (what.act === 'restore') states[at] = withRestored(state, device);
    if (what.act === 'unknown') states[at] = { ...state, [`from ${String(what.pick)}`]: i };
    if (what.act === 'meet') states[at] = mergeEntries(state, states[what.pick]!);
  }
  return states;
}

/** Lists in `lost` are sets: stableText of a merge has them in order already. */
const text = (record: EntryRecord): string => stableText(mergeEntries(record, record));

function law(check: (a: EntryRecord, b: EntryRecord, c: EntryRecord) => void): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 18 }), (steps) => {
      check(...run(steps));
    }),
    { numRuns: 400 }
  );
}

describe('D7 merging two states of an entry', () => {
  it('is commutative', () => {
    law((a, b) => expect(stableText(mergeEntries(a, b))).toBe(stableText(mergeEntries(b, a))));
  });

  it('is associative', () => {
    law((a, b, c) =>
      expect(stableText(mergeEntries(mergeEntries(a, b), c))).toBe(stableText(mergeEntries(a, mergeEntries(b, c))))
    );
  });

  it('is idempotent: with itself, and with what is in it already', () => {
    law((a, b) => {
      const merged = mergeEntries(a, b);
      expect(stableText(mergeEntries(merged, merged))).toBe(stableText(merged));
      expect(stableText(mergeEntries(merged, b))).toBe(stableText(merged));
      expect(isSameEntry(mergeEntries(a, a), a)).toBe(true);
    });
  });

  it('makes a record that can be read, with every clip and every unknown field of both', () => {
    law((a, b) => {
      const merged = mergeEntries(a, b);
      expect(parseEntryRecord(JSON.parse(JSON.stringify(merged)))).toEqual(JSON.parse(JSON.stringify(merged)));
      const ids = (record: EntryRecord): ObjectId[] => record.clips.map(({ id }) => id);
      expect(new Set(ids(merged))).toEqual(new Set([...ids(a), ...ids(b)]));
      const names = (record: EntryRecord): string[] => Object.keys(record).filter((name) => name.startsWith('from'));
      expect(new Set(names(merged))).toEqual(new Set([...names(a), ...names(b)]));
    });
  });

  it('gives what a device made of the state of another, when the other did nothing since', () => {
    const edits = fc.array(patch, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), edits, (steps, patches) => {
        const [before] = run(steps);
        const after = patches.reduce((state, edit) => applyPatch(state, edit, B), before);
        expect(text(mergeEntries(before, after))).toBe(text(after));
      })
    );
  });

  it('loses no title that was written last on any device, and lists none that was overwritten knowingly', () => {
    const write = fc.record({ on, from: on, act: fc.constantFrom('write', 'meet') });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 20 }), (steps) => {
        const begin = fresh();
        const states = [begin, begin, begin];
        // '' stands for the title of the beginning, until somebody overwrites it.
        const live = new Set(['']);
        for (const [i, { on: at, from, act }] of steps.entries()) {
          if (act === 'meet') states[at] = mergeEntries(states[at]!, states[from]!);
          else {
            live.delete(states[at]!.title.value);
            live.add(`title ${String(i)}`);
            states[at] = applyPatch(states[at]!, { title: `title ${String(i)}` }, DEVICES[at]!);
          }
        }
        const { title } = states.reduce((a, b) => mergeEntries(a, b));
        expect(new Set([title.value, ...(title.lost ?? []).map(({ value }) => value)])).toEqual(live);
      }),
      { numRuns: 500 }
    );
  });

  it('an edit of another field puts nothing into lost', () => {
    const begin = fresh();
    const merged = mergeEntries(applyPatch(begin, { title: 'a' }, A), applyPatch(begin, { note: 'b' }, B));
    expect([merged.title, merged.note]).toMatchObject([{ value: 'a' }, { value: 'b' }]);
    expect([merged.title.lost, merged.note.lost]).toEqual([undefined, undefined]);
  });

  it('what lost is there until it is chosen', () => {
    const begin = fresh();
    const merged = mergeEntries(applyPatch(begin, { title: 'a' }, A), applyPatch(begin, { title: 'b' }, B));
    expect(merged.title).toMatchObject({ value: 'b', lost: [{ value: 'a', clock: 1, device: A }] });
    const later = applyPatch(merged, { title: 'c' }, A);
    expect(later.title).toMatchObject({ value: 'c', lost: [{ value: 'a' }] });
    const chosen = applyPatch(later, { title: 'a' }, A);
    expect(mergeEntries(merged, chosen).title).toMatchObject({ value: 'a', device: A });
    expect(mergeEntries(merged, chosen).title.lost).toBeUndefined();
  });

  it('keeps the newest of very many that lost', () => {
    const begin = fresh();
    const one = (i: number): EntryRecord => applyPatch(begin, { title: `title ${String(i)}` }, newDeviceId());
    const all = Array.from({ length: LOST_MAX + 5 }, (_, i) => one(i)).reduce((a, b) => mergeEntries(a, b));
    expect(all.title.lost).toHaveLength(LOST_MAX);
  });

  it('a copied device: what either copy wrote is kept, though the other seems to have seen it', () => {
    const begin = fresh();
    const restored = applyPatch(begin, { title: 'of the copy' }, A);
    const published = applyPatch(applyPatch(begin, { title: 'first' }, A), { title: 'second' }, A);
    expect(mergeEntries(restored, published).title.lost).toBeUndefined();
    const merged = mergeEntries(restored, published, A);
    expect(merged.title).toMatchObject({ value: 'second', lost: [{ value: 'of the copy' }] });
  });

  it('a picture drawn later stands, whoever drew it, and a person sees no other entry', () => {
    const begin = withClip(fresh(), clipOf(CLIPS[0]!));
    const drawn = withParts(begin, CLIPS[0]!, { poster: stored(newObjectId()) }, B);
    const again = withParts(drawn, CLIPS[0]!, { poster: stored(newObjectId()) }, A);
    for (const older of [begin, drawn]) {
      expect(mergeEntries(older, again).clips[0]?.poster).toEqual(again.clips[0]?.poster);
      expect(saysTheSame(older, again)).toBe(true);
    }
    expect(saysTheSame(begin, applyPatch(begin, { mood: 'low' }, A))).toBe(false);
    expect(saysTheSame(begin, withRestored(begin, A))).toBe(false);
  });

  it('refuses records of two entries', () => {
    expect(() => mergeEntries(fresh(), fresh())).toThrow();
  });
});
