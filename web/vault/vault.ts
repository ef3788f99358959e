/**
 * The unlocked vault: its keys, its head, and the one way to change it. Everything else in
 * this folder reads and writes through it. Ending the worker ends it.
 *
 * [Note: One writer] Every change happens under the Web Lock `svj/commit`, on top of the newest
 * head in the database, and lands in one transaction: records, buckets, head, list cache and
 * outbox together. Tabs therefore never overwrite each other, and a crash leaves the old state
 * or the new one. What is read together is read under the same lock, shared: nobody commits
 * between an entry's row and the bucket that vouches for it.
 */
import type { Bytes } from '#shared/bytes.ts';
import {
  entryWrapKey,
  headKey,
  localKey,
  vaultKey,
  type EntryWrapKey,
  type HeadKey,
  type LocalKey
} from '#shared/crypto/keys.ts';
import { recordHash, sealRecord } from '#shared/crypto/record.ts';
import { SvjError } from '#shared/errors.ts';
import type { DeviceId, EntryId, SlotId, VaultId } from '#shared/ids.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import { isReadOnly, type VaultCondition } from '#web/model/vault-condition.ts';
import type { ObjectStore } from '#web/store/objects.ts';
import type { RecordStore } from '#web/store/records.ts';
import type { SlotRow, VaultRow } from '#web/store/rows.ts';
import { openListedBucket, openStoredBucket } from './bucket-reader.ts';
import { headEnvelope } from './envelopes.ts';
import { bucketKey, bucketOf, type BucketContent, type BucketItem, type HeadContent } from './head.ts';
import { loadHead, requireSuccessor, type LoadedHead } from './head-chain.ts';
import type { HeadState } from './head-reader.ts';
import { ListCache } from './list-cache.ts';
import type { RemoteObjects } from './remote-objects.ts';
import { rebuildSummaries } from './summaries.ts';
import { Transaction } from './transaction.ts';

export interface Stores {
  readonly records: RecordStore;
  readonly objects: ObjectStore;
  /** Where a relay is at hand: what lies there and not here. */
  readonly remote?: RemoteObjects;
}

/** What signs in to the relay, of the passphrase that this slot opens with. */
export interface SignInProof {
  readonly slotId: SlotId;
  readonly auth: Bytes;
}

export interface VaultKeys {
  readonly entryWrap: EntryWrapKey;
  readonly head: HeadKey;
  readonly local: LocalKey;
}

const COMMIT_LOCK = 'svj/commit';
/** Heads kept on the device, to prove the chain. */
export const HEADS_KEPT = 64;

export async function deriveVaultKeys(rawVaultKey: Bytes, vaultId: VaultId, epoch: number): Promise<VaultKeys> {
  const vmk = await vaultKey(rawVaultKey);
  return {
    entryWrap: await entryWrapKey(vmk, vaultId, epoch),
    head: await headKey(vmk, vaultId),
    local: await localKey(vmk, vaultId)
  };
}

export class Vault {
  readonly stores: Stores;
  readonly keys: VaultKeys;
  /** Null where no passphrase was typed since the worker started. */
  proof: SignInProof | null = null;
  readonly #lists: ListCache;
  readonly #buckets = new Map<number, BucketContent>();
  #row: VaultRow;
  #head: HeadState;
  #condition: VaultCondition;
  #kept: readonly number[];
  #unproven: readonly number[];
  #summaries: ReadonlyMap<EntryId, EntrySummary>;
  #catchingUp: Promise<void> | null = null;

  private constructor(stores: Stores, keys: VaultKeys, row: VaultRow, loaded: LoadedHead, lists: ListCache) {
    this.stores = stores;
    this.keys = keys;
    this.#row = row;
    this.#head = loaded.head;
    this.#condition = loaded.condition;
    this.#kept = loaded.kept;
    this.#unproven = loaded.unproven;
    this.#lists = lists;
    this.#summaries = new Map();
  }

  /**
   * For reading only where head, chain or slots do not stand; see {@link Vault.condition}.
   * @param slotId the slot that the keys came from
   * @param replaced as {@link loadHead} takes it
   * @throws `vault/damaged`, `vault/rolled-back` and `vault/newer-app` as {@link loadHead} does
   */
  static async load(
    stores: Stores,
    keys: VaultKeys,
    vaultId: VaultId,
    slotId: SlotId | null,
    replaced: SlotRow['kind'] | null = null
  ): Promise<Vault> {
    return shared(async () => {
      const row = await requireRow(stores.records);
      const loaded = await loadHead(stores.records, keys.head, row, slotId, replaced);
      const vault = new Vault(stores, keys, row, loaded, new ListCache(vaultId, keys.local));
      await vault.#loadSummaries();
      return vault;
    });
  }

  get id(): VaultId {
    return this.#row.vaultId;
  }

  get device(): DeviceId {
    return this.#row.deviceId;
  }

  get epoch(): number {
    return this.#head.content.epoch;
  }

  get row(): VaultRow {
    return this.#row;
  }

  get head(): HeadState {
    return this.#head;
  }

  get summaries(): ReadonlyMap<EntryId, EntrySummary> {
    return this.#summaries;
  }

  get condition(): VaultCondition {
    return this.#condition;
  }

