/**
 * One entry of two histories (FORMAT.md section 12.2): the record and the place it comes to, timeline or trash.
 *
 * [Note: Deleted and edited] Who edits an entry does not know that it was deleted elsewhere, and nothing that was recorded
 * or written may be lost for that: the entry comes back, with both. Where a person sees no difference to what was deleted,
 * it stays deleted.
 */
import { recordHash } from '#shared/crypto/record.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import type { EntryId } from '#shared/ids.ts';
import { isSameEntry, mergeEntries, saysTheSame } from '#web/model/merge.ts';
import type { Action, ListedItem, LocalItem } from '#web/model/reconcile.ts';
import { summarise } from '#web/model/summary.ts';
import type { ArrivalReader } from './arrival.ts';
import { openTrash, purgeTime, sealRevision } from './entries.ts';
import { openRevision, openRow, type OpenedEntry } from './entry-reader.ts';
import { objectRows } from './object-rows.ts';
import { Refused } from './refused.ts';
import type { Transaction } from './transaction.ts';

export interface Decision {
  readonly entryId: EntryId;
  readonly action: Action;
  readonly local: LocalItem | undefined;
  readonly remote: ListedItem | undefined;
}

export class EntryResolver {
  readonly #transaction: Transaction;
  readonly #reader: ArrivalReader;
  readonly #now: Date;
  readonly #copied: string | undefined;
  /** What is there, by entry; null where the record is gone for good. */
  readonly #theirs = new Map<EntryId, OpenedEntry | null>();
  readonly #mine = new Map<EntryId, OpenedEntry | null>();
  readonly changed: EntryId[] = [];

  constructor(transaction: Transaction, reader: ArrivalReader, how: { now: Date; copied: string | undefined }) {
    this.#transaction = transaction;
    this.#reader = reader;
    this.#now = how.now;
    this.#copied = how.copied;
  }

  /** Opens what the decision will need, or notes that it is still needed. @throws {@link Refused} */
  async read({ entryId, action, local, remote }: Decision): Promise<void> {
    if (remote === undefined || (action !== 'take' && action !== 'merge')) return;
    const mine = local === undefined ? null : await this.#own(entryId, local);
    this.#mine.set(entryId, mine);
    const known = mine === null ? null : await this.#known(mine, remote.hash);
    if (known !== null) {
      this.#theirs.set(entryId, known);
      return;
    }
    // A deletion that this device heard of before it heard of the entry needs no record.
    const isWanted = !remote.tombstone || mine !== null;
    const found = await (isWanted ? this.#reader.entry(entryId, remote) : this.#reader.given(entryId, remote));
    if (found === 'absent' && !remote.tombstone) throw new Refused('omitted', entryId);
    this.#theirs.set(entryId, found === 'absent' ? null : found);
  }

  /** @returns whether the entry stands exactly as the other side lists it */
  async resolve({ entryId, action, local, remote }: Decision): Promise<boolean> {
    if (remote === undefined || action === 'send') return false;
    if (action === 'nothing') {
      this.#transaction.settle(entryId);
      return true;
    }
    this.changed.push(entryId);
    const mine = this.#mine.get(entryId) ?? null;
    const theirs = this.#theirs.get(entryId) ?? null;
    if (action === 'take' || local === undefined) return this.#take(entryId, remote, mine, theirs);
    return this.#merge(entryId, { local, remote, mine, theirs });
  }

  async #take(
    entryId: EntryId,
    remote: ListedItem,
    mine: OpenedEntry | null,
    theirs: OpenedEntry | null
  ): Promise<boolean> {
    if (!remote.tombstone && theirs !== null) {
      await this.#show(theirs, mine);
    } else if (theirs === null && mine !== null) {
      // Destroyed there, and still here: it has its seven days here too, under a deletion that names what is kept.
      await this.#bury(mine, mine);
      this.#list(entryId, { revision: remote.revision + 1, hash: mine.hash, tombstone: true }, mine);
      return false;
    } else if (theirs !== null) {
      await this.#bury(theirs, mine);
    } else {
      this.#transaction.remove('entries', entryId);
      this.#transaction.setSummary(entryId, null);
    }
    this.#transaction.acceptItem(entryId, remote);
    return true;
  }

  async #merge(entryId: EntryId, sides: Sides): Promise<boolean> {
    const { local, remote, mine, theirs } = sides;
    const above = Math.max(local.revision, remote.revision) + 1;
    if (mine === null || theirs === null) return this.#oneSided(entryId, sides, above);
    const merged = mergeEntries(mine.record, theirs.record, this.#copied);
    const deleted = local.tombstone ? mine : remote.tombstone ? theirs : null;
    const isDeleted =
      (local.tombstone && remote.tombstone) || (deleted !== null && saysTheSame(merged, deleted.record));
    const isTheirs = isSameEntry(merged, theirs.record);
    const isRisen = local.tombstone && !remote.tombstone;
    const isAbove = isRisen ? remote.revision > local.revision : remote.revision >= local.revision;
    const stands = isTheirs && isAbove && isDeleted === remote.tombstone;
    const { vault } = this.#transaction;
    const entry = stands || (isTheirs && isDeleted) ? theirs : await sealRevision(vault, theirs, merged, above);
    if (isDeleted) await this.#bury(entry, mine, theirs);
    else await this.#show(entry, mine, theirs);
    if (stands) this.#transaction.acceptItem(entryId, remote);
    else
      this.#list(entryId, { revision: isDeleted ? above + 1 : above, hash: entry.hash, tombstone: isDeleted }, entry);
    return stands;
  }

