/** What happens to entries: edit, history, trash, restore, destruction. */
import { recordKey } from '#shared/crypto/keys.ts';
import { recordHash, sealRecord } from '#shared/crypto/record.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { parseEntryRecord, type EntryPatch, type EntryRecord } from '#web/model/entry.ts';
import { applyPatch, withRestored } from '#web/model/patch.ts';
import { summarise, type EntrySummary } from '#web/model/summary.ts';
import type { TrashRow } from '#web/store/rows.ts';
import type { EntryVersion, TrashItem } from '#web/workers/contracts.ts';
import { recordEnvelope } from './envelopes.ts';
import { openEntry, openRevision, openRow, type OpenedEntry } from './entry-reader.ts';
import { removeFiles } from './remove-files.ts';
import { withReserve } from './reserve.ts';
import { damagedSummary } from './summaries.ts';
import type { Transaction } from './transaction.ts';
import type { Vault } from './vault.ts';

export interface EntryView {
  readonly record: EntryRecord;
  readonly summary: EntrySummary;
}

const UNDO_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The entry with its newest record. @throws `entry/absent`, `entry/damaged`, `entry/rolled-back` */
export async function viewEntry(vault: Vault, id: EntryId): Promise<EntryView> {
  const { record, row } = await openEntry(vault, id);
  return { record, summary: summarise(record, row.revision) };
}

export function editEntry(vault: Vault, id: EntryId, patch: EntryPatch): Promise<EntryView> {
  return vault.commit(async (transaction) => {
    const opened = await openEntry(vault, id);
    const record = applyPatch(opened.record, patch, vault.device);
    if (record === opened.record) return { record, summary: summarise(record, opened.row.revision) };
    return { record, summary: await writeRevision(transaction, opened, record) };
  });
}

/** Adds the next revision to the transaction; the one before stays in the history. */
export async function writeRevision(
  transaction: Transaction,
  opened: OpenedEntry,
  record: EntryRecord,
  revision = opened.row.revision + 1
): Promise<EntrySummary> {
  const { row, hash } = await sealRevision(transaction.vault, opened, record, revision);
  transaction.put('revisions', { entryId: row.entryId, revision: opened.row.revision, record: opened.row.record });
  transaction.put('entries', row);
  transaction.setItem(row.entryId, { revision, hash, tombstone: false });
  const summary = summarise(record, revision);
  transaction.setSummary(row.entryId, summary);
  return summary;
}

/** A revision that names the opened one as its parent. */
export async function sealRevision(
  vault: Vault,
  { row, key, hash: parent }: OpenedEntry,
  record: EntryRecord,
  revision: number
): Promise<OpenedEntry> {
  const envelope = recordEnvelope(vault.id, row.entryId, row.epoch, revision, parent);
  // What could not be read back must not be written.
  const sealed = await sealRecord(await recordKey(key, row.entryId), envelope, parseEntryRecord(record));
  return { row: { ...row, revision, record: sealed }, key, record, hash: await recordHash(sealed) };
}

/** Newest first. A revision that does not open ends the list: the rest cannot be proven. */
export async function entryVersions(vault: Vault, id: EntryId): Promise<EntryVersion[]> {
  const opened = await openEntry(vault, id);
  const older = await vault.stores.records.ofEntry('revisions', id);
  const records: { revision: number; record: EntryRecord }[] = [
    { revision: opened.row.revision, record: opened.record }
  ];
  for (const row of older.sort((a, b) => b.revision - a.revision)) {
    try {
      const record = await openRevision(vault, opened.row, opened.key, row.revision, row.record);
      records.push({ revision: row.revision, record });
    } catch (thrown) {
      if (!(thrown instanceof SvjError)) throw thrown;
      break;
    }
  }
  return records.map(({ revision, record }, i) => ({
    revision,
    changed: changedFields(records[i + 1]?.record, record),
    title: record.title.value,
    note: record.note.value,
    mood: record.mood.value,
    tags: record.tags.value
  }));
}

