/**
 * Every change of the tables since the first version, in order. Forward only: a migration that was released is never
 * altered, the next one mends it. A database of a newer version is refused.
 */
import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { ColumnTypes } from './column-types.ts';
import { accountsAndVaults } from './migrations/001-accounts-and-vaults.ts';
import { uploads } from './migrations/002-uploads.ts';

/** By name, which is also the order. */
export const MIGRATIONS: Readonly<Record<string, (types: ColumnTypes) => Migration>> = {
  '001-accounts-and-vaults': accountsAndVaults,
  '002-uploads': uploads
};

/**
 * Brings the tables to the newest version, or to `last`. Two processes that start at once wait for each other.
 * @throws when a migration fails, which leaves the version before, or when a newer relay wrote the tables
 */
export async function migrate<T>(database: Kysely<T>, types: ColumnTypes, last?: string): Promise<readonly string[]> {
  const migrator = new Migrator({
    db: database,
    provider: {
      getMigrations: () =>
        Promise.resolve(Object.fromEntries(Object.entries(MIGRATIONS).map(([name, make]) => [name, make(types)])))
    }
  });
  const { error, results } = await (last === undefined ? migrator.migrateToLatest() : migrator.migrateTo(last));
  if (error !== undefined) throw new Error('The tables could not be brought to this version.', { cause: error });
  return (results ?? []).map(({ migrationName }) => migrationName);
}
