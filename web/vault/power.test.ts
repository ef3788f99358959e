/**
 * D2: the power fails at any write. What was flushed is kept, nothing else is made up, and all that was there
 * before opens as before. Every cut is scanned as recovery would; a choice of them is recovered to the end.
 */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { concat, equalInConstantTime, randomBytes, type Bytes } from '#shared/bytes.ts';
import { KIND } from '#shared/format/kind.ts';
import type { ObjectId } from '#shared/ids.ts';
import type { MemoryObjects } from '#web/store/testing/memory-objects.ts';
import { findUnfinished, keepClip } from './clip-recovery.ts';
import { scan } from './clip-scan.ts';
import { openDraft } from './clips.ts';
import {
  beginRecording,
  expectSound,
  finish,
  LATER,
  newVault,
  quietly,
  readClip,
  recordEntry,
  required,
  unlocked,
  type Place
} from './testing/place.ts';

/** A moment at which the power may fail, with how much of the recording was acknowledged by then. */
interface Moment {
  readonly place: Place;
  readonly durable: number;
}

type Stage = 'appended' | 'closed' | 'named';

/** Compared at once: a matcher walks byte by byte. */
const isPrefix = (data: Bytes, whole: Bytes): boolean =>
  data.length <= whole.length && equalInConstantTime(data, whole.slice(0, data.length));

