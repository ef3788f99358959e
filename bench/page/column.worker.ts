/** Runs the columns that need no page: prepares once, runs as often as asked. */
import { peers } from 'virtual:peers';
import type { Bytes } from '../../shared/bytes.ts';
import { prepareArgon2 } from '../tasks/argon2.ts';
import { prepareRecords } from '../tasks/records.ts';
import { prepareStream } from '../tasks/stream-columns.ts';
import { INPUT_PATH, type TaskRun, type WorkerTask } from './task.ts';

let run: (() => Promise<TaskRun>) | undefined;

async function loadPeer(name: string): Promise<unknown> {
  const load = peers[name];
  if (load === undefined) throw new Error(`${name} is not installed`);
  return load();
}

async function input(): Promise<Bytes> {
  return new Uint8Array(await (await fetch(INPUT_PATH)).arrayBuffer());
}

async function prepare(task: WorkerTask): Promise<() => Promise<TaskRun>> {
  if (task.task === 'argon2') return prepareArgon2(task.by, loadPeer);
  if (task.task === 'records') return prepareRecords(task.by);
  return prepareStream(task, loadPeer, task.input ? await input() : null);
}

async function answer(task: WorkerTask | null): Promise<TaskRun | null> {
  if (task === null) return run === undefined ? null : run();
  run = await prepare(task);
  return null;
}

self.onmessage = ({ data }: MessageEvent<WorkerTask | null>) => {
  answer(data).then(
    (result) => self.postMessage({ result }),
    (error: unknown) => self.postMessage({ failed: String(error) })
  );
};
