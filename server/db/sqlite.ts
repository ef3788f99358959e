/** The embedded database: Node's own SQLite as a dialect of the query layer. The only importer of `node:sqlite`. */
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type SqliteDatabase,
  type SqliteStatement
} from 'kysely';
import { codeOfFailure } from './failure.ts';

/** How long the file may be waited for while it is opened, when nothing else runs in this process yet, in ms. */
const OPENING_MS = 10_000;
/**
 * Afterwards the library's own wait, in which the whole process stands still, is no longer than a turn of the event loop
 * may be; whoever still finds another process writing, such as a command of the operator, waits beside the other work.
 */
const BLOCKING_MS = 5;
const RETRY_MS = 20;
const PATIENCE_MS = 5_000;

/**
 * Opens the file, or makes it. Committed means written to the disk: with the write-ahead log, `synchronous = FULL`
 * is what makes a commit outlive a power cut and not only the process.
 * @param file `:memory:` for one that ends with the process
 */
export function sqliteDialect(file: string): Dialect {
  const database = new DatabaseSync(file);
  for (const pragma of [
    `busy_timeout = ${String(OPENING_MS)}`,
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    // Deleted rows are overwritten: what a person destroyed must not lie in the free pages.
    'secure_delete = ON',
    `busy_timeout = ${String(BLOCKING_MS)}`
  ]) {
    execPatiently(database, `PRAGMA ${pragma}`);
  }
  return new NodeSqliteDialect({ database: new NodeSqlite(database) });
}

/**
 * Of processes that bring a new file to its log at once, all but one are refused at once, whatever `busy_timeout` says: each
 * already reads what it wants to change, and waiting would never end. The whole process stands still meanwhile, which is
 * nothing but starting.
 */
function execPatiently(database: DatabaseSync, sql: string): void {
  const end = performance.now() + OPENING_MS;
  for (;;) {
    try {
      database.exec(sql);
      return;
    } catch (thrown) {
      if (codeOfFailure(thrown) !== 'relay/busy' || performance.now() > end) throw thrown;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
  }
}

/** The library's own begins a transaction with its first write, and migrates without one. */
class NodeSqliteDialect extends SqliteDialect {
  override createDriver(): Driver {
    const driver = super.createDriver();
    const acquire = driver.acquireConnection.bind(driver);
    return Object.assign(driver, {
      async acquireConnection(): Promise<DatabaseConnection> {
        return new PatientConnection(await acquire());
      },
      /** A transaction that began as a reader fails as a writer when another process wrote meanwhile. */
      async beginTransaction(connection: DatabaseConnection): Promise<void> {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'));
      }
    });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** Tries again while another process writes: what was refused for that had no effect. */
class PatientConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  /** @throws the library's own error once patience is over; see failure.ts */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.#connection.executeQuery<R>(query);
      } catch (thrown) {
        if (codeOfFailure(thrown) !== 'relay/busy' || performance.now() > end) throw thrown;
      }
      await delay(RETRY_MS);
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#connection.streamQuery(query, chunkSize);
  }
}

/** What is interrupted leaves nothing half made; a process that starts beside another waits, and finds it done. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** What the query layer asks of a database, which has the shape of another SQLite library. */
class NodeSqlite implements SqliteDatabase {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(sql: string): SqliteStatement {
    return new NodeStatement(this.#database.prepare(sql));
  }

  close(): void {
    this.#database.close();
  }
}

class NodeStatement implements SqliteStatement {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  /** Whether it gives rows. */
  get reader(): boolean {
    return this.#statement.columns().length > 0;
  }

  all(values: readonly unknown[]): unknown[] {
    return this.#statement.all(...(values as SQLInputValue[]));
  }

  run(values: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...(values as SQLInputValue[]));
  }

  iterate(values: readonly unknown[]): IterableIterator<unknown> {
    return this.#statement.iterate(...(values as SQLInputValue[]));
  }
}