describe('D2 power cuts', () => {
  /** A journal with one entry, which every cut must leave as it is. */
  let device: Place;
  let older: { clipId: ObjectId; data: Bytes };

  beforeAll(async () => {
    const { place, vault } = await newVault();
    older = await recordEntry(vault);
    device = place;
  });

  /** Runs `deed` on a copy of `from`, and copies the device before each change of a file. */
  async function watch(from: Place, deed: (place: Place, saved: (bytes: number) => void) => Promise<void>) {
    const place = from.copy();
    const moments: Moment[] = [];
    let durable = 0;
    place.objects.onChange = () => {
      moments.push({ place: place.copy(), durable });
    };
    await deed(place, (bytes) => {
      durable += bytes;
    });
    moments.push({ place: place.copy(), durable });
    return moments;
  }

  function record(slices: readonly Bytes[], until: Stage): Promise<Moment[]> {
    return watch(device, async (place, saved) => {
      const vault = await unlocked(place);
      const recording = await beginRecording(vault);
      for (const slice of slices) {
        await recording.writer.append(slice);
        saved(slice.length);
      }
      if (until === 'closed') await recording.writer.close();
      if (until === 'named') await finish(vault, recording);
    });
  }

  /** What recovery would read on the device of `moment` with other files: it is unlocked once. */
  async function scanner({ place }: Moment): Promise<(objects: MemoryObjects) => Promise<Bytes>> {
    const stores = { records: place.records, objects: place.objects };
    const vault = await unlocked(stores);
    const [row] = await place.records.all('drafts');
    const draft = (await openDraft(vault, row!.clipId))!;
    return async (objects) => {
      stores.objects = objects;
      const parts: Bytes[] = [];
      await scan(vault, draft, quietly, (bytes) => parts.push(bytes));
      return concat(...parts);
    };
  }

  /** Scans the device of each moment as each of `cutsOf` leaves it. @returns how many */
  async function scanAll(moments: readonly Moment[], whole: Bytes, cutsOf: (pending: number) => Iterable<number>) {
    const read = await scanner(moments.at(-1)!);
    let points = 0;
    for (const { place, durable } of moments) {
      for (const kept of new Set(cutsOf(pendingOf(place)))) {
        const objects = place.objects.copy();
        objects.cutPower(kept);
        const data = await read(objects);
        expect(data.length).toBeGreaterThanOrEqual(durable);
        expect(isPrefix(data, whole)).toBe(true);
        points++;
      }
    }
    return points;
  }

  const pendingOf = (place: Place): number =>
    Math.max(...[...place.objects.files.values()].map((it) => it.pendingBytes));

  /** The way of a person: unlock, keep what is offered, play it. @throws never, whatever the cut */
  async function expectRecovered(cut: Place, whole: Bytes, durable: number): Promise<void> {
    const vault = await unlocked(cut);
    const found = (await findUnfinished(vault, quietly, LATER)).offered;
    for (const clip of found) await keepClip(vault, clip, quietly);
    const again = await unlocked(cut);
    expect((await findUnfinished(again, quietly, LATER)).offered).toEqual([]);
    expect(await cut.records.all('drafts')).toEqual([]);
    expect(equalInConstantTime(await readClip(again, older.clipId), older.data)).toBe(true);
    await expectSound(again);
    const media = (await cut.records.all('objects')).filter(({ entryId }) => again.summaries.has(entryId));
    const clips = media.filter(({ kind, objectId }) => kind === KIND.media && objectId !== older.clipId);
    expect(again.summaries.size).toBe(1 + clips.length);
    // Wholly there, up to the cut, or cleanly absent.
    expect(clips.length).toBeLessThanOrEqual(1);
    const data = clips[0] ? await readClip(again, clips[0].objectId) : new Uint8Array();
    expect(data.length).toBeGreaterThanOrEqual(durable);
    expect(isPrefix(data, whole)).toBe(true);
  }

  it('D2 torn at every byte of a small recording: an exact prefix, at least up to the last flush', async () => {
    const slices = [randomBytes(3), randomBytes(5)];
    const every = function* (pending: number): Iterable<number> {
      for (let kept = 0; kept <= pending; kept++) yield kept;
    };
    expect(await scanAll(await record(slices, 'closed'), concat(...slices), every)).toBeGreaterThan(500);
  });

  it('D2 torn around the sectors of a segment and of the sealed end', async () => {
    const slices = [randomBytes(60_000), randomBytes(9000), randomBytes(62_500)];
    const around = function* (pending: number): Iterable<number> {
      yield* [0, Math.min(1, pending), Math.max(0, pending - 1), pending];
      for (let at = 8192; at < pending; at += 8192) yield* [at - 1, at, at + 1];
    };
    expect(await scanAll(await record(slices, 'closed'), concat(...slices), around)).toBeGreaterThan(100);
  });

  it('D2 sectors that reach the disk in any order, or not at all', async () => {
    const slices = [randomBytes(500), randomBytes(60_000), randomBytes(50_000), randomBytes(21_000)];
    const whole = concat(...slices);
    const moments = await record(slices, 'closed');
    const read = await scanner(moments.at(-1)!);
    await expectForCuts(moments, 150, async ({ place, durable }, survives) => {
      const objects = place.objects.copy();
      objects.cutPowerBySector(survives);
      const data = await read(objects);
      expect(data.length).toBeGreaterThanOrEqual(durable);
      expect(isPrefix(data, whole)).toBe(true);
    });
  });

  it('D2 every length, sealed or not, around the end of a segment', async () => {
    const source = concat(randomBytes(65_000), randomBytes(65_000), randomBytes(2000));
    for (const length of [65_501, 65_502, 65_503, 65_504, 65_505, 131_007, 131_008, 131_009]) {
      const whole = source.slice(0, length);
      const moments = await record([whole], 'closed');
      await scanAll(moments, whole, () => [0]);
      await expectRecovered(moments.at(-1)!.place, whole, length);
    }
  });

  it('D2 data that looks like padding is data', async () => {
    const mark = (zeros: number): Bytes => concat(new Uint8Array([0x80]), new Uint8Array(zeros));
    for (const end of [mark(0), mark(1), mark(300), concat(mark(0), mark(0)), new Uint8Array(400)]) {
      for (const until of ['appended', 'closed'] satisfies Stage[]) {
        const whole = concat(randomBytes(1000), end);
        const last = (await record([whole], until)).at(-1)!;
        await expectRecovered(last.place, whole, whole.length);
      }
    }
  });

  it('D2 from the first byte to its name in the journal, recovered after a cut at every change', async () => {
    // Begins no container: a beginning of one without a picture would be cleared away.
    const slices = [concat(Uint8Array.of(0), randomBytes(2)), randomBytes(5)];
    for (const { place, durable } of await record(slices, 'named')) {
      for (const kept of new Set([0, pendingOf(place)])) {
        const cut = place.copy();
        cut.objects.cutPower(kept);
        await expectRecovered(cut, concat(...slices), durable);
      }
    }
  });

  it('D2 recovered after any cut, and after one in the middle of recovering', async () => {
    const slices = [randomBytes(60_000), randomBytes(9000)];
    const whole = concat(...slices);
    const killed = (await record(slices, 'appended')).at(-1)!.place;
    const keeping = await watch(killed, async (place, saved) => {
      saved(whole.length);
      const vault = await unlocked(place);
      const row = await required(place.records.all('drafts').then((rows) => rows[0]));
      await keepClip(vault, row, quietly);
    });
    await expectForCuts([...(await record(slices, 'named')), ...keeping], 40, async ({ place, durable }, survives) => {
      const cut = place.copy();
      cut.objects.cutPowerBySector(survives);
      await expectRecovered(cut, whole, durable);
    });
  });
});

/** Random moments, and for each unflushed sector whether it reached the disk. */
function expectForCuts(
  moments: readonly Moment[],
  numRuns: number,
  check: (moment: Moment, survives: () => boolean) => Promise<void>
): Promise<void> {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const cut = fc.asyncProperty(
    fc.nat({ max: moments.length - 1 }),
    share,
    fc.infiniteStream(share),
    (at, kept, draws) => check(moments[at]!, () => (draws.next().value as number) < kept)
  );
  return Promise.resolve(fc.assert(cut, { numRuns }));
}