  /** See [Note: Reading only] in head-chain.ts. */
  get readOnly(): boolean {
    return isReadOnly(this.#condition);
  }

  /** To be asked before anything is written. @throws `vault/damaged`, `vault/rolled-back`, `vault/newer-app` in a journal for reading only */
  requireWritable(): void {
    const condition = this.#condition;
    if (isReadOnly(condition)) throw new SvjError(`vault/${condition}`, 'read-only');
  }

  /** What the head says of an entry; undefined when it knows none. */
  async item(entryId: EntryId): Promise<BucketItem | undefined> {
    return (await this.bucket(bucketOf(entryId))).entries[entryId];
  }

  /** An opened bucket. @throws `vault/damaged` */
  async bucket(bucket: number): Promise<BucketContent> {
    const known = this.#buckets.get(bucket);
    if (known !== undefined) return known;
    const row = await this.stores.records.get('buckets', bucket);
    const place = { vaultId: this.id, bucket };
    const content = await (this.readOnly
      ? openStoredBucket(this.keys.head, place, row)
      : openListedBucket(this.keys.head, place, row, this.#head.content.buckets[bucketKey(bucket)]));
    this.#buckets.set(bucket, content);
    return content;
  }

  /**
   * Takes in what another tab committed, then runs `work` while nobody commits. Not to be called
   * within {@link commit}.
   * @throws `vault/rolled-back` when an older head stands where a newer one was, and what `work` throws
   */
  read<T>(work: () => Promise<T>): Promise<T> {
    return shared(async () => {
      await this.#catchUp();
      return work();
    });
  }

  /**
   * Runs `build` on the newest state and commits what it put together, all or nothing. See
   * [Note: One writer]. Nothing in memory changes unless the transaction is complete.
   * @throws `vault/damaged`, `vault/rolled-back` before anything else in a journal for reading only, `storage/quota` and
   *   whatever `build` throws
   */
  async commit<T>(build: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.requireWritable();
    return navigator.locks.request(COMMIT_LOCK, async () => {
      await this.#catchUp();
      const transaction = new Transaction(this);
      const result = await build(transaction);
      if (transaction.empty) return result;
      const { sequence, parent, chain, drops } = transaction.place;
      const buckets = await transaction.sealBuckets(sequence);
      const content: HeadContent = {
        ...transaction.head,
        buckets: { ...transaction.head.buckets, ...buckets.listed }
      };
      const sealed = await sealRecord(this.keys.head, headEnvelope(this.id, sequence, parent), content);
      const hash = await recordHash(sealed);
      const summaries = transaction.summaries(this.#summaries);
      const lists = await this.#lists.seal(summaries, transaction.touchedPacks, sequence, hash);
      const heads = [...chain, { sequence, sealed }].slice(-HEADS_KEPT);
      const older = this.#kept.filter((known) => !drops(known) && !this.#unproven.includes(known));
      const kept = [...older, ...heads.map((head) => head.sequence)].slice(-HEADS_KEPT);
      await this.stores.records.commit(
        transaction.changes({
          heads,
          buckets: buckets.rows,
          lists: lists.rows,
          forget: this.#kept.filter((known) => !kept.includes(known))
        })
      );
      this.#head = { content, sequence, hash };
      this.#condition = 'sound';
      this.#kept = kept;
      this.#unproven = [];
      this.#row = transaction.row;
      this.#summaries = summaries;
      for (const [bucket, bucketContent] of buckets.contents) this.#buckets.set(bucket, bucketContent);
      lists.keep();
      return result;
    });
  }

  /**
   * Runs `work`, which takes something away, while nobody commits, in any tab.
   * @throws `vault/damaged`, `vault/rolled-back` in a journal for reading only: what looks like a leftover beside an old
   *   state may be newer than it
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.requireWritable();
    return navigator.locks.request(COMMIT_LOCK, work);
  }

  /** One at a time: a second reader must not find the new head there already, beside the list of before. */
  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#takeIn().finally(() => {
      this.#catchingUp = null;
    });
    return this.#catchingUp;
  }

  async #takeIn(): Promise<void> {
    // No tab can commit on top of what this one reads.
    if (this.readOnly) return;
    const { records } = this.stores;
    const { sequence, hash } = this.#head;
    const newest = await records.last('heads');
    if (newest?.sequence === sequence && (await recordHash(newest.sealed)) === hash) return;
    const kept = await records.get('heads', sequence);
    const row = await requireRow(records);
    const loaded = await loadHead(records, this.keys.head, row, null);
    const { condition, head } = loaded;
    // What was whole a moment ago is read again from its beginning: by the next unlock.
    if (isReadOnly(condition)) throw new SvjError(`vault/${condition}`);
    const accepted = { head: this.#head, published: this.#row.published?.sequence ?? 0 };
    await requireSuccessor(accepted, kept, { head, published: row.published?.sequence ?? 0 }, this.device);
    const before = {
      head: this.#head,
      condition: this.#condition,
      kept: this.#kept,
      unproven: this.#unproven,
      row: this.#row
    };
    this.#stand(loaded, row);
    try {
      await this.#loadSummaries();
    } catch (thrown) {
      // Or the next commit would seal the list of before as the one of the new head.
      this.#stand(before, before.row);
      throw thrown;
    }
  }

  #stand({ head, condition, kept, unproven }: LoadedHead, row: VaultRow): void {
    this.#head = head;
    this.#condition = condition;
    this.#kept = kept;
    this.#unproven = unproven;
    this.#row = row;
    this.#buckets.clear();
  }

  async #loadSummaries(): Promise<void> {
    const cached = this.readOnly ? null : await this.#lists.load(this.stores.records, this.#head.hash);
    this.#summaries = cached ?? (await rebuildSummaries(this));
  }
}

async function requireRow(records: RecordStore): Promise<VaultRow> {
  const row = await records.get('vault', 'vault');
  if (row === undefined) throw new SvjError('vault/absent');
  return row;
}

function shared<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(COMMIT_LOCK, { mode: 'shared' }, work);
}
