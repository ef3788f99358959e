/**
 * Work that is owed, as rows: whichever process comes takes some of it for itself, so that no two do the same. A claim runs
 * out by itself when its process dies. On PostgreSQL a row that somebody is just claiming is skipped and not waited for.
 */
import type { Database } from './database.ts';
import type { OwedTable } from './schema.ts';

/** Longer than the work on one row takes. */
const CLAIM_MS = 30 * 60_000;
const AT_A_TIME = 50;

export type Owed = 'removals' | 'copies';

/** @param before only what is owed since then, or longer. @returns keys that are this process's until they are settled */
async function claim(database: Database, table: Owed, now: number, before: number): Promise<string[]> {
  // Both tables have these columns; the query layer asks for one of them by name.
  const from = table as 'removals';
  const free = database.query
    .selectFrom(from)
    .select('store_key')
    .where('since', '<=', before)
    .where('claimed_until', '<=', now)
    .orderBy('since')
    .limit(AT_A_TIME);
  const rows = await database.query
    .updateTable(from)
    .set({ claimed_until: now + CLAIM_MS })
    .where('store_key', 'in', database.isPostgres ? free.forUpdate().skipLocked() : free)
    .returning('store_key')
    .execute();
  return rows.map(({ store_key }) => store_key);
}

/** Does all that is owed. One that fails does not keep the others, and is tried again the next time. */
export async function settle(
  database: Database,
  table: Owed,
  { now, before, work }: { now: () => number; before: number; work: (key: string) => Promise<void> }
): Promise<void> {
  const failed: string[] = [];
  for (let keys = await claim(database, table, now(), before); keys.length > 0;) {
    for (const key of keys) {
      try {
        await work(key);
        await database.query.deleteFrom(table).where('store_key', '=', key).execute();
      } catch {
        failed.push(key);
      }
    }
    keys = await claim(database, table, now(), before);
  }
  if (failed.length === 0) return;
  await database.query
    .updateTable(table as 'removals')
    .set({ claimed_until: 0 })
    .where('store_key', 'in', failed)
    .execute();
}

export function owedRow(store_key: string, since: number): OwedTable {
  return { store_key, since, claimed_until: 0 };
}

/** Whether `name` was not done for `every` ms by any process; then it counts as done by this one. */
export async function claimJob(database: Database, name: string, now: number, every: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await database.query
    .insertInto('jobs')
    .values({ name, done_at: now })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ done_at: now })
        .where('jobs.done_at', '<=', now - every)
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** For one that could not be done. */
export async function releaseJob(database: Database, name: string): Promise<void> {
  await database.query.deleteFrom('jobs').where('name', '=', name).execute();
}
