/**
 * Upload tickets: permission to upload one object once. A ticket is bound to its account, its object and a length, and
 * is gone with the upload that it makes.
 */
import type { Transaction } from 'kysely';
import type { Database } from '#server/db/database.ts';
import type { Tables, TicketTable } from '#server/db/schema.ts';
import { SvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import { hashOfSecret, newSecret } from './secret.ts';

export const TICKET_MS = 24 * 3_600_000;

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

  constructor(database: Database, now: () => number, maxObjectBytes: number) {
    this.#database = database;
    this.#now = now;
    this.#maxObjectBytes = maxObjectBytes;
  }

  /** @throws `upload/too-long`, `upload/exists` */
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

  async purge(): Promise<void> {
    await this.#database.query.deleteFrom('tickets').where('expires_at', '<=', this.#now()).execute();
  }
}
