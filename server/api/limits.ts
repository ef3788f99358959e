/**
 * Rate limits that outlive a restart and hold for all processes: so many uses of a bucket in any span of time. A bucket's
 * name says what is limited and for whom; names of accounts stand in it as keyed hashes only.
 */
import type { Database } from '#server/db/database.ts';
import { TooMany } from './route.ts';

export interface Limit {
  readonly uses: number;
  /** Milliseconds. */
  readonly within: number;
}

export class Limits {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Counts one use, or refuses it; a refused one does not count.
   * @throws {TooMany} with the time until the next may be
   */
  async take(bucket: string, { uses, within }: Limit): Promise<void> {
    const now = this.#now();
    const seen = await this.#database.query
      .selectFrom('limits')
      .select('uses')
      .where('bucket', '=', bucket)
      .executeTakeFirst();
    // A flood is refused by a look; only what may be counted waits for its turn to write.
    if (seen !== undefined) countedIn(seen.uses, { uses, within }, now);
    await this.#database.transaction(async (query) => {
      const row = await query
        .insertInto('limits')
        .values({ bucket, uses: '[]', expires_at: now + within })
        .onConflict((conflict) => conflict.column('bucket').doUpdateSet({ bucket }))
        .returning('uses')
        .executeTakeFirstOrThrow();
      const next = JSON.stringify([...countedIn(row.uses, { uses, within }, now), now]);
      await query
        .updateTable('limits')
        .set({ uses: next, expires_at: now + within })
        .where('bucket', '=', bucket)
        .execute();
    });
  }

  /** Forgets what was counted: whoever proved to be right was not guessing. */
  async clear(bucket: string): Promise<void> {
    await this.#database.query.deleteFrom('limits').where('bucket', '=', bucket).execute();
  }

  /** Forgets buckets that count nothing any more. */
  async purge(): Promise<void> {
    await this.#database.query.deleteFrom('limits').where('expires_at', '<', this.#now()).execute();
  }
}

/** The uses that still count. @throws {TooMany} when one more would be too many */
function countedIn(text: string, { uses, within }: Limit, now: number): number[] {
  const counted = (JSON.parse(text) as number[]).filter((at) => at > now - within && at <= now);
  const oldest = counted[counted.length - uses];
  if (oldest !== undefined) throw new TooMany(oldest + within - now);
  return counted;
}