  /** One of the two records is gone for good: what the other side did with its own stands. */
  async #oneSided(entryId: EntryId, { local, remote, mine, theirs }: Sides, above: number): Promise<boolean> {
    const { vault } = this.#transaction;
    if (theirs !== null && !(local.tombstone && remote.tombstone)) {
      const stands = remote.revision > local.revision;
      const entry = stands ? theirs : await sealRevision(vault, theirs, theirs.record, above);
      if (remote.tombstone) await this.#bury(entry);
      else await this.#show(entry);
      const item = { revision: remote.tombstone ? above + 1 : above, hash: entry.hash, tombstone: remote.tombstone };
      if (stands) this.#transaction.acceptItem(entryId, remote);
      else this.#list(entryId, item, entry);
      return stands;
    }
    if (mine !== null && !local.tombstone) {
      // It goes on from what the other side last said of it, so that its chain of parents does not break.
      const next = await sealRevision(vault, { ...mine, hash: remote.hash }, mine.record, above);
      await this.#show(next, mine);
      this.#list(entryId, { revision: above, hash: next.hash, tombstone: false }, next);
      return false;
    }
    // Deleted on both sides: what only one of them can still restore stays restorable there.
    const stands = mine === null && remote.revision >= local.revision;
    if (stands) this.#transaction.acceptItem(entryId, remote);
    else if (mine === null) this.#transaction.setItem(entryId, { ...remote, revision: above });
    else this.#list(entryId, { revision: above, hash: mine.hash, tombstone: true }, mine);
    return stands;
  }

  /** What the head will say, of something that the relay does not have yet. */
  #list(entryId: EntryId, item: ListedItem, { row }: OpenedEntry): void {
    this.#transaction.setItem(entryId, { ...item });
    if (item.tombstone) this.#transaction.sendRecord(entryId, row.revision);
  }

  async #show(entry: OpenedEntry, ...before: readonly (OpenedEntry | null)[]): Promise<void> {
    const { row, record } = entry;
    this.#transaction.remove('trash', row.entryId);
    this.#transaction.put('entries', row);
    this.#transaction.setSummary(row.entryId, summarise(record, row.revision));
    await this.#remember(entry, before);
  }

  async #bury(entry: OpenedEntry, ...before: readonly (OpenedEntry | null)[]): Promise<void> {
    const { row } = entry;
    const known = await this.#transaction.vault.stores.records.get('trash', row.entryId);
    // Counted from now: a clock elsewhere may be wrong by years.
    const { deletedAt, purgeAt } = known ?? { deletedAt: this.#now.toISOString(), purgeAt: purgeTime(this.#now) };
    this.#transaction.put('trash', { ...row, deletedAt, purgeAt });
    this.#transaction.remove('entries', row.entryId);
    this.#transaction.setSummary(row.entryId, null);
    await this.#remember(entry, before);
  }

  /** Keeps the states that it was made from, and lets go of pictures that it does not name any more. */
  async #remember({ row, hash, record }: OpenedEntry, before: readonly (OpenedEntry | null)[]): Promise<void> {
    for (const older of before) {
      if (older === null || older.hash === hash) continue;
      const { entryId, revision } = older.row;
      this.#transaction.put('revisions', { entryId, revision, record: older.row.record });
    }
    const named = new Map(objectRows(row.entryId, record).map((listed) => [listed.objectId, listed]));
    const known = new Map(
      (await this.#transaction.vault.stores.records.ofEntry('objects', row.entryId)).map((own) => [own.objectId, own])
    );
    for (const [objectId, listed] of named) {
      // What another device made lies on the relay.
      if (!known.has(objectId)) this.#transaction.put('objects', { ...listed, away: true });
    }
    for (const { objectId, kind } of known.values()) {
      if (kind === KIND.media || named.has(objectId)) continue;
      this.#transaction.remove('objects', objectId);
      this.#transaction.remove('outbox', `object/${objectId}`);
    }
  }

  /** Null where it was destroyed, or does not open: then there is nothing of it to lose. */
  async #own(entryId: EntryId, local: LocalItem): Promise<OpenedEntry | null> {
    const { vault } = this.#transaction;
    try {
      if (local.tombstone) return await openTrash(vault, entryId);
      const row = await vault.stores.records.get('entries', entryId);
      return row === undefined ? null : await openRow(vault, row, local.revision, local.hash);
    } catch (thrown) {
      if (thrown instanceof SvjError && thrown.code.startsWith('entry/')) return null;
      throw thrown;
    }
  }

  /** What the other side names, where it is here already. */
  async #known(mine: OpenedEntry, hash: string): Promise<OpenedEntry | null> {
    if (mine.hash === hash) return mine;
    const { vault } = this.#transaction;
    for (const { revision, record: sealed } of await vault.stores.records.ofEntry('revisions', mine.row.entryId)) {
      if ((await recordHash(sealed)) !== hash) continue;
      const record = await openRevision(vault, mine.row, mine.key, revision, sealed);
      return { row: { ...mine.row, revision, record: sealed }, key: mine.key, record, hash };
    }
    return null;
  }
}

interface Sides {
  readonly local: LocalItem;
  readonly remote: ListedItem;
  readonly mine: OpenedEntry | null;
  readonly theirs: OpenedEntry | null;
}
