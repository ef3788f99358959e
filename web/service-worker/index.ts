/**
 * The service worker: keeps the shell for offline use, leads players to the vault, receives shared videos. It holds no
 * key, caches no answer of the relay, and takes over from an older one only when a person said so.
 */
import { version } from '$service-worker';
import type { EndClips } from '#web/workers/clip-port.ts';
import { Clips } from './clips.ts';
import { SharedInbox, TAKE_SHARED } from './shared-inbox.ts';
import { Shell, type ShellFiles } from './shell.ts';

const worker = self as unknown as ServiceWorkerGlobalScope;

/** Written here by the build, when every file is there to be hashed (scripts/shell-hashes.mjs). */
const FILES = JSON.parse('__SVJ_SHELL__') as ShellFiles;

const shell = new Shell(version, FILES, worker.location.origin, {
  caches: worker.caches,
  fetch: (input, init) => worker.fetch(input, init)
});
const clips = new Clips({
  get: (id) => worker.clients.get(id),
  matchAll: () => worker.clients.matchAll({ type: 'window' })
});
const inbox = new SharedInbox();

// No skipWaiting here: a page keeps the build it was loaded with until its person agrees to a newer one.
worker.addEventListener('install', (event) => event.waitUntil(shell.install()));

// Claiming matters on the first visit only, so that it can already play; later versions find no page to claim.
worker.addEventListener('activate', (event) => event.waitUntil(shell.activate().then(() => worker.clients.claim())));

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== worker.location.origin) return;
  if (SharedInbox.covers(request.method, url)) event.respondWith(inbox.receive(request));
  // A clip is something to be played: opened as a page of its own it is not there.
  else if (Clips.covers(url) && request.mode !== 'navigate') {
    event.respondWith(clips.answer(request, event.clientId, (work) => event.waitUntil(work)));
  } else if (shell.covers(request)) event.respondWith(shell.answer(request));
});

worker.addEventListener('message', (event) => {
  const { type } = event.data as { type?: unknown };
  switch (type) {
    case 'SKIP_WAITING':
      event.waitUntil(worker.skipWaiting());
      break;
    case 'svj/end-clips' satisfies EndClips['type']:
      clips.endAll();
      break;
    case TAKE_SHARED:
      event.ports[0]?.postMessage(inbox.take());
      break;
  }
});
