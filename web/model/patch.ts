/**
 * Edits as field-wise writes with merge clocks: pure functions over records. The field's clock
 * becomes one more than any clock in the record, so a later edit always wins over what its
 * writer had seen (Lamport 1978).
 */
import type { DeviceId, EntryId, ObjectId } from '#shared/ids.ts';
import { NOTE_MAX, TAG_MAX, TAGS_MAX, TITLE_MAX, type Clip, type EntryPatch, type EntryRecord } from './entry.ts';
import { seenBy, type Stamp } from './seen.ts';

export function newEntryRecord(id: EntryId, created: string, device: DeviceId, whileLocked: boolean): EntryRecord {
  const stamp = { clock: 0, device };
  return {
    schema: 1,
    id,
    created,
    recordedWhileLocked: whileLocked,
    title: { value: '', ...stamp },
    note: { value: '', ...stamp },
    tags: { value: [], ...stamp },
    mood: { value: null, ...stamp },
    date: { value: created, ...stamp },
    clips: [],
    trims: {}
  };
}

export function withClip(record: EntryRecord, clip: Clip): EntryRecord {
  return { ...record, clips: inOrder([...record.clips.filter(({ id }) => id !== clip.id), clip]) };
}

/** As they were recorded; by their ids where that was at once. */
export function inOrder(clips: readonly Clip[]): Clip[] {
  const at = ({ recordedAt }: Clip): number => Date.parse(recordedAt) || 0;
  return [...clips].sort((a, b) => at(a) - at(b) || (a.id < b.id ? -1 : 1));
}

/** Puts other pictures, or another head, in the place of the clip's. */
export function withParts(
  record: EntryRecord,
  clipId: ObjectId,
  parts: Partial<Pick<Clip, 'head' | 'poster' | 'thumbnails'>>,
  device: DeviceId
): EntryRecord {
  const stamp = nextStamp(record, device);
  const drawn = Object.fromEntries(Object.keys(parts).map((part) => [part, stamp]));
  const clips = record.clips.map((clip) =>
    clip.id === clipId ? { ...clip, ...parts, drawn: { ...clip.drawn, ...drawn } } : clip
  );
  return seeing({ ...record, clips }, record, stamp);
}

/** Says that it was taken out of the trash. */
export function withRestored(record: EntryRecord, device: DeviceId): EntryRecord {
  const restored = nextStamp(record, device);
  return seeing({ ...record, restored }, record, restored);
}

/** Only what differs is written; a patch that changes nothing returns the same record. */
export function applyPatch(record: EntryRecord, patch: EntryPatch, device: DeviceId): EntryRecord {
  const stamp = nextStamp(record, device);
  let patched = record;
  const title = patch.title?.slice(0, TITLE_MAX);
  if (title !== undefined && title !== record.title.value) {
    patched = { ...patched, title: written(record.title, title, stamp) };
  }
  const note = patch.note?.slice(0, NOTE_MAX);
  if (note !== undefined && note !== record.note.value) {
    patched = { ...patched, note: written(record.note, note, stamp) };
  }
  const tags = patch.tags && tidyTags(patch.tags);
  if (tags !== undefined && tags.join('\n') !== record.tags.value.join('\n')) {
    patched = { ...patched, tags: written(record.tags, tags, stamp) };
  }
  if (patch.mood !== undefined && patch.mood !== record.mood.value) {
    patched = { ...patched, mood: written(record.mood, patch.mood, stamp) };
  }
  if (patch.date !== undefined && patch.date !== record.date.value) {
    patched = { ...patched, date: written(record.date, patch.date, stamp) };
  }
  for (const [clip, trim] of Object.entries(patch.trims ?? {})) {
    const known = record.trims[clip];
    if (known?.value?.fromMs === trim?.fromMs && known?.value?.toMs === trim?.toMs) continue;
    const field = known === undefined ? { value: trim, ...stamp } : written(known, trim, stamp);
    patched = { ...patched, trims: { ...patched.trims, [clip]: field } };
  }
  return patched === record ? record : seeing(patched, record, stamp);
}

/** One more than any clock that the record has seen. */
function nextStamp(record: EntryRecord, device: DeviceId): Stamp {
  return { clock: Math.max(0, ...Object.values(seenBy(record))) + 1, device };
}

function seeing(next: EntryRecord, before: EntryRecord, { clock, device }: Stamp): EntryRecord {
  return { ...next, seen: { ...seenBy(before), [device]: clock } };
}

/** What lost stays beside the new value, but for that value itself: it was chosen now. */
function written<T, F extends { value: T; lost?: { value: T }[] | undefined }>(field: F, value: T, stamp: Stamp): F {
  if (field.lost === undefined) return { ...field, value, ...stamp };
  const chosen = JSON.stringify(value);
  return { ...field, value, ...stamp, lost: field.lost.filter((lost) => JSON.stringify(lost.value) !== chosen) };
}

/** Trimmed, without empty ones and doubles (compared without regard to case), at most 100. */
function tidyTags(tags: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const tag of tags) {
    const tidy = tag.trim().replace(/\s+/g, ' ').slice(0, TAG_MAX);
    if (tidy !== '' && !byKey.has(tidy.toLowerCase())) byKey.set(tidy.toLowerCase(), tidy);
  }
  return [...byKey.values()].slice(0, TAGS_MAX);
}
