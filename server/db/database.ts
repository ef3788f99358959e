/** The database of the relay: one query layer over two engines, brought to the newest version when it is opened. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, type Transaction } from 'kysely';
import { POSTGRES_TYPES, SQLITE_TYPES, type ColumnTypes } from './column-types.ts';
import { LocalSignals, PostgresSignals, type Signals } from './signals.ts';
import { migrate } from './migrations.ts';
import type { Tables } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';

export interface DatabasePlace {
  /** Of PostgreSQL; without it the database is a file under `dataDir`. */
  readonly url: string | undefined;
  readonly dataDir: string;
}

/** Queries, within a transaction or outside. */
export type Query = Kysely<Tables> | Transaction<Tables>;

export class Database {
  readonly query: Kysely<Tables>;
  readonly types: ColumnTypes;
  /** What one process tells all of them. */
  readonly signals: Signals;

  private constructor(query: Kysely<Tables>, types: ColumnTypes, signals: Signals) {
    this.query = query;
    this.types = types;
    this.signals = signals;
  }

  /** @throws when it cannot be reached, or a newer relay wrote it */
  static async open(place: DatabasePlace): Promise<Database> {
    const database = await Database.unmigrated(place);
    try {
      await migrate(database.query, database.types);
      return database;
    } catch (thrown) {
      await database.close();
      throw thrown;
    }
  }

  /** As it lies there, for the operator's commands and for tests of migrations. */
  static async unmigrated({ url, dataDir }: DatabasePlace): Promise<Database> {
    if (url !== undefined) {
      const { openPostgres } = await import('./postgres.ts');
      const postgres = openPostgres(url);
      return new Database(
        new Kysely<Tables>({ dialect: postgres.dialect }),
        POSTGRES_TYPES,
        new PostgresSignals(postgres)
      );
    }
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const dialect = sqliteDialect(join(dataDir, 'relay.sqlite'));
    return new Database(new Kysely<Tables>({ dialect }), SQLITE_TYPES, new LocalSignals());
  }

  get isPostgres(): boolean {
    return this.types === POSTGRES_TYPES;
  }

  /**
   * All or nothing. The embedded engine runs one at a time; on PostgreSQL others run beside it, so a transaction that
   * decides by what it reads begins with an update of the row that it decides by, which locks it on both.
   */
  transaction<T>(work: (query: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.query.transaction().execute(work);
  }

  /** Rejects when it does not answer. */
  async check(): Promise<void> {
    await this.query.selectFrom('accounts').select('account_id').limit(1).execute();
  }

  async close(): Promise<void> {
    await this.signals.close();
    await this.query.destroy();
  }
}