function changedFields(before: EntryRecord | undefined, after: EntryRecord): EntryVersion['changed'] {
  if (before === undefined) return ['clips'];
  const fields = ['title', 'note', 'tags', 'mood', 'date', 'trims', 'clips'] as const;
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

/**
 * Moves the entry with its key wrap to the trash; the head says so at once. Without its row
 * nothing can be opened any more: then everything else goes too.
 */
export async function removeEntry(vault: Vault, id: EntryId, now: Date): Promise<undefined> {
  const removal = async (transaction: Transaction): Promise<readonly ObjectId[]> => {
    const item = await vault.item(id);
    const row = await vault.stores.records.get('entries', id);
    if (item === undefined || item.tombstone) throw new SvjError('entry/absent');
    transaction.setItem(id, { ...item, revision: item.revision + 1, tombstone: true });
    transaction.setSummary(id, null);
    if (row === undefined) return forget(transaction, id);
    transaction.put('trash', { ...row, deletedAt: now.toISOString(), purgeAt: purgeTime(now) });
    transaction.remove('entries', id);
    return [];
  };
  const objects = await withReserve(vault.stores.objects, () => vault.commit(removal));
  await removeFiles(vault.stores.objects, ...objects);
  return undefined;
}

/** When what is deleted `now` goes for good, ISO 8601. */
export function purgeTime(now: Date): string {
  return new Date(now.getTime() + UNDO_DAYS * DAY_MS).toISOString();
}

export function restoreEntry(vault: Vault, id: EntryId): Promise<undefined> {
  return vault.commit(async (transaction) => {
    const opened = await openTrash(vault, id);
    const tombstone = await vault.item(id);
    if (opened === null || tombstone === undefined) throw new SvjError('entry/absent');
    // Half destroyed, it would come back as an entry that shows nothing.
    if (await lacksRecording(vault, id)) throw new SvjError('entry/damaged');
    transaction.remove('trash', id);
    await writeRevision(transaction, opened, withRestored(opened.record, vault.device), tombstone.revision + 1);
    return undefined;
  });
}

export async function listTrash(vault: Vault): Promise<TrashItem[]> {
  const rows = await vault.stores.records.all('trash');
  const items = rows.map(async ({ entryId, revision, deletedAt, purgeAt }) => {
    const summary = await summaryInTrash(vault, entryId, revision).catch((thrown: unknown) => {
      // One that cannot be read harms no other.
      if (thrown instanceof SvjError) return damagedSummary(entryId, revision);
      throw thrown;
    });
    return { summary, deletedAt, purgeAt };
  });
  return (await Promise.all(items)).sort((a, b) => b.deletedAt.localeCompare(a.deletedAt));
}

async function summaryInTrash(vault: Vault, id: EntryId, revision: number): Promise<EntrySummary> {
  const opened = await openTrash(vault, id);
  if (opened === null || (await lacksRecording(vault, id))) return damagedSummary(id, revision);
  return summarise(opened.record, revision);
}

/** Where destroying it was interrupted, see {@link destroyTrashed}. */
async function lacksRecording({ stores: { records, objects } }: Vault, id: EntryId): Promise<boolean> {
  for (const { objectId, kind, away } of await records.ofEntry('objects', id)) {
    if (kind !== KIND.media || away) continue;
    const file = await objects.open(objectId);
    if (file === null) return true;
    file.close();
  }
  return false;
}

/** @throws `entry/absent` when it is not in the trash */
export function destroyEntry(vault: Vault, id: EntryId): Promise<undefined> {
  return destroyTrashed(vault, id, () => true);
}

/**
 * Destroys the key wrap first, in one transaction; without it the objects are noise. Then the files go. That the entry is
 * gone the head has said since it was removed: nothing is put into the commit, which only holds the lock on the newest
 * state, and taking rows away needs no room where this app's share of the device is used up.
 */
async function destroyTrashed(vault: Vault, id: EntryId, isMeant: (row: TrashRow) => boolean): Promise<undefined> {
  const { records, objects } = vault.stores;
  const files = await vault.commit(async () => {
    const row = await records.get('trash', id);
    if (row === undefined || !isMeant(row)) throw new SvjError('entry/absent');
    const rows = await belongingsOf(vault, id);
    const changes = { remove: { ...rows, trash: [id] } };
    try {
      await records.commit(changes);
    } catch (thrown) {
      if (!(thrown instanceof SvjError) || thrown.code !== 'storage/quota') throw thrown;
      // The device itself is full: then the files make the room, while nobody can restore the entry. Interrupted between
      // the two it is a damaged entry in the trash, to be destroyed once more.
      await removeFiles(objects, ...rows.objects);
      await records.commit(changes);
    }
    return rows.objects;
  });
  await removeFiles(objects, ...files);
  return undefined;
}

/** Takes away what belongs to an entry that cannot be opened any more. Resolves to its objects. */
async function forget(transaction: Transaction, id: EntryId): Promise<readonly ObjectId[]> {
  const { objects, outbox, revisions } = await belongingsOf(transaction.vault, id);
  transaction.remove('objects', ...objects);
  transaction.remove('outbox', ...outbox);
  transaction.remove('revisions', ...revisions);
  return objects;
}

/** The rows that stand beside an entry's own. */
async function belongingsOf({ stores: { records } }: Vault, id: EntryId) {
  const objects = (await records.ofEntry('objects', id)).map(({ objectId }) => objectId);
  const revisions = await records.ofEntry('revisions', id);
  return {
    objects,
    outbox: [...objects.map((object) => `object/${object}`), `record/${id}`],
    revisions: revisions.map(({ revision }) => [id, revision] as const)
  };
}

/**
 * What has been in the trash for seven days. What cannot go now, on a full disk, or beside another
 * tab that does the same, the next round tries again.
 */
export async function purgeTrash(vault: Vault, now: Date): Promise<void> {
  const isDue = ({ purgeAt }: TrashRow): boolean => Date.parse(purgeAt) <= now.getTime();
  for (const { entryId } of (await vault.stores.records.all('trash')).filter(isDue)) {
    try {
      // Asked again in the commit: restored and deleted anew in another tab, it has its seven days again.
      await destroyTrashed(vault, entryId, isDue);
    } catch (thrown) {
      if (!(thrown instanceof SvjError)) throw thrown;
    }
  }
}

/** An entry in the trash; null when it is not there. */
export async function openTrash(vault: Vault, id: EntryId): Promise<OpenedEntry | null> {
  const row = await vault.stores.records.get('trash', id);
  const item = await vault.item(id);
  return row && item ? openRow(vault, row, row.revision, item.hash) : null;
}
