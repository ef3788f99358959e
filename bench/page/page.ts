/** The benchmark's page: `prepare` and `run` are called by the driver. Built in bench mode only. */
import { prepareRecording } from './recording.ts';
import { startColumnWorker } from './start-worker.mjs';
import type { Task, TaskRun, WorkerTask } from './task.ts';
import { prepareUnlock } from './unlock.ts';

type Run = () => Promise<TaskRun>;

declare global {
  interface Window {
    prepare(task: Task): Promise<void>;
    run(): Promise<TaskRun>;
  }
}

let run: Run = () => Promise.reject(new Error('nothing is prepared'));

function ask(worker: Worker, message: WorkerTask | null): Promise<TaskRun | null> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ result: TaskRun | null } | { failed: string }>) => {
      if ('failed' in data) reject(new Error(data.failed));
      else resolve(data.result);
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
}

async function inWorker(task: WorkerTask): Promise<Run> {
  const worker = startColumnWorker();
  await ask(worker, task);
  return async () => {
    const result = await ask(worker, null);
    if (result === null) throw new Error('the worker is not prepared');
    return result;
  };
}

window.prepare = async (task) => {
  if (task.task === 'unlock') run = prepareUnlock();
  else if (task.task === 'record') run = await prepareRecording(task.by, task.seconds);
  else run = await inWorker(task);
};
window.run = () => run();
