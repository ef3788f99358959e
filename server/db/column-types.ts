/** What the two dialects call the same things. */
export interface ColumnTypes {
  readonly bytes: 'blob' | 'bytea';
  /** A whole number up to 2^53. */
  readonly whole: 'integer' | 'bigint';
}

export const SQLITE_TYPES: ColumnTypes = { bytes: 'blob', whole: 'integer' };
export const POSTGRES_TYPES: ColumnTypes = { bytes: 'bytea', whole: 'bigint' };
