/** What the benchmark measures: items (rows), each with columns that do the same work by other means. */
import type { BenchOptions } from './options.ts';

export type Role = 'product' | 'limit' | 'peer';

/** One run of one column. */
export interface Sample {
  /** Without process start and module loading. */
  readonly ms: number;
  /** Bytes worked through, where that means something. */
  readonly bytes?: number;
  /** Peak of the whole process or renderer, MiB; it only grows. */
  readonly peakMiB?: number;
  /** Further figures, named with their unit: `openedBytes`, `longestTaskMs`. */
  readonly extra?: Readonly<Record<string, number>>;
}

export interface Column {
  readonly name: string;
  readonly role: Role;
  run(): Promise<Sample>;
  close(): Promise<void>;
}

/** What came of a column, over all rounds. */
export interface ColumnResult {
  readonly column: string;
  readonly role: Role;
  readonly ms: number;
  readonly bytes: number | null;
  readonly MiBps: number | null;
  readonly peakMiB: number | null;
  /** This column by the limit; null where there is none. */
  readonly ratio: number | null;
  readonly extra: Readonly<Record<string, number>>;
}

/** What is asked of an item besides its ratio; see goals.ts. */
export interface Goal {
  readonly what: string;
  /** Null where the columns that it takes were not measured. */
  readonly of: (results: readonly ColumnResult[]) => number | null;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Item {
  readonly name: string;
  readonly about: string;
  /** Product by limit, at most. Undefined where the item has no limit to stand beside. */
  readonly goal: number | undefined;
  /** What is asked of it besides. */
  readonly goals?: readonly Goal[];
  /** Starts what the columns need. `onlyProduct` leaves out the others. */
  columns(options: BenchOptions): Promise<Column[]>;
}
