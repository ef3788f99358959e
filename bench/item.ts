/** What the benchmark measures: items (rows), each with columns that do the same work by other means. */
import type { Goal } from './goals.ts';
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
