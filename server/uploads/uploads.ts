/**
 * Uploads and what becomes of them, as rows. A row stands before the first byte is stored and names where the bytes are;
 * how many there are is asked of the store alone.
 */
import type { Transaction } from 'kysely';
import { owedRow } from '#server/db/claims.ts';
import type { Database } from '#server/db/database.ts';
import type { Tables, TicketTable, UploadTable } from '#server/db/schema.ts';
import { objectKey, type ObjectKey, type ObjectStore } from '#server/objects/object-store.ts';
import { SvjError } from '#shared/errors.ts';
import { newObjectId } from '#shared/ids.ts';
import type { Copies } from './copies.ts';
import { hashOfSecret, newSecret } from './secret.ts';
import type { Tickets } from './tickets.ts';
import { giveBack, lockUsage, setAside } from './usage.ts';

/** From its last change on; a device that is offline for longer asks for a new ticket. */
export const UPLOAD_MS = 7 * 24 * 3_600_000;

export interface UploadParts {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly tickets: Tickets;
  readonly now: () => number;
  /** Bytes per account. */
  readonly quota: number;
  /** Absent without a replica. */
  readonly copies?: Copies | undefined;
}

export type Upload = Readonly<Omit<UploadTable, 'store_key'>> & { readonly store_key: ObjectKey };

export class Uploads {
  readonly #database: Database;
  readonly #store: ObjectStore;
  readonly #tickets: Tickets;
  readonly #now: () => number;
  readonly #quota: number;
  readonly #copies: Copies | undefined;

  constructor({ database, store, tickets, now, quota, copies }: UploadParts) {
    this.#database = database;
    this.#store = store;
    this.#tickets = tickets;
    this.#now = now;
    this.#quota = quota;
    this.#copies = copies;
  }

