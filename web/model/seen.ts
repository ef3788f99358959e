/**
 * What the writer of a record had seen: for each device, the clock of its newest write that is in the record or was
 * overwritten in it (a version vector). It tells a value that was overwritten knowingly from one that lost, and that nobody
 * has looked at yet. Records of before it was kept say it by their stamps.
 */
import type { EntryRecord } from './entry.ts';

/** Lamport clock and device of one write. */
export type Stamp = Readonly<{ clock: number; device: string }>;

export type Seen = Readonly<Record<string, number>>;

export function seenBy(record: EntryRecord): Seen {
  return stampsOf(record).reduce<Seen>((seen, { clock, device }) => withSeen(seen, { [device]: clock }), {
    ...record.seen
  });
}

export function withSeen(one: Seen, other: Seen): Seen {
  const all: Record<string, number> = { ...one };
  for (const [device, clock] of Object.entries(other)) all[device] = Math.max(all[device] ?? 0, clock);
  return all;
}

export function hasSeen(seen: Seen, { clock, device }: Stamp): boolean {
  return (seen[device] ?? -1) >= clock;
}

/** Positive when `a` is the later write. */
export function compareStamps(a: Stamp | undefined, b: Stamp | undefined): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
  if (a.clock !== b.clock) return a.clock - b.clock;
  return a.device === b.device ? 0 : a.device < b.device ? -1 : 1;
}

function stampsOf(record: EntryRecord): Stamp[] {
  const { title, note, tags, mood, date, trims } = record;
  const fields = [title, note, tags, mood, date, ...Object.values(trims)];
  const lost: Stamp[] = fields.flatMap((field): Stamp[] => field.lost ?? []);
  const drawn = record.clips.flatMap((clip) => [clip.drawn?.head, clip.drawn?.poster, clip.drawn?.thumbnails]);
  return [...fields, ...lost, record.restored, ...drawn].filter((stamp) => stamp !== undefined);
}
