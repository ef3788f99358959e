/**
 * Takes in what other devices published, and puts what was changed here on top of it (FORMAT.md section 12.2): one local
 * commit, or nothing at all.
 *
 * [Note: An own head on top] The new head is always one of this device, higher than any that a tab has seen, also where it
 * says the same as the published one: so every tab may go on believing that numbers only rise. Whether there is something
 * to publish, the content tells.
 */
import { newDeviceId, parseEntryId, type EntryId } from '#shared/ids.ts';
import type { Arrival, TakeInOutcome } from '#web/model/parcel.ts';
import { reconcile, type LocalItem } from '#web/model/reconcile.ts';
import { stableText } from '#web/model/stable-text.ts';
import { recordHash } from '#shared/crypto/record.ts';
import { ArrivalReader, type ArrivedBucket } from './arrival.ts';
import { EntryResolver, type Decision } from './entry-resolver.ts';
import { bucketKey, bucketOf, type BucketContent, type BucketItem, type HeadContent } from './head.ts';
import { mergeHeads } from './head-merge.ts';
import { Refused } from './refused.ts';
import { readChain, type RemoteChain } from './remote-head.ts';
import type { Transaction } from './transaction.ts';
import type { Vault } from './vault.ts';

/** @throws what {@link Vault.commit} throws, `vault/newer-app` for a head of a newer app */
export async function takeIn(vault: Vault, arrival: Arrival, now: Date): Promise<TakeInOutcome> {
  try {
    return await vault.commit((transaction) => rebase(transaction, arrival, now));
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.outcome;
    throw thrown;
  }
}

async function rebase(transaction: Transaction, arrival: Arrival, now: Date): Promise<TakeInOutcome> {
  const { vault } = transaction;
  const chain = await readChain(vault, arrival.heads);
  if (chain === 'current') return { outcome: 'current' };
  if (typeof chain === 'string') throw new Refused(chain);
  const { base, newest, isCopied } = chain;
  const local = vault.head.content;
  const reader = new ArrivalReader(vault, arrival, newest.content);
  const merged = mergeHeads(base?.content ?? null, local, newest.content);
  const isHeaderKnown = merged.inbox === local.inbox && stableText(merged.slots) === stableText(local.slots);
  const header = isHeaderKnown ? {} : await reader.header(merged);
  const buckets = await newBuckets(reader, chain, local);
  const missing = reader.needs.outcome;
  if (missing !== null) return missing;
  await reader.requireAllListed((entryId) => listedItem(vault, chain, buckets, entryId));
  const resolver = new EntryResolver(transaction, reader, { now, copied: isCopied ? vault.device : undefined });
  const decisions = await decide(vault, buckets);
  for (const decision of decisions) await resolver.read(decision);
  const unread = reader.needs.outcome;
  if (unread !== null) return unread;

  const kept = new Set<number>();
  for (const decision of decisions) {
    const isTheirs = await resolver.resolve(decision);
    if (!isTheirs) kept.add(bucketOf(decision.entryId));
  }
  const listed: HeadContent['buckets'] = { ...newest.content.buckets, ...keptBuckets(chain, local) };
  for (const [bucket, { row, content }] of buckets) {
    const own = local.buckets[bucketKey(bucket)];
    if (!kept.has(bucket)) transaction.adoptBucket(row, content);
    // As it stands here; where something of it is taken over, it is sealed anew with this commit.
    else if (own !== undefined) listed[bucketKey(bucket)] = own;
  }
  transaction.head = { ...merged, buckets: listed };
  transaction.place = {
    sequence: Math.max(vault.head.sequence, newest.sequence) + 1,
    parent: newest.hash,
    chain: chain.heads.map(({ head: { sequence }, sealed }) => ({ sequence, sealed })),
    drops: (sequence) => sequence > (base?.sequence ?? 0)
  };
  const sealed = chain.heads.at(-1)?.sealed ?? new Uint8Array();
  transaction.setRow({
    ...vault.row,
    ...header,
    // Two that write under one id would each seem to have seen what the other wrote.
    deviceId: isCopied ? newDeviceId() : vault.device,
    published: { sequence: newest.sequence, sealed, givenUp: [] }
  });
  return { outcome: 'taken', sequence: newest.sequence, changed: resolver.changed };
}

/** Buckets in which the newest head lists something else than both this device and the base. @throws {@link Refused} */
async function newBuckets(
  reader: ArrivalReader,
  { base, newest }: RemoteChain,
  local: HeadContent
): Promise<Map<number, ArrivedBucket>> {
  const known = base?.content.buckets ?? {};
  if (Object.keys(known).some((bucket) => newest.content.buckets[bucket] === undefined)) throw new Refused('omitted');
  const arrived = new Map<number, ArrivedBucket>();
  for (const [key, { hash }] of Object.entries(newest.content.buckets)) {
    if (hash === local.buckets[key]?.hash || hash === known[key]?.hash) continue;
    const bucket = Number.parseInt(key, 16);
    const read = await reader.bucket(bucket);
    if (read !== null) arrived.set(bucket, read);
  }
  return arrived;
}

/** What was changed here alone. */
function keptBuckets({ base, newest }: RemoteChain, local: HeadContent): HeadContent['buckets'] {
  const isUnchanged = (key: string): boolean => newest.content.buckets[key]?.hash === base?.content.buckets[key]?.hash;
  return Object.fromEntries(Object.entries(local.buckets).filter(([key]) => isUnchanged(key)));
}

async function listedItem(
  vault: Vault,
  { newest }: RemoteChain,
  buckets: ReadonlyMap<number, ArrivedBucket>,
  entryId: EntryId
): Promise<BucketItem | null | undefined> {
  const bucket = bucketOf(entryId);
  const key = bucketKey(bucket);
  const listed = newest.content.buckets[key];
  if (listed === undefined) return undefined;
  const isOurs = listed.hash === vault.head.content.buckets[key]?.hash;
  const content = buckets.get(bucket)?.content ?? (isOurs ? await vault.bucket(bucket) : null);
  return content === null ? null : content.entries[entryId];
}

/** @throws {@link Refused} for what an honest published head cannot say */
async function decide(vault: Vault, buckets: ReadonlyMap<number, ArrivedBucket>): Promise<Decision[]> {
  const decisions: Decision[] = [];
  const outbox = new Set((await vault.stores.records.all('outbox')).map(({ key }) => key));
  for (const [bucket, { content }] of buckets) {
    const own = await vault.bucket(bucket);
    const local = new Map<EntryId, LocalItem>();
    for (const [entryId, item] of itemsOf(own)) {
      const unpublished = outbox.has(`record/${entryId}`) || outbox.has(`tombstone/${entryId}`);
      local.set(entryId, { ...item, unpublished, older: unpublished ? await olderHashes(vault, entryId) : [] });
    }
    const remote = new Map(itemsOf(content));
    for (const { entryId, action } of reconcile(local, remote)) {
      if (action === 'omitted' || action === 'undead' || action === 'rolled-back') throw new Refused(action, entryId);
      decisions.push({ entryId, action, local: local.get(entryId), remote: remote.get(entryId) });
    }
  }
  return decisions;
}

function itemsOf({ entries }: BucketContent): [EntryId, BucketItem][] {
  return Object.entries(entries).map(([entryId, item]) => [parseEntryId(entryId), item]);
}

async function olderHashes(vault: Vault, entryId: EntryId): Promise<string[]> {
  const rows = await vault.stores.records.ofEntry('revisions', entryId);
  return Promise.all(rows.map(({ record }) => recordHash(record)));
}
