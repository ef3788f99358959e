/** A relay in memory: compare-and-set on the newest head, what belongs to it, and a feed. It sees ids and ciphertext. */
import type { Bytes } from '#shared/bytes.ts';
import type { EntryId } from '#shared/ids.ts';
import type { Arrival, ArrivedEntry, Publication, TakeInOutcome, VaultHeader } from '#web/model/parcel.ts';

export class TestRelay {
  readonly heads: Publication['head'][] = [];
  readonly buckets = new Map<number, Bytes>();
  readonly entries = new Map<EntryId, ArrivedEntry>();
  header: VaultHeader | null = null;

  get newest(): string | null {
    return this.heads.at(-1)?.hash ?? null;
  }

  /** All or nothing. The newest head sent once more is accepted once more: its answer was lost. */
  publish({ head, buckets, entries, header }: Publication): 'accepted' | 'conflict' {
    if (this.newest === head.hash) return 'accepted';
    if (this.newest !== head.parent) return 'conflict';
    this.heads.push(head);
    for (const { bucket, sealed } of buckets) this.buckets.set(bucket, sealed);
    for (const { entryId, revision, epoch, wrap, record } of entries) {
      this.entries.set(entryId, { revision, epoch, wrap, record });
    }
    this.header = header ?? this.header;
    return 'accepted';
  }

  /** Every head behind `hash`; all of them where it is not known. */
  feed(hash: string | null): Bytes[] {
    const known = this.heads.findIndex((head) => head.hash === hash);
    return this.heads.slice(known + 1).map(({ sealed }) => sealed);
  }

  /** What a device asked for. */
  give({ buckets, entries, header }: Extract<TakeInOutcome, { outcome: 'needs' }>): Omit<Arrival, 'heads'> {
    return {
      buckets: buckets.map((bucket) => ({ bucket, sealed: this.buckets.get(bucket) ?? null })),
      entries: entries.map((entryId) => ({ entryId, sealed: this.entries.get(entryId) ?? null })),
      header: header ? this.header : null
    };
  }

  copy(): TestRelay {
    const copy = new TestRelay();
    copy.heads.push(...this.heads);
    for (const [bucket, sealed] of this.buckets) copy.buckets.set(bucket, sealed);
    for (const [entryId, sealed] of this.entries) copy.entries.set(entryId, sealed);
    copy.header = this.header;
    return copy;
  }
}
