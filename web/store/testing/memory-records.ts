/** The record port in memory, for tests: atomic, ordered, and able to fail at the N-th commit. */
import { SvjError } from '#shared/errors.ts';
import type { Changes, RecordStore } from '../records.ts';
import { KEY_PATHS, type RowKey, type Table, type Tables } from '../rows.ts';
import { Faults } from './faults.ts';

export class MemoryRecords implements RecordStore {
  readonly #tables = new Map<Table, Map<string, unknown>>();
  readonly #faults: Faults;
  /** Rows read one by one: shows what a timeline opened without. */
  reads = 0;

  constructor(faults = new Faults()) {
    this.#faults = faults;
  }

  /** As it is now, for another run. */
  copy(faults = new Faults()): MemoryRecords {
    const records = new MemoryRecords(faults);
    for (const [table, rows] of this.#tables) records.#tables.set(table, new Map(rows));
    return records;
  }

  get<T extends Table>(table: T, key: RowKey): Promise<Tables[T] | undefined> {
    this.reads++;
    const row = this.#table(table).get(JSON.stringify(key)) as Tables[T] | undefined;
    return Promise.resolve(row && structuredClone(row));
  }

  all<T extends Table>(table: T): Promise<Tables[T][]> {
    const rows = [...this.#table(table)].sort(([a], [b]) => compare(JSON.parse(a) as RowKey, JSON.parse(b) as RowKey));
    return Promise.resolve(rows.map(([, row]) => structuredClone(row) as Tables[T]));
  }

  async last<T extends Table>(table: T): Promise<Tables[T] | undefined> {
    return (await this.all(table)).at(-1);
  }

  async ofEntry<T extends 'revisions' | 'objects' | 'drafts'>(table: T, entryId: string): Promise<Tables[T][]> {
    return (await this.all(table)).filter((row) => row.entryId === entryId);
  }

  async commit(changes: Changes): Promise<void> {
    await Promise.resolve();
    // Everything is copied before anything is changed: a row that cannot be stored changes nothing.
    const rows = (Object.keys(KEY_PATHS) as Table[]).map((table) => ({
      known: this.#table(table),
      gone: (changes.remove?.[table] ?? []).map((key) => JSON.stringify(key)),
      put: (changes.put?.[table] ?? []).map((row) => [keyOf(table, row), structuredClone(row)] as const)
    }));
    this.#faults.run(() => {
      for (const { known, gone, put } of rows) {
        for (const key of gone) known.delete(key);
        for (const [key, row] of put) known.set(key, row);
      }
    });
  }

  close(): void {
    // Nothing is held open.
  }

  #table(table: Table): Map<string, unknown> {
    let rows = this.#tables.get(table);
    if (rows === undefined) {
      rows = new Map<string, unknown>();
      this.#tables.set(table, rows);
    }
    return rows;
  }
}

function keyOf(table: Table, row: object): string {
  const path: string | readonly string[] = KEY_PATHS[table];
  const field = (name: string): unknown => {
    const part = (row as Record<string, unknown>)[name];
    if (typeof part === 'string' || typeof part === 'number') return part;
    throw new SvjError('internal', 'key');
  };
  return JSON.stringify(typeof path === 'string' ? field(path) : path.map(field));
}

// IndexedDB's order: numbers by value, strings by code unit, lists item by item.
function compare(a: RowKey, b: RowKey): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (const [i, item] of a.entries()) {
      const order = compare(item as RowKey, b[i] as RowKey);
      if (order !== 0) return order;
    }
    return 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
