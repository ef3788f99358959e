/** Runs one column in a Node process of its own: prepares once, runs as often as asked, tells its peak memory. */
import { readFile } from 'node:fs/promises';
import { prepareSeek, type SeekColumn } from '../tasks/seek.ts';
import { prepareStream, type StreamColumn } from '../tasks/stream-columns.ts';

export type NodeTask =
  | ({ readonly task: 'stream'; readonly input: string | undefined } & StreamColumn)
  | ({ readonly task: 'seek' } & SeekColumn);

export interface NodeRun {
  readonly ms: number;
  readonly bytes?: number;
  readonly extra?: Readonly<Record<string, number>>;
}

export type NodeAnswer = { readonly run: NodeRun | null; readonly peakMiB: number } | { readonly failed: string };

let run: (() => Promise<NodeRun>) | undefined;

async function loadPeer(name: string): Promise<unknown> {
  return (await import(`../peers/${name}.mjs`)) as unknown;
}

async function answer(task: NodeTask | 'run'): Promise<NodeRun | null> {
  if (task === 'run') return run === undefined ? null : run();
  if (task.task === 'seek') run = await prepareSeek(task, loadPeer);
  else
    run = await prepareStream(
      task,
      loadPeer,
      task.input === undefined ? null : new Uint8Array(await readFile(task.input))
    );
  return null;
}

process.on('message', (task: NodeTask | 'run') => {
  answer(task).then(
    (result) => process.send?.({ run: result, peakMiB: process.resourceUsage().maxRSS / 1024 } satisfies NodeAnswer),
    (error: unknown) => process.send?.({ failed: String(error) } satisfies NodeAnswer)
  );
});