  /**
   * Exchanges a ticket for an upload. An open upload of the same object gives way: its device lost the address.
   * @param length null while it is not known
   * @returns the secret of its address
   * @throws `ticket/refused`, `upload/length`, `upload/too-long`, `upload/exists`, `upload/over-quota`
   */
  async create(ticket: string | null, accountId: string | null, length: number | null): Promise<string> {
    const { text, hash } = await newSecret();
    await this.#database.transaction(async (query) => {
      const taken = await this.#tickets.take(query, ticket, accountId);
      mustFit(taken, length);
      // What gives way makes room first; the row of the account is locked by it all the same.
      await lockUsage(query, taken.account_id);
      await this.#giveWay(query, taken);
      await setAside(query, taken.account_id, length ?? taken.maximum, this.#quota);
      await query
        .insertInto('uploads')
        .values({
          upload_hash: hash,
          account_id: taken.account_id,
          object_id: taken.object_id,
          // A name of its own: what an older upload of this object still writes goes elsewhere.
          store_key: objectKey(taken.account_id, newObjectId()),
          state: 'open',
          length,
          maximum: length ?? taken.maximum,
          expires_at: this.#now() + UPLOAD_MS,
          lease_holder: null,
          lease_until: 0
        })
        .execute();
    });
    return text;
  }

  /**
   * @param accountId of the session that asks; null without one, when the secret is enough
   * @throws `http/not-found` also for another account's and for what expired
   */
  async find(secret: string, accountId: string | null): Promise<Upload> {
    const hash = await hashOfSecret(secret);
    const row =
      hash &&
      (await this.#database.query
        .selectFrom('uploads')
        .selectAll()
        .where('upload_hash', '=', hash)
        .where('expires_at', '>', this.#now())
        .executeTakeFirst());
    if (!row || (accountId !== null && accountId !== row.account_id)) throw new SvjError('http/not-found');
    return row as Upload;
  }

  /** Once set the length stays. @throws `upload/length`, `upload/too-long` */
  async setLength(upload: Upload, length: number, stored: number): Promise<void> {
    if (upload.length !== null) {
      if (upload.length !== length) throw new SvjError('upload/length');
      return;
    }
    if (length < stored) throw new SvjError('upload/length');
    if (length > upload.maximum) throw new SvjError('upload/too-long');
    await this.#update(upload, { length });
  }

  /** @returns when it expires now */
  async touch(upload: Upload): Promise<number> {
    const expiry = this.#now() + UPLOAD_MS;
    await this.#update(upload, { expires_at: expiry });
    return expiry;
  }

  /** Makes an object of what is stored. May be repeated, by any process, after a crash at any point. */
  async complete(upload: Upload, size: number): Promise<void> {
    await this.#store.complete(upload.store_key);
    await this.#database.transaction(async (query) => {
      await lockUsage(query, upload.account_id);
      const { numUpdatedRows } = await query
        .updateTable('uploads')
        .set({ state: 'complete', length: size })
        .where('upload_hash', '=', upload.upload_hash)
        .where('state', '=', 'open')
        .executeTakeFirst();
      if (numUpdatedRows === 0n) {
        await this.#requireComplete(query, upload);
        return;
      }
      const { account_id, object_id, store_key } = upload;
      const object = { account_id, object_id, store_key, size, stored_at: this.#now() };
      await query.insertInto('objects').values(object).execute();
      await this.#copies?.owe(query, store_key);
      await giveBack(query, account_id, upload.maximum - size);
    });
  }

  /** Another request completed it. @throws `http/not-found` when another upload of the object took its place instead */
  async #requireComplete(query: Transaction<Tables>, { upload_hash }: Upload): Promise<void> {
    const row = await query
      .selectFrom('uploads')
      .select('state')
      .where('upload_hash', '=', upload_hash)
      .executeTakeFirst();
    if (row?.state !== 'complete') throw new SvjError('http/not-found');
  }

  /** Ends an open upload for good. @throws `store/complete` */
  async end(upload: Upload): Promise<void> {
    if (upload.state === 'complete') throw new SvjError('store/complete');
    await this.#database.transaction(async (query) => {
      await lockUsage(query, upload.account_id);
      await this.#discard(query, upload.upload_hash);
    });
  }

  /** Ends what expired and is not being worked on. */
  async purge(): Promise<void> {
    const now = this.#now();
    const expired = await this.#database.query
      .selectFrom('uploads')
      .select(['upload_hash', 'account_id'])
      .where('expires_at', '<=', now)
      .where((row) => row.or([row('lease_holder', 'is', null), row('lease_until', '<', now)]))
      .execute();
    // By its time again: a request may have gone on with it a moment ago.
    for (const { upload_hash, account_id } of expired) {
      await this.#database.transaction(async (query) => {
        await lockUsage(query, account_id);
        await this.#discard(query, upload_hash, now);
      });
    }
  }

  async #giveWay(query: Transaction<Tables>, { account_id, object_id }: TicketTable): Promise<void> {
    const stored = await query
      .selectFrom('objects')
      .select('size')
      .where('account_id', '=', account_id)
      .where('object_id', '=', object_id)
      .executeTakeFirst();
    if (stored !== undefined) throw new SvjError('upload/exists');
    const before = await query
      .selectFrom('uploads')
      .select('upload_hash')
      .where('account_id', '=', account_id)
      .where('object_id', '=', object_id)
      .executeTakeFirst();
    if (before !== undefined) await this.#discard(query, before.upload_hash);
  }

  /** Takes the row away; of an open upload also the bytes, which from then on are owed to the store. */
  async #discard(query: Transaction<Tables>, upload: Uint8Array, expiredAt = Number.MAX_SAFE_INTEGER): Promise<void> {
    const gone = await query
      .deleteFrom('uploads')
      .where('upload_hash', '=', upload)
      .where('expires_at', '<=', expiredAt)
      .returningAll()
      .executeTakeFirst();
    if (gone?.state !== 'open') return;
    await giveBack(query, gone.account_id, gone.maximum);
    await query.insertInto('removals').values(owedRow(gone.store_key, this.#now())).execute();
  }

  async #update(upload: Upload, change: { length?: number; expires_at?: number }): Promise<void> {
    await this.#database.query
      .updateTable('uploads')
      .set(change)
      .where('upload_hash', '=', upload.upload_hash)
      .where('state', '=', 'open')
      .execute();
  }
}

function mustFit(ticket: TicketTable, length: number | null): void {
  if (length !== null && length > ticket.maximum) throw new SvjError('upload/too-long');
  if (ticket.length !== null && length !== ticket.length) throw new SvjError('upload/length');
}
