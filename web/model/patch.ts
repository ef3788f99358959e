/**
 * Edits as field-wise writes with merge clocks: pure functions over records. The field's clock
 * becomes one more than any clock in the record, so a later edit always wins over what its
 * writer had seen (Lamport 1978).
 */
import type { DeviceId, EntryId } from '#shared/ids.ts';
import { NOTE_MAX, TAG_MAX, TAGS_MAX, TITLE_MAX, type Clip, type EntryPatch, type EntryRecord } from './entry.ts';

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
  const others = record.clips.filter(({ id }) => id !== clip.id);
  const clips = [...others, clip].sort((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt));
  return { ...record, clips };
}

/** Only what differs is written; a patch that changes nothing returns the same record. */
export function applyPatch(record: EntryRecord, patch: EntryPatch, device: DeviceId): EntryRecord {
  const stamp = { clock: highestClock(record) + 1, device };
  let patched = record;
  const title = patch.title?.slice(0, TITLE_MAX);
  if (title !== undefined && title !== record.title.value) {
    patched = { ...patched, title: { ...record.title, value: title, ...stamp } };
  }
  const note = patch.note?.slice(0, NOTE_MAX);
  if (note !== undefined && note !== record.note.value) {
    patched = { ...patched, note: { ...record.note, value: note, ...stamp } };
  }
  const tags = patch.tags && tidyTags(patch.tags);
  if (tags !== undefined && tags.join('\n') !== record.tags.value.join('\n')) {
    patched = { ...patched, tags: { ...record.tags, value: tags, ...stamp } };
  }
  if (patch.mood !== undefined && patch.mood !== record.mood.value) {
    patched = { ...patched, mood: { ...record.mood, value: patch.mood, ...stamp } };
  }
  if (patch.date !== undefined && patch.date !== record.date.value) {
    patched = { ...patched, date: { ...record.date, value: patch.date, ...stamp } };
  }
  for (const [clip, trim] of Object.entries(patch.trims ?? {})) {
    const known = record.trims[clip];
    if (known?.value?.fromMs === trim?.fromMs && known?.value?.toMs === trim?.toMs) continue;
    patched = { ...patched, trims: { ...patched.trims, [clip]: { ...known, value: trim, ...stamp } } };
  }
  return patched;
}

export function highestClock(record: EntryRecord): number {
  const fields = [record.title, record.note, record.tags, record.mood, record.date, ...Object.values(record.trims)];
  return Math.max(...fields.map((field) => field.clock));
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
