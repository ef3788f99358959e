/** What one commit puts together: rows, head items, summaries. Sealed and written by the vault. */
import { recordHash, sealRecord } from '#shared/crypto/record.ts';
import type { EntryId } from '#shared/ids.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import type { Changes } from '#web/store/records.ts';
import type { BucketRow, HeadRow, ListRow, OutboxRow, RowKey, Table, Tables, VaultRow } from '#web/store/rows.ts';
import { bucketEnvelope } from './envelopes.ts';
import { bucketKey, bucketOf, withItem, type BucketContent, type BucketItem, type HeadContent } from './head.ts';
import { packOf } from './list-cache.ts';
import type { Vault } from './vault.ts';

interface SealedBuckets {
  readonly rows: BucketRow[];
  readonly listed: HeadContent['buckets'];
  readonly contents: ReadonlyMap<number, BucketContent>;
}

/** Where the new head goes: on top of the newest one, unless it is published or rebased. */
export interface HeadPlace {
  readonly sequence: number;
  /** Hash of the head before it; null for the first. */
  readonly parent: string | null;
  /** Heads that are put in front of it. */
  readonly chain: readonly HeadRow[];
  /** Whether a kept head goes. */
  readonly drops: (sequence: number) => boolean;
}

export class Transaction {
  readonly vault: Vault;
  readonly #put: { [T in Table]?: Tables[T][] } = {};
  readonly #remove: Partial<Record<Table, RowKey[]>> = {};
  readonly #items = new Map<EntryId, BucketItem>();
  readonly #summaries = new Map<EntryId, EntrySummary | null>();
  readonly #outbox = new Map<string, number>();
  readonly #adopted = new Map<number, { row: BucketRow; content: BucketContent }>();
  head: HeadContent;
  place: HeadPlace;
  #row: VaultRow;

  constructor(vault: Vault) {
    this.vault = vault;
    this.head = vault.head.content;
    this.#row = vault.row;
    const { sequence, hash } = vault.head;
    this.place = { sequence: sequence + 1, parent: hash, chain: [], drops: () => false };
  }

  get row(): VaultRow {
    return this.#row;
  }

  get empty(): boolean {
    return (
      this.#items.size === 0 &&
      this.#summaries.size === 0 &&
      this.head === this.vault.head.content &&
      Object.keys(this.#put).length === 0 &&
      Object.keys(this.#remove).length === 0
    );
  }

  get touchedPacks(): ReadonlySet<number> {
    return new Set([...this.#summaries.keys()].map(packOf));
  }

  put<T extends Table>(table: T, ...rows: Tables[T][]): void {
    const known: Tables[T][] = this.#put[table] ?? [];
    known.push(...rows);
    Object.assign(this.#put, { [table]: known });
  }

  remove(table: Table, ...keys: RowKey[]): void {
    (this.#remove[table] ??= []).push(...keys);
  }

  /** Replaces the vault header; the head's slot list must be set to match. */
  setRow(row: VaultRow): void {
    this.#row = row;
    this.put('vault', row);
  }

  /** What the head will say of the entry. */
  setItem(entryId: EntryId, item: BucketItem): void {
    this.#items.set(entryId, item);
    this.#outbox.set(item.tombstone ? `tombstone/${entryId}` : `record/${entryId}`, item.revision);
  }

  /** As {@link setItem}, for what the relay has. */
  acceptItem(entryId: EntryId, item: BucketItem): void {
    this.#items.set(entryId, item);
    this.settle(entryId);
  }

  /** The relay has the entry as it is here. */
  settle(entryId: EntryId): void {
    this.remove('outbox', `record/${entryId}`, `tombstone/${entryId}`);
  }

  /** A bucket that is taken over as another device sealed it; `head` lists it already. */
  adoptBucket(row: BucketRow, content: BucketContent): void {
    this.#adopted.set(row.bucket, { row, content });
  }

  /** A record that goes to the relay though no list shows it: a deleted one, which can be restored elsewhere too. */
  sendRecord(entryId: EntryId, revision: number): void {
    this.#outbox.set(`record/${entryId}`, revision);
  }

  /** Null takes the entry off the timeline. */
  setSummary(entryId: EntryId, summary: EntrySummary | null): void {
    this.#summaries.set(entryId, summary);
  }

  /** The object is on disk and complete; it waits for the relay. */
  addObject(row: Tables['objects']): void {
    this.put('objects', row);
    this.#outbox.set(`object/${row.objectId}`, 1);
  }

  summaries(known: ReadonlyMap<EntryId, EntrySummary>): Map<EntryId, EntrySummary> {
    const next = new Map(known);
    for (const [id, summary] of this.#summaries) {
      if (summary === null) next.delete(id);
      else next.set(id, summary);
    }
    return next;
  }

  async sealBuckets(revision: number): Promise<SealedBuckets> {
    const contents = new Map<number, BucketContent>();
    for (const [entryId, item] of this.#items) {
      const bucket = bucketOf(entryId);
      if (this.#adopted.has(bucket)) continue;
      const content = contents.get(bucket) ?? (await this.vault.bucket(bucket));
      contents.set(bucket, withItem(content, entryId, item));
    }
    const rows: BucketRow[] = [];
    const listed: HeadContent['buckets'] = {};
    for (const [bucket, content] of contents) {
      const sealed = await sealRecord(this.vault.keys.head, bucketEnvelope(this.vault.id, bucket, revision), content);
      rows.push({ bucket, revision, sealed });
      listed[bucketKey(bucket)] = { revision, hash: await recordHash(sealed) };
    }
    for (const [bucket, { row, content }] of this.#adopted) {
      rows.push(row);
      contents.set(bucket, content);
    }
    return { rows, listed, contents };
  }

  /** Everything for the one database transaction. `forget`: sequences of the heads that go. */
  changes(own: { heads: HeadRow[]; buckets: BucketRow[]; lists: ListRow[]; forget: readonly number[] }): Changes {
    const sequence = own.heads.at(-1)?.sequence ?? 0;
    const outbox: OutboxRow[] = [...this.#outbox, ['head', sequence] as const].map(([key, revision]) => ({
      key,
      revision
    }));
    return {
      put: {
        ...this.#put,
        heads: own.heads,
        buckets: own.buckets,
        lists: own.lists,
        outbox: [...(this.#put.outbox ?? []), ...outbox]
      },
      remove: { ...this.#remove, heads: own.forget }
    };
  }
}
