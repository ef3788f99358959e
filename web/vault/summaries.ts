/** Rebuilds the timeline from the records themselves, when the list cache cannot be used. */
import { SvjError } from '#shared/errors.ts';
import { parseEntryId, type EntryId } from '#shared/ids.ts';
import { summarise, type EntrySummary } from '#web/model/summary.ts';
import { openEntry } from './entry-reader.ts';
import { bucketOf, BUCKETS, type BucketContent } from './head.ts';
import type { Vault } from './vault.ts';

/**
 * One damaged entry, or one damaged bucket of the head, is shown as such and harms no other. In a journal for reading only
 * entries stand for themselves: whatever opens is shown, whether or not a bucket lists it.
 */
export async function rebuildSummaries(vault: Vault): Promise<Map<EntryId, EntrySummary>> {
  const summaries = new Map<EntryId, EntrySummary>();
  const damaged = new Set<number>();
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const content = await readableBucket(vault, bucket);
    if (content === null) damaged.add(bucket);
    for (const [entryId, item] of Object.entries(content?.entries ?? {})) {
      if (item.tombstone) continue;
      const id = parseEntryId(entryId);
      summaries.set(id, await summaryOf(vault, id, item.revision));
    }
  }
  if (damaged.size === 0 && !vault.readOnly) return summaries;
  for (const { entryId, revision } of await vault.stores.records.all('entries')) {
    const isUnread = damaged.has(bucketOf(entryId));
    if (vault.readOnly && !summaries.has(entryId)) {
      const own = await summaryOf(vault, entryId, revision);
      if (!own.damaged || isUnread) summaries.set(entryId, own);
    } else if (isUnread && !vault.readOnly) {
      // Nothing vouches for these any more; they are named, so that the loss is seen.
      summaries.set(entryId, damagedSummary(entryId, revision));
    }
  }
  return summaries;
}

async function readableBucket(vault: Vault, bucket: number): Promise<BucketContent | null> {
  try {
    return await vault.bucket(bucket);
  } catch (thrown) {
    if (thrown instanceof SvjError) return null;
    throw thrown;
  }
}

async function summaryOf(vault: Vault, id: EntryId, revision: number): Promise<EntrySummary> {
  try {
    const { record, row } = await openEntry(vault, id);
    return summarise(record, row.revision);
  } catch (thrown) {
    if (thrown instanceof SvjError) return damagedSummary(id, revision);
    throw thrown;
  }
}

export function damagedSummary(id: EntryId, revision: number): EntrySummary {
  return {
    id,
    revision,
    title: '',
    date: '1970-01-01T00:00:00.000Z',
    durationMs: 0,
    mood: null,
    tags: [],
    clips: 0,
    poster: null,
    width: 0,
    height: 0,
    interrupted: false,
    recordedWhileLocked: false,
    damaged: true
  };
}
