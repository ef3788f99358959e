/**
 * What this device gives to the relay (FORMAT.md section 12.1): everything that changed since the published head, under one
 * new head on top of it.
 *
 * [Note: One head for the relay] All local heads above the published one become one, P, in a local commit of its own, before
 * it is sent. Where the answer is lost and nothing changed since, P is sent again. Where something changed, P is given up
 * and another takes its place: had the relay accepted P after all, it refuses that one, and P comes back as any other
 * published head does.
 */
import { recordHash } from '#shared/crypto/record.ts';
import { parseEntryId, type EntryId } from '#shared/ids.ts';
import type { EntryRow, OutboxRow } from '#web/store/rows.ts';
import type { Publication, PublishedEntry } from '#web/model/parcel.ts';
import { changedPassphrase } from './account-request.ts';
import { readHead, type AuthenticHead } from './head-reader.ts';
import { isMadeBy, preparedHashes, publishedHead, saysTheSame } from './published.ts';
import type { Transaction } from './transaction.ts';
import type { Vault } from './vault.ts';

/** Null when the relay has everything. @throws what {@link Vault.commit} throws */
export async function prepareCommit(vault: Vault): Promise<Publication | null> {
  const isNeeded = await vault.commit(async (transaction) => {
    const published = await publishedHead(vault);
    if (published !== null && saysTheSame(published.content, vault.head.content)) return false;
    if ((await newestIfPrepared(vault, published)) === null) await collapse(transaction, published);
    return true;
  });
  if (!isNeeded) return null;
  // Another tab may have changed something between the two.
  return (await vault.read(() => publicationOf(vault))) ?? prepareCommit(vault);
}

/**
 * The relay accepted the head with this hash. Where it was given up meanwhile, nothing is done: it comes back with what the
 * relay has.
 */
export async function confirmCommit(vault: Vault, hash: string): Promise<undefined> {
  return vault.commit(async (transaction) => {
    const { records } = vault.stores;
    for (const { sequence, sealed } of await records.all('heads')) {
      if (sequence <= (vault.row.published?.sequence ?? 0) || (await recordHash(sealed)) !== hash) continue;
      transaction.setRow({ ...vault.row, published: { sequence, sealed, givenUp: [] } });
      const sent = (await records.all('outbox')).filter((row) => row.sent === sequence);
      transaction.remove('outbox', ...sent.map(({ key }) => key));
    }
    return undefined;
  });
}

/**
 * Everything again, for a relay that has nothing of it: another account, made on purpose. Other tabs that are open meanwhile
 * take it for a step back, which it is, until they are unlocked again.
 */
export async function republish(vault: Vault): Promise<undefined> {
  return vault.commit(async (transaction) => {
    const { published, ...row } = vault.row;
    if (published === undefined) return undefined;
    transaction.setRow(row);
    for (const bucket of Object.keys(vault.head.content.buckets)) {
      const { entries } = await vault.bucket(Number.parseInt(bucket, 16));
      for (const [id, { revision, tombstone }] of Object.entries(entries)) {
        transaction.put('outbox', { key: `record/${id}`, revision });
        if (tombstone) transaction.put('outbox', { key: `tombstone/${id}`, revision });
      }
    }
    return undefined;
  });
}

/** The newest head, when it is P already. */
async function newestIfPrepared(vault: Vault, published: AuthenticHead | null): Promise<AuthenticHead | null> {
  const row = await vault.stores.records.get('heads', vault.head.sequence);
  const head = row === undefined ? null : await readHead(vault.keys.head, vault.id, row.sealed);
  return head?.parent === (published?.hash ?? null) && isMadeBy(vault.device, head) ? head : null;
}

async function collapse(transaction: Transaction, published: AuthenticHead | null): Promise<void> {
  const { vault } = transaction;
  const { records } = vault.stores;
  const { sequence } = transaction.place;
  const isAbove = (known: number): boolean => known > (published?.sequence ?? 0);
  const parent = published?.hash ?? null;
  transaction.place = { ...transaction.place, parent, drops: isAbove };
  transaction.head = { ...transaction.head, devices: { ...transaction.head.devices, [vault.device]: sequence } };
  const changed = (await records.all('outbox')).filter(({ key }) => entryOf(key) !== null);
  transaction.put('outbox', ...changed.map((row): OutboxRow => ({ ...row, sent: sequence })));
  if (vault.row.published === undefined) return;
  const givenUp = await preparedHashes(vault, published);
  transaction.setRow({ ...vault.row, published: { ...vault.row.published, givenUp } });
}

/** Null when the newest head is not P. */
async function publicationOf(vault: Vault): Promise<Publication | null> {
  const { records } = vault.stores;
  const published = await publishedHead(vault);
  const head = await newestIfPrepared(vault, published);
  const sealed = (await records.get('heads', vault.head.sequence))?.sealed;
  if (head === null || sealed === undefined) return null;
  const { sequence, hash, parent, content } = head;
  const before = published?.content;
  const changed = new Map(
    Object.entries(content.buckets).map(([bucket, { hash }]) => [Number.parseInt(bucket, 16), hash])
  );
  for (const [bucket, known] of Object.entries(before?.buckets ?? {})) {
    if (content.buckets[bucket]?.hash === known.hash) changed.delete(Number.parseInt(bucket, 16));
  }
  const rows = await Promise.all([...changed.keys()].map((bucket) => records.get('buckets', bucket)));
  const isHeaderNew =
    JSON.stringify(content.slots) !== JSON.stringify(before?.slots) || content.inbox !== before?.inbox;
  const { slots, recoveryCopy, inbox } = vault.row;
  return {
    head: { sequence, hash, parent, sealed },
    buckets: rows.filter((row) => row !== undefined),
    ...(await changedEntries(vault, sequence)),
    header: isHeaderNew ? { slots, recoveryCopy, inbox } : null,
    passphrase: await changedPassphrase(vault, before, content)
  };
}

async function changedEntries(vault: Vault, sequence: number): Promise<Pick<Publication, 'entries' | 'tombstones'>> {
  const { records } = vault.stores;
  const entries: PublishedEntry[] = [];
  const tombstones: { entryId: EntryId; revision: number }[] = [];
  for (const { key, sent } of await records.all('outbox')) {
    const entryId = sent === sequence ? entryOf(key) : null;
    const item = entryId === null ? undefined : await vault.item(entryId);
    if (entryId === null || item === undefined) continue;
    if (key.startsWith('record/')) {
      // A deleted one goes too, as long as it can be restored: elsewhere it can be restored then as well.
      const row = (await records.get('entries', entryId)) ?? (await records.get('trash', entryId));
      if (row !== undefined) entries.push(await published(row));
    } else if (item.tombstone) tombstones.push({ entryId, revision: item.revision });
  }
  return { entries, tombstones };
}

async function published({ entryId, revision, epoch, wrap, record }: EntryRow): Promise<PublishedEntry> {
  return { entryId, revision, hash: await recordHash(record), epoch, wrap, record };
}

/** The entry that an outbox row is about; null when it is about something else. */
function entryOf(key: string): EntryId | null {
  const id = /^(?:record|tombstone)\/(.+)$/.exec(key)?.[1];
  return id === undefined ? null : parseEntryId(id);
}
