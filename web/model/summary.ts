/** What the timeline shows of an entry, without opening it. Packed into the sealed list cache. */
import type { EntryId, ObjectId } from '#shared/ids.ts';
import type { EntryRecord, Mood } from './entry.ts';

/** Where an entry is kept. It stands in no summary: the relay alone says it, and it changes without the entry. */
export type BackupState = 'local' | 'elsewhere' | 'backed-up' | 'verified';

export interface EntrySummary {
  readonly id: EntryId;
  readonly revision: number;
  readonly title: string;
  /** ISO 8601 with offset. */
  readonly date: string;
  readonly durationMs: number;
  readonly mood: Mood | null;
  readonly tags: readonly string[];
  readonly clips: number;
  readonly poster: ObjectId | null;
  readonly width: number;
  readonly height: number;
  readonly interrupted: boolean;
  readonly recordedWhileLocked: boolean;
  /** The record did not open: altered or damaged. Title and the rest are empty then. */
  readonly damaged: boolean;
}

export function summarise(record: EntryRecord, revision: number): EntrySummary {
  const first = record.clips.find((clip) => clip.poster !== null) ?? record.clips[0];
  return {
    id: record.id,
    revision,
    title: record.title.value,
    date: record.date.value,
    durationMs: record.clips.reduce((sum, clip) => sum + playedMs(record, clip.id, clip.durationMs), 0),
    mood: record.mood.value,
    tags: record.tags.value,
    clips: record.clips.length,
    poster: first?.poster?.object ?? null,
    width: first?.width ?? 0,
    height: first?.height ?? 0,
    interrupted: record.clips.some((clip) => clip.ended !== 'stopped'),
    recordedWhileLocked: record.recordedWhileLocked,
    damaged: false
  };
}

function playedMs(record: EntryRecord, clip: ObjectId, durationMs: number): number {
  const trim = record.trims[clip]?.value;
  return trim ? Math.max(0, Math.min(trim.toMs, durationMs) - trim.fromMs) : durationMs;
}
