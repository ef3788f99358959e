/**
 * Two states of one entry as one (FORMAT.md section 7.6). Pure, and in any order and grouping the same: commutative,
 * associative and idempotent, so that devices which have met agree.
 *
 * A field is the set of its values that nobody has overwritten knowingly: the highest (clock, device) is shown, the others
 * wait in `lost`. A value stays when both sides have it, or when the other side has not seen it.
 */
import { SvjError } from '#shared/errors.ts';
import { LOST_MAX, type Clip, type EntryRecord } from './entry.ts';
import { inOrder } from './patch.ts';
import { compareStamps, hasSeen, seenBy, withSeen, type Seen, type Stamp } from './seen.ts';
import { stableText } from './stable-text.ts';

/** A field, or one value of it. */
interface Written<T> extends Stamp {
  readonly value: T;
  readonly lost?: readonly Written<T>[] | undefined;
}

/**
 * @param copied a device of which there are two (its storage was copied): what it has seen of itself proves nothing
 * @throws `internal` for records of two entries
 */
export function mergeEntries(a: EntryRecord, b: EntryRecord, copied?: string): EntryRecord {
  if (a.id !== b.id) throw new SvjError('internal', 'merge');
  const seen = { a: seenBy(a), b: seenBy(b), copied };
  const restored = compareStamps(a.restored, b.restored) >= 0 ? a.restored : b.restored;
  return {
    ...union(a, b),
    title: mergeField(a.title, b.title, seen),
    note: mergeField(a.note, b.note, seen),
    tags: mergeField(a.tags, b.tags, seen),
    mood: mergeField(a.mood, b.mood, seen),
    date: mergeField(a.date, b.date, seen),
    clips: mergeClips(a.clips, b.clips),
    trims: mergeTrims(a.trims, b.trims, seen),
    seen: { ...withSeen(seen.a, seen.b) },
    ...(restored === undefined ? {} : { restored })
  };
}

/** Whether the two hold the same: a merge with either gives the same. */
export function isSameEntry(a: EntryRecord, b: EntryRecord): boolean {
  return stableText(mergeEntries(a, a)) === stableText(mergeEntries(b, b));
}

/** Whether a person sees no difference: pictures and heads, which the app makes again by itself, are left out. */
export function saysTheSame(a: EntryRecord, b: EntryRecord): boolean {
  const said = (record: EntryRecord): unknown => ({
    ...mergeEntries(record, record),
    seen: null,
    clips: record.clips.map((clip) => ({ ...clip, head: null, poster: null, thumbnails: null, drawn: null }))
  });
  return stableText(said(a)) === stableText(said(b));
}

interface BothSeen {
  readonly a: Seen;
  readonly b: Seen;
  readonly copied: string | undefined;
}

function mergeField<T, F extends Written<T>>(a: F & Written<T>, b: F & Written<T>, seen: BothSeen): F {
  const [ofA, ofB] = [valuesOf<T>(a), valuesOf<T>(b)];
  const isUnseen = (by: Seen, value: Written<T>): boolean => !hasSeen(by, value) || value.device === seen.copied;
  const kept = new Map<string, Written<T>>();
  for (const [text, value] of ofA) if (ofB.has(text) || isUnseen(seen.b, value)) kept.set(text, value);
  for (const [text, value] of ofB) if (ofA.has(text) || isUnseen(seen.a, value)) kept.set(text, value);
  // Two that each claim to have overwritten the other's: neither is taken at its word.
  const values = kept.size === 0 ? new Map([...ofA, ...ofB]) : kept;
  const [first, ...others] = [...values].sort(
    ([textA, x], [textB, y]) => compareStamps(y, x) || (textA < textB ? 1 : -1)
  );
  const lost = others.slice(0, LOST_MAX).map(([, value]) => value);
  const winner = first?.[1] ?? a;
  const rest = { ...union(a, b), lost: undefined };
  const merged = { ...rest, value: winner.value, clock: winner.clock, device: winner.device };
  return lost.length === 0 ? without(merged, 'lost') : { ...merged, lost };
}

/** The value that is shown, and those that lost, by their text. */
function valuesOf<T>({ value, clock, device, lost }: Written<T>): Map<string, Written<T>> {
  return new Map([{ value, clock, device }, ...(lost ?? [])].map((one) => [stableText(one), one]));
}

/** A trim is never taken away, only set to null: where one side has none, it has not heard of the clip's. */
function mergeTrims(a: EntryRecord['trims'], b: EntryRecord['trims'], seen: BothSeen): EntryRecord['trims'] {
  const merged = { ...a, ...b };
  for (const [clip, trim] of Object.entries(a)) {
    const other = b[clip];
    if (other !== undefined) merged[clip] = mergeField(trim, other, seen);
  }
  return merged;
}

function mergeClips(a: readonly Clip[], b: readonly Clip[]): Clip[] {
  const merged = new Map(a.map((clip) => [clip.id, clip]));
  for (const clip of b) {
    const other = merged.get(clip.id);
    merged.set(clip.id, other === undefined ? clip : mergeClip(other, clip));
  }
  return inOrder([...merged.values()]);
}

const PARTS = ['head', 'poster', 'thumbnails'] as const;

/** Recordings are never edited in place; of what is made from them, each part is the one that was drawn last. */
function mergeClip(a: Clip, b: Clip): Clip {
  let merged: Clip = { ...union(a, b) };
  for (const part of PARTS) {
    const order =
      compareStamps(a.drawn?.[part], b.drawn?.[part]) ||
      Number(a[part] !== null) - Number(b[part] !== null) ||
      (stableText(a[part]) < stableText(b[part]) ? -1 : 1);
    const { [part]: stored, drawn } = order > 0 ? a : b;
    merged = { ...merged, [part]: stored };
    if (drawn?.[part] !== undefined) merged = { ...merged, drawn: { ...merged.drawn, [part]: drawn[part] } };
  }
  return merged;
}

/** Every name of both; where they differ, the value with the higher text. For what is never edited, and what is unknown. */
function union<T extends object>(a: T, b: T): T {
  const merged = { ...a, ...b } as Record<string, unknown>;
  for (const [name, value] of Object.entries(a)) {
    const other = merged[name];
    if (value !== undefined && (other === undefined || stableText(value) > stableText(other))) merged[name] = value;
  }
  return merged as T;
}

function without<T extends object>(value: T, name: keyof T): T {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)) as T;
}
