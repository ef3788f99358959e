// Apart from the page's TypeScript, whose lint rule lets the app start workers in one place only.
import url from './column.worker.ts?worker&url';

export function startColumnWorker() {
  return new Worker(url, { type: 'module' });
}
