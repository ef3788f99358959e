/**
 * Every way out that a worker has, tried from inside it. Not `importScripts`, which a module worker refuses whatever its
 * policy is, and not code from strings, which the debugger that types this in is always allowed.
 */
import type { Worker } from '@playwright/test';

/**
 * What became of each attempt: `open`, or the name of what it was refused with; `refused` where no reason is given.
 * @param own origin of the app
 * @param foreign origin of somebody else's server, which allows everything
 */
export function tryChannels(worker: Worker, own: string, foreign: string): Promise<Record<string, string>> {
  return worker.evaluate(
    async ({ own, foreign, script }) => {
      const PATIENCE_MS = 3000;
      // Whoever is let through neither fails nor, being a worker, has anything to say: silence counts as open.
      const listened = (source: EventTarget, good: string): Promise<unknown> =>
        new Promise((resolve, reject) => {
          source.addEventListener(good, resolve);
          source.addEventListener('error', () => reject(new Error('refused')));
          setTimeout(resolve, PATIENCE_MS);
        });
      const empty = 'export default 0';
      const blob = (text: string): string => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
      const request = (address: string): Promise<unknown> => {
        const asking = new XMLHttpRequest();
        asking.open('GET', address);
        asking.send();
        return listened(asking, 'load');
      };
      const attempts: Record<string, () => unknown> = {
        'own fetch': () => fetch(`${own}/readyz`),
        'own request': () => request(`${own}/readyz`),
        'own worker': () => listened(new Worker(script, { type: 'module' }), 'message'),
        'foreign fetch': () => fetch(`${foreign}/fetch`, { mode: 'no-cors' }),
        'foreign request': () => request(`${foreign}/request`),
        'foreign socket': () => listened(new WebSocket(foreign.replace('http', 'ws')), 'open'),
        'foreign events': () => listened(new EventSource(`${foreign}/events`), 'open'),
        'foreign module': () => import(/* @vite-ignore */ `${foreign}/module.js`),
        'blob module': () => import(/* @vite-ignore */ blob(empty)),
        'data module': () => import(/* @vite-ignore */ `data:text/javascript,${empty}`),
        'blob worker': () => listened(new Worker(blob('postMessage(0)')), 'message'),
        'data worker': () => listened(new Worker('data:text/javascript,postMessage(0)'), 'message')
      };
      const outcomes = Object.entries(attempts).map(async ([name, attempt]) => {
        try {
          await attempt();
          return [name, 'open'] as const;
        } catch (thrown) {
          const { name: kind } = thrown as Error;
          return [name, kind === 'Error' ? 'refused' : kind] as const;
        }
      });
      return Object.fromEntries(await Promise.all(outcomes));
    },
    { own, foreign, script: worker.url() }
  );
}
