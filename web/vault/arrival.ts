/**
 * What came from the relay beside the heads: buckets, entries and the vault header, each held against what the newest head
 * lists. What is missing is asked for; what an honest relay cannot have sent is refused by name.
 */
import type { Bytes } from '#shared/bytes.ts';
import { recordHash } from '#shared/crypto/record.ts';
import { unwrap } from '#shared/crypto/wrap.ts';
import { SvjError } from '#shared/errors.ts';
import { NO_PARENT, parseEnvelope } from '#shared/format/envelope.ts';
import type { EntryId } from '#shared/ids.ts';
import type { Arrival, ArrivedEntry, TakeInOutcome, VaultHeader } from '#web/model/parcel.ts';
import type { BucketRow, SlotRow, VaultRow } from '#web/store/rows.ts';
import { openListedBucket } from './bucket-reader.ts';
import { recoveryCopyEnvelope, slotEnvelope } from './envelopes.ts';
import { openRow, type OpenedEntry } from './entry-reader.ts';
import { bucketKey, type BucketContent, type BucketItem, type HeadContent } from './head.ts';
import { inboxHash, openInbox } from './inbox.ts';
import { Refused } from './refused.ts';
import { listedSlots } from './slots.ts';
import type { Vault } from './vault.ts';

/** Gathers what is still needed, so that it is asked for at once. */
export class Needs {
  readonly buckets: number[] = [];
  readonly entries: EntryId[] = [];
  header = false;

  get outcome(): TakeInOutcome | null {
    const { buckets, entries, header } = this;
    if (buckets.length === 0 && entries.length === 0 && !header) return null;
    return { outcome: 'needs', buckets, entries, header };
  }
}

export interface ArrivedBucket {
  readonly row: BucketRow;
  readonly content: BucketContent;
}

export class ArrivalReader {
  readonly #vault: Vault;
  readonly #arrival: Arrival;
  readonly #head: HeadContent;
  readonly needs = new Needs();

  constructor(vault: Vault, arrival: Arrival, head: HeadContent) {
    this.#vault = vault;
    this.#arrival = arrival;
    this.#head = head;
  }

  /** Null when it is still needed. @throws {@link Refused} */
  async bucket(bucket: number): Promise<ArrivedBucket | null> {
    const listed = this.#head.buckets[bucketKey(bucket)];
    if (listed === undefined) throw new Refused('omitted');
    for (const arrived of this.#arrival.buckets.filter((other) => other.bucket === bucket)) {
      if (arrived.sealed === null) throw new Refused('omitted');
      if (isNewer(arrived.sealed, listed.revision)) continue;
      const row = { bucket, revision: listed.revision, sealed: arrived.sealed };
      const place = { vaultId: this.#vault.id, bucket };
      const opening = openListedBucket(this.#vault.keys.head, place, row, listed);
      return { row, content: await orForeign(opening, null) };
    }
    this.needs.buckets.push(bucket);
    return null;
  }

  /**
   * The record that `item` lists. `absent`: the relay says that it has none. Null when it is still needed.
   * @throws {@link Refused}
   */
  async entry(entryId: EntryId, item: BucketItem): Promise<OpenedEntry | 'absent' | null> {
    const opened = await this.given(entryId, item);
    if (opened === null) this.needs.entries.push(entryId);
    return opened;
  }

  /** As {@link entry}, without asking for it. */
  async given(entryId: EntryId, { revision, hash, tombstone }: BucketItem): Promise<OpenedEntry | 'absent' | null> {
    for (const { sealed } of this.#arrival.entries.filter((arrived) => arrived.entryId === entryId)) {
      if (sealed === null) return 'absent';
      if (!(await isListed(entryId, sealed, { revision, hash, tombstone }))) continue;
      const { epoch, wrap, record } = sealed;
      // The record that a tombstone names is of an earlier revision, which its own envelope says; its key proves it.
      const own = tombstone ? revisionOf(record) : revision;
      return orForeign(openRow(this.#vault, { entryId, revision: own, epoch, wrap, record }, own, hash), entryId);
    }
    return null;
  }

  /**
   * Holds everything that was sent against the lists, asked for or not.
   * @param itemOf null where the newest head's list is not at hand, being the one of before
   * @throws {@link Refused}
   */
  async requireAllListed(itemOf: (entryId: EntryId) => Promise<BucketItem | null | undefined>): Promise<void> {
    for (const { entryId, sealed } of this.#arrival.entries) {
      const item = sealed === null ? null : await itemOf(entryId);
      if (item === undefined) throw new Refused('foreign', entryId);
      if (item !== null && sealed !== null) await isListed(entryId, sealed, item);
    }
  }

  /** Slots and inbox pair as `merged` lists them; null when they are still needed. @throws {@link Refused} */
  async header(merged: HeadContent): Promise<Pick<VaultRow, 'slots' | 'recoveryCopy' | 'inbox'> | null> {
    const { header } = this.#arrival;
    if (header === null) {
      this.needs.header = true;
      return null;
    }
    const slots: SlotRow[] = header.slots.map(({ slotId, kind, kdf, wrap }) => ({ slotId, kind, kdf, wrap }));
    const listed = await listedSlots(slots, merged.slots);
    if (listed === null || (await inboxHash(header.inbox)) !== merged.inbox) throw new Refused('foreign');
    if (!(await this.#isOwn(header, slots))) throw new Refused('foreign');
    return { slots: listed, recoveryCopy: header.recoveryCopy, inbox: header.inbox };
  }

  /** What no head lists, but a key or an envelope that one lists vouches for. */
  async #isOwn({ recoveryCopy, inbox }: VaultHeader, slots: readonly SlotRow[]): Promise<boolean> {
    const { id, keys } = this.#vault;
    const raw = await orForeign(unwrap(keys.local, recoveryCopyEnvelope(id), recoveryCopy), null);
    raw?.fill(0);
    await orForeign(openInbox(id, inbox, keys.local), null);
    for (const { slotId, kind, kdf, wrap } of slots) {
      const { parent } = await slotEnvelope(id, slotId, kind, kdf);
      if (parseEnvelope(wrap).parent !== (parent ?? NO_PARENT)) return false;
    }
    return raw !== null;
  }
}

/** False for what another device published in between: the newest head does not list it yet. @throws {@link Refused} */
async function isListed(entryId: EntryId, { record }: ArrivedEntry, item: BucketItem): Promise<boolean> {
  if ((await recordHash(record)) === item.hash) return true;
  if (isNewer(record, item.revision)) return false;
  if (item.tombstone) throw new Refused('undead', entryId);
  const own = revisionOf(record);
  throw new Refused(own > 0 && own < item.revision ? 'rolled-back' : 'foreign', entryId);
}

function isNewer(sealed: Bytes, revision: number): boolean {
  return revisionOf(sealed) > revision;
}

/** As its envelope claims; 0 where there is none. */
function revisionOf(sealed: Bytes): number {
  try {
    return parseEnvelope(sealed).revision;
  } catch (thrown) {
    if (thrown instanceof SvjError) return 0;
    throw thrown;
  }
}

/** @throws {@link Refused}, and `vault/newer-app` or `format/version` for what a newer app wrote */
async function orForeign<T>(opening: Promise<T>, entryId: EntryId | null): Promise<T> {
  try {
    return await opening;
  } catch (thrown) {
    if (thrown instanceof SvjError && /^(?:entry|vault\/damaged|seal|format\/(?!version|flags))/.test(thrown.code)) {
      throw new Refused('foreign', entryId);
    }
    throw thrown;
  }
}
