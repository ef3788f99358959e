/**
 * Who is signed in: a random token in a cookie, kept as its hash. 30 minutes without a request end a session, 12 hours end
 * it in any case; one that waits for its second factor lives 15 minutes.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from '#server/api/route.ts';
import type { Database, Query } from '#server/db/database.ts';
import type { SessionStage } from '#server/db/schema.ts';
import { SvjError } from '#shared/errors.ts';

const MINUTE = 60_000;
const ABSOLUTE_MS = 12 * 60 * MINUTE;
const UNFINISHED_MS = 15 * MINUTE;
/** A request within this time of the last one writes nothing. */
const SEEN_EVERY_MS = 30_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface SessionView {
  readonly sessionId: string;
  readonly deviceId: string;
  readonly createdAt: number;
  readonly seenAt: number;
}

export class Sessions {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #idleMs: number;

  constructor(database: Database, now: () => number, idleMinutes: number) {
    this.#database = database;
    this.#now = now;
    this.#idleMs = idleMinutes * MINUTE;
  }

  /** @returns the token for the cookie: 256 random bits */
  async begin(query: Query, session: Pick<Caller, 'accountId' | 'stage' | 'deviceId'>): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const now = this.#now();
    await query
      .insertInto('sessions')
      .values({
        token_hash: hashOf(token),
        session_id: randomBytes(16).toString('hex'),
        account_id: session.accountId,
        stage: session.stage,
        device_id: session.deviceId,
        created_at: now,
        seen_at: now
      })
      .execute();
    return token;
  }

  /** A session that rises gets a new token; the old one is worth nothing from then on. @throws `session/absent` */
  async rise(query: Query, { accountId, sessionId, deviceId }: Caller, stage: SessionStage): Promise<string> {
    const { numDeletedRows } = await query
      .deleteFrom('sessions')
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
    // Ended meanwhile, from another device or by a new passphrase.
    if (numDeletedRows !== 1n) throw new SvjError('session/absent');
    return this.begin(query, { accountId, deviceId, stage });
  }

  /** Null for a token that is unknown or over. */
  async find(token: string | undefined): Promise<Caller | null> {
    if (token === undefined || !TOKEN.test(token)) return null;
    const { query } = this.#database;
    const row = await query
      .selectFrom('sessions')
      .selectAll()
      .where('token_hash', '=', hashOf(token))
      .executeTakeFirst();
    if (row === undefined) return null;
    const now = this.#now();
    const lifeMs = row.stage === 'full' ? ABSOLUTE_MS : UNFINISHED_MS;
    if (now - row.seen_at >= this.#idleMs || now - row.created_at >= lifeMs) {
      await query.deleteFrom('sessions').where('session_id', '=', row.session_id).execute();
      return null;
    }
    if (now - row.seen_at >= SEEN_EVERY_MS) {
      await query.updateTable('sessions').set({ seen_at: now }).where('session_id', '=', row.session_id).execute();
    }
    return { accountId: row.account_id, sessionId: row.session_id, stage: row.stage, deviceId: row.device_id };
  }

  /** Without counting as a request: whoever only listens becomes idle all the same. */
  async isLive(sessionId: string): Promise<boolean> {
    const now = this.#now();
    const row = await this.#database.query
      .selectFrom('sessions')
      .select('session_id')
      .where('session_id', '=', sessionId)
      .where('seen_at', '>', now - this.#idleMs)
      .where('created_at', '>', now - ABSOLUTE_MS)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Finished sessions that still live, the latest first. */
  async list(accountId: string): Promise<SessionView[]> {
    const now = this.#now();
    const rows = await this.#database.query
      .selectFrom('sessions')
      .select(['session_id', 'device_id', 'created_at', 'seen_at'])
      .where('account_id', '=', accountId)
      .where('stage', '=', 'full')
      .where('seen_at', '>', now - this.#idleMs)
      .where('created_at', '>', now - ABSOLUTE_MS)
      .orderBy('seen_at', 'desc')
      .execute();
    return rows.map((row) => ({
      sessionId: row.session_id,
      deviceId: row.device_id,
      createdAt: row.created_at,
      seenAt: row.seen_at
    }));
  }

  /** False when the account has no such session. */
  async end(accountId: string, sessionId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.query
      .deleteFrom('sessions')
      .where('account_id', '=', accountId)
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async endOthers(query: Query, { accountId, sessionId }: Caller): Promise<void> {
    await query
      .deleteFrom('sessions')
      .where('account_id', '=', accountId)
      .where('session_id', '!=', sessionId)
      .execute();
  }

  async purge(): Promise<void> {
    const now = this.#now();
    await this.#database.query
      .deleteFrom('sessions')
      .where((or) => or.or([or('seen_at', '<=', now - this.#idleMs), or('created_at', '<=', now - ABSOLUTE_MS)]))
      .execute();
  }
}

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}
