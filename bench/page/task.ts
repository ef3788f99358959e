/** What a column of a browser item does, said to the page by the driver. */
import type { StreamColumn } from '../tasks/stream-columns.ts';

/** Done in the benchmark's own worker. */
export type WorkerTask =
  | ({ readonly task: 'stream'; readonly input: boolean } & StreamColumn)
  | { readonly task: 'argon2'; readonly by: string }
  | { readonly task: 'records'; readonly by: 'product' | 'limit' };

/** Done by the page with the app's own workers. */
export type PageTask =
  { readonly task: 'unlock' } | { readonly task: 'record'; readonly by: 'product' | 'limit'; readonly seconds: number };

export type Task = WorkerTask | PageTask;

export interface TaskRun {
  readonly ms: number;
  readonly bytes?: number;
  readonly extra?: Readonly<Record<string, number>>;
}

/** Where the driver serves `--input FILE`. */
export const INPUT_PATH = '/input';
