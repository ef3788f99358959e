/** IndexedDB behind the record port. The only importer of idb. */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type OpenDBCallbacks, type StoreNames } from 'idb';
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { Changes, RecordStore } from './records.ts';
import { KEY_PATHS, type RowKey, type Table, type Tables } from './rows.ts';

const NAME = 'svj';
/** Raised with each migration; a browser refuses to open a newer database with an older app. */
const VERSION = 3;

type Schema = DBSchema & {
  [T in Table]: { key: IDBValidKey; value: Tables[T]; indexes: { entryId: string } };
};

const TABLES = Object.keys(KEY_PATHS) as Table[];

/**
 * @throws `vault/newer-app` when a newer app wrote the database, `storage/blocked` when another
 *   tab keeps an older version open, `storage/unavailable` when the browser refuses
 */
export async function openRecords(): Promise<RecordStore> {
  return new IndexedDbRecords(await open(VERSION, createTables));
}

/**
 * Whether there is a vault, leaving no trace where there is none.
 * @throws as {@link openRecords}
 */
export async function isVaultKept(): Promise<boolean> {
  const found = { nothing: false };
  try {
    const database = await open(undefined, (_database, _from, _to, transaction) => {
      found.nothing = true;
      transaction.done.catch(() => undefined);
      transaction.abort();
    });
    const records = new IndexedDbRecords(database);
    try {
      if (database.version > VERSION) throw new SvjError('vault/newer-app');
      return (await records.get('vault', 'vault')) !== undefined;
    } finally {
      records.close();
    }
  } catch (thrown) {
    if (found.nothing) return false;
    throw thrown;
  }
}

/** Deletes everything. Used when a journal is removed from the device on purpose. */
export async function deleteRecords(): Promise<void> {
  await deleteDB(NAME);
}

type Upgrade = NonNullable<OpenDBCallbacks<Schema>['upgrade']>;

/** Version 2 added `inbox`, version 3 `transfers`: a migration makes what is missing, and touches no row. */
const createTables: Upgrade = (database) => {
  for (const table of TABLES.filter((name) => !database.objectStoreNames.contains(name))) {
    const path: string | readonly string[] = KEY_PATHS[table];
    const store = database.createObjectStore(table, { keyPath: typeof path === 'string' ? path : [...path] });
    if (table === 'revisions' || table === 'objects' || table === 'drafts') store.createIndex('entryId', 'entryId');
  }
};

/** @param version undefined for whichever there is */
async function open(version: number | undefined, upgrade: Upgrade): Promise<IDBPDatabase<Schema>> {
  let stuck: ((error: SvjError) => void) | undefined;
  const blocked = new Promise<never>((_, reject) => {
    stuck = reject;
  });
  blocked.catch(() => undefined);
  const opening = openDB<Schema>(NAME, version, {
    upgrade,
    blocked() {
      stuck?.(new SvjError('storage/blocked'));
    },
    blocking(_current, _next, event) {
      // A newer app in another tab wants to migrate: let it, this tab's next call says so.
      (event.target as IDBDatabase).close();
    }
  });
  try {
    return await Promise.race([opening, blocked]);
  } catch (thrown) {
    if (thrown instanceof SvjError) throw thrown;
    const name = errorName(thrown);
    if (name === 'VersionError') throw new SvjError('vault/newer-app', undefined, thrown);
    if (name === 'QuotaExceededError') throw new SvjError('storage/quota', undefined, thrown);
    throw new SvjError('storage/unavailable', name, thrown);
  }
}

class IndexedDbRecords implements RecordStore {
  readonly #database: IDBPDatabase<Schema>;

  constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  get<T extends Table>(table: T, key: RowKey): Promise<Tables[T] | undefined> {
    return named(() => this.#database.get(name(table), keyOf(key)) as Promise<Tables[T] | undefined>);
  }

  all<T extends Table>(table: T): Promise<Tables[T][]> {
    return named(() => this.#database.getAll(name(table)) as Promise<Tables[T][]>);
  }

  last<T extends Table>(table: T): Promise<Tables[T] | undefined> {
    return named(async () => {
      const { store } = this.#database.transaction(name(table));
      return (await store.openCursor(null, 'prev'))?.value as Tables[T] | undefined;
    });
  }

  ofEntry<T extends 'revisions' | 'objects' | 'drafts'>(table: T, entryId: string): Promise<Tables[T][]> {
    return named(() => this.#database.getAllFromIndex(name(table), 'entryId', entryId) as Promise<Tables[T][]>);
  }

  commit(changes: Changes): Promise<void> {
    return named(async () => {
      const tables = TABLES.filter(
        (table) => (changes.put?.[table]?.length ?? 0) + (changes.remove?.[table]?.length ?? 0) > 0
      );
      if (tables.length === 0) return;
      // "strict": the operating system was asked to put it on the disk before `complete` fires.
      const transaction = this.#database.transaction(tables.map(name), 'readwrite', { durability: 'strict' });
      // Requests are not awaited one by one: a failed one aborts the transaction, and only
      // `done` says how it ended (quota errors arrive there too).
      const requests: Promise<unknown>[] = [transaction.done];
      try {
        for (const table of tables) {
          const store = transaction.objectStore(name(table));
          for (const key of changes.remove?.[table] ?? []) requests.push(store.delete(keyOf(key)));
          for (const row of changes.put?.[table] ?? []) requests.push(store.put(row));
        }
      } catch (thrown) {
        // A row that cannot be stored is refused at once; without this the rows before it would stay.
        transaction.abort();
        await Promise.allSettled(requests);
        throw thrown;
      }
      await Promise.all(requests);
    });
  }

  close(): void {
    this.#database.close();
  }
}

function name(table: Table): StoreNames<Schema> {
  return table;
}

function keyOf(key: RowKey): IDBValidKey {
  return typeof key === 'object' ? [...key] : key;
}

/** @throws the code for what the database failed with; `vault/newer-app` once it was closed for a newer app */
async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (errorName(thrown) === 'InvalidStateError') throw new SvjError('vault/newer-app', undefined, thrown);
    throw toSvjError(thrown);
  }
}

function errorName(thrown: unknown): string {
  return thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '';
}
