/**
 * The port to the database: rows in, rows out, and one atomic commit of several tables
 * (rule 14: the sealed record and its outbox row commit together). Its conformance suite is
 * `testing/record-store-suite.ts`.
 */
import type { RowKey, Table, Tables } from './rows.ts';

/** Rows to write and keys to delete, all or nothing. */
export interface Changes {
  readonly put?: { readonly [T in Table]?: readonly Tables[T][] };
  readonly remove?: Readonly<Partial<Record<Table, readonly RowKey[]>>>;
}

export interface RecordStore {
  get<T extends Table>(table: T, key: RowKey): Promise<Tables[T] | undefined>;
  /** Every row, in key order. */
  all<T extends Table>(table: T): Promise<Tables[T][]>;
  /** The row with the highest key. */
  last<T extends Table>(table: T): Promise<Tables[T] | undefined>;
  /** Rows of one entry in a table keyed or indexed by entry. */
  ofEntry<T extends 'revisions' | 'objects' | 'drafts'>(table: T, entryId: string): Promise<Tables[T][]>;
  /**
   * Resolves when the transaction is durable, not when it is asked for.
   * @throws `storage/quota` and nothing is written
   */
  commit(changes: Changes): Promise<void>;
  close(): void;
}
