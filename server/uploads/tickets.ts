/**
 * Upload tickets: permission to upload one object once. A ticket is bound to its account, its object and a length, and
 * is gone with the upload that it makes.
 */
import type { Transaction } from 'kysely';
import { TooMany } from '#server/api/route.ts';
import type { Database } from '#server/db/database.ts';
import type { Tables, TicketTable } from '#server/db/schema.ts';
import { SvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import { hashOfSecret, newSecret } from './secret.ts';

export const TICKET_MS = 24 * 3_600_000;

/** A device asks for each right before its upload; this many are those of 10,000 entries at once. */
const MOST_TICKETS = 10_000;

export interface TicketRequest {
  readonly objectId: ObjectId;
  /** Bytes, exactly; null while the object is being recorded. */
  readonly length: number | null;
  /** Bytes at most, where the length is not known. */
  readonly maximum: number;
}

export class Tickets {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #maxObjectBytes: number;
  readonly #most: number;

  /** @param most tickets that one account may have at a time */
  constructor(database: Database, now: () => number, maxObjectBytes: number, most = MOST_TICKETS) {
    this.#database = database;
    this.#now = now;
    this.#maxObjectBytes = maxObjectBytes;
    this.#most = most;
  }

  /** @throws `upload/too-long`, `upload/exists`, {@link TooMany} */
  async issue(accountId: string, { objectId, length, maximum }: TicketRequest): Promise<string> {
    const most = length ?? maximum;
    if (most > this.#maxObjectBytes) throw new SvjError('upload/too-long');
    const stored = await this.#database.query
      .selectFrom('objects')
      .select('size')
      .where('account_id', '=', accountId)
      .where('object_id', '=', objectId)
      .executeTakeFirst();
    if (stored !== undefined) throw new SvjError('upload/exists');
    await this.#requireRoom(accountId);
    const { text, hash } = await newSecret();
    await this.#database.query
      .insertInto('tickets')
      .values({
        ticket_hash: hash,
        account_id: accountId,
        object_id: objectId,
        length,
        maximum: most,
        expires_at: this.#now() + TICKET_MS
      })
      .execute();
    return text;
  }

  /**
   * Takes the ticket out, in the transaction that makes the upload: of many who try at once, one gets it. What fails
   * later in the transaction leaves the ticket as it was.
   * @throws `ticket/refused`, the same for every reason
   */
  async take(query: Transaction<Tables>, ticket: string | null, accountId: string | null): Promise<TicketTable> {
    const hash = await hashOfSecret(ticket);
    const taken =
      hash &&
      (await query
        .deleteFrom('tickets')
        .where('ticket_hash', '=', hash)
        .where('expires_at', '>', this.#now())
        .returningAll()
        .executeTakeFirst());
    if (!taken || (accountId !== null && accountId !== taken.account_id)) throw new SvjError('ticket/refused');
    return taken;
  }

  /** Each is a row that one request makes: an account must not fill the disk with them. */
  async #requireRoom(accountId: string): Promise<void> {
    const now = this.#now();
    const { count, next } = await this.#database.query
      .selectFrom('tickets')
      .select((from) => [from.fn.countAll<number | string>().as('count'), from.fn.min('expires_at').as('next')])
      .where('account_id', '=', accountId)
      .where('expires_at', '>', now)
      .executeTakeFirstOrThrow();
    if (Number(count) >= this.#most) throw new TooMany(next - now);
  }

  async purge(): Promise<void> {
    await this.#database.query.deleteFrom('tickets').where('expires_at', '<=', this.#now()).execute();
  }
}
