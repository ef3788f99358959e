import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test as base } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import { entries, openRecord, startRecording, stopRecording, toJournal } from './record-steps.ts';
import { Builds } from './support/builds.ts';
import { FILM, MEDIA_DIR } from './support/watching.ts';

const test = base.extend<{ builds: Builds; visitor: BrowserContext }>({
  builds: async ({ origin }, use) => {
    const builds = await Builds.start(origin);
    await use(builds);
    await builds.stop();
  },
  /** A browser in front of `builds`. */
  visitor: async ({ browser, builds, guard }, use) => {
    guard.expected(new RegExp(`^foreign request: ${builds.origin}$`));
    const context = await browser.newContext({ baseURL: builds.origin, locale: 'en-GB' });
    guard.watch(context);
    await use(context);
    await context.close();
  }
});

const SECOND_FILM = join(MEDIA_DIR, 'grid_bbaf2n.webm');

const build = (page: Page) => page.evaluate(() => document.querySelector('meta[name=build]')?.getAttribute('content'));
const controlled = (page: Page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);
const lookForUpdate = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.update().catch(() => undefined);
  });
const updateNow = (page: Page) => page.getByRole('button', { name: 'Update now' });

test('it can be installed: manifest, icons and screenshots are what they say', async ({ page, context, request }) => {
  await page.goto('/');
  await controlled(page);
  const session = await context.newCDPSession(page);
  const { url, errors } = await session.send('Page.getAppManifest');
  expect(url).toMatch(/\/manifest\.webmanifest$/);
  expect(errors).toEqual([]);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A browser of a test is a private one, which never installs.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);

  interface Picture {
    readonly src: string;
    readonly sizes: string;
    readonly type: string;
    readonly purpose?: string;
    readonly form_factor?: string;
  }
  const manifest = (await (await request.get('/manifest.webmanifest')).json()) as {
    id: string;
    display: string;
    launch_handler: { client_mode: string };
    icons: Picture[];
    screenshots: Picture[];
    shortcuts: { url: string; icons: Picture[] }[];
    share_target: { method: string; action: string };
  };
  expect(manifest).toMatchObject({
    id: '/',
    display: 'standalone',
    launch_handler: { client_mode: 'navigate-existing' },
    share_target: { method: 'POST', action: '/share' }
  });
  expect(manifest.shortcuts.map(({ url: to }) => to)).toEqual(['/record', '/?lock']);
  for (const purpose of ['any', 'maskable']) {
    const sizes = manifest.icons.filter((icon) => icon.purpose === purpose && icon.type === 'image/png');
    expect(sizes.map((icon) => icon.sizes)).toEqual(['192x192', '512x512']);
  }
  expect(new Set(manifest.screenshots.map((shot) => shot.form_factor))).toEqual(new Set(['narrow', 'wide']));

  const pictures = [...manifest.icons, ...manifest.screenshots, ...manifest.shortcuts.flatMap(({ icons }) => icons)];
  for (const { src, sizes, type } of pictures) {
    const response = await request.get(src);
    expect(response.status(), src).toBe(200);
    expect(response.headers()['content-type'], src).toBe(type);
    if (type !== 'image/png') continue;
    const png = await response.body();
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, src).toBe(sizes);
  }
  for (const { src, sizes } of manifest.screenshots) {
    const [width = 0, height = 0] = sizes.split('x').map(Number);
    expect(Math.min(width, height), src).toBeGreaterThanOrEqual(320);
    expect(Math.max(width, height), src).toBeLessThanOrEqual(3840);
    expect(Math.max(width, height) / Math.min(width, height), src).toBeLessThanOrEqual(2.3);
  }
});

test('D10 a new build waits for consent, and never comes while a tab records', async ({ builds, visitor }) => {
  await builds.serve('one');
  const page = await visitor.newPage();
  await createJournal(page);
  expect(await build(page)).toBe('one');
  const other = await visitor.newPage();
  await other.goto('/');
  await openRecord(page);
  await startRecording(page);

  await builds.serve('two');
  await lookForUpdate(other);
  await expect(updateNow(other)).toBeVisible({ timeout: 20_000 });
  await expect(updateNow(page)).toHaveCount(0);
  await updateNow(other).click();
  await expect(other.getByText(/recording/i).first()).toBeVisible();
  expect(await build(other)).toBe('one');

  await stopRecording(page);
  // A reload is no consent: the installed build goes on.
  await other.reload();
  expect(await build(other)).toBe('one');
  await updateNow(other).click();
  await expect.poll(() => build(other).catch(() => ''), { timeout: 20_000 }).toBe('two');
  // The tab that did not ask stays as it is, with what was recorded.
  expect(await build(page)).toBe('one');
  await expect(page.getByRole('heading', { name: 'Saved', exact: true })).toBeVisible();
});

test('B3 a build with an altered file is refused, and the installed one goes on', async ({ builds, visitor }) => {
  await builds.serve('one');
  const page = await visitor.newPage();
  await page.goto('/');
  await controlled(page);
  await builds.serve('two', { altered: true });
  await lookForUpdate(page);
  await page.waitForTimeout(1500);
  await expect(updateNow(page)).toHaveCount(0);
  await page.reload();
  expect(await build(page)).toBe('one');
  await builds.serve('two');
  await lookForUpdate(page);
  await expect(updateNow(page)).toBeVisible({ timeout: 20_000 });
});

test('B4 from any build to any later one', async ({ builds, visitor }) => {
  const page = await visitor.newPage();
  await builds.serve('one');
  await page.goto('/');
  await controlled(page);
  for (const next of ['three', 'four']) {
    await builds.serve(next);
    await lookForUpdate(page);
    await updateNow(page).click({ timeout: 20_000 });
    await expect.poll(() => build(page).catch(() => ''), { timeout: 20_000 }).toBe(next);
  }
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(2);
});

test('B4 a missing service worker changes nothing, an empty one can be left by consent', async ({
  builds,
  visitor
}) => {
  await builds.serve('one');
  const page = await visitor.newPage();
  await page.goto('/');
  await controlled(page);

  builds.answer('/service-worker.js', null);
  await lookForUpdate(page);
  await page.reload();
  expect(await build(page)).toBe('one');
  await expect(page.getByRole('heading', { name: 'Secure Video Journal' })).toBeVisible();

  builds.answer('/service-worker.js', '');
  await lookForUpdate(page);
  await updateNow(page).click({ timeout: 20_000 });
  await page.waitForFunction(() => navigator.serviceWorker.controller === null, null, { timeout: 20_000 });
  await expect(page.getByRole('heading', { name: 'Secure Video Journal' })).toBeVisible();

  await builds.serve('two');
  await page.reload();
  await lookForUpdate(page);
  await expect.poll(() => build(page).catch(() => ''), { timeout: 20_000 }).toBe('two');
});

test('B4 no other script becomes a service worker', async ({ page, guard }) => {
  guard.expected(/blocked:/);
  await page.goto('/');
  await controlled(page);
  const outcome = await page.evaluate(async () => {
    await new Promise((later) => setTimeout(later));
    const attempt = (script: string) =>
      navigator.serviceWorker.register(script).then(
        () => 'registered',
        (error: unknown) => (error instanceof Error ? error.name : 'refused')
      );
    return [
      await attempt('/_app/version.json'),
      await attempt('https://example.com/worker.js'),
      await attempt('/other.js')
    ];
  });
  for (const result of outcome) expect(result).toBe('TypeError');
  const registrations = await page.evaluate(async () =>
    (await navigator.serviceWorker.getRegistrations()).map(({ active }) => active?.scriptURL)
  );
  expect(registrations).toEqual([expect.stringMatching(/\/service-worker\.js$/)]);
});

test('B13 no other origin can frame it, hold it or talk to it', async ({ page, origin, guard, context }) => {
  guard.expected(/foreign request|blocked:/);
  const stranger = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<iframe src="${origin}/"></iframe>`);
  });
  await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
  try {
    const address = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`;
    await page.goto(origin);
    await controlled(page);
    await page.goto(address);
    await page.waitForTimeout(500);
    const framed = page.frames().find((frame) => frame !== page.mainFrame());
    expect(framed?.url()).not.toContain(origin);

    const opened = context.waitForEvent('page');
    await page.evaluate((to) => void window.open(to), origin);
    const app = await opened;
    await app.waitForLoadState();
    await expect(app.getByRole('heading', { name: 'Secure Video Journal' })).toBeVisible();
    expect(await app.evaluate(() => window.opener === null)).toBe(true);
  } finally {
    stranger.closeAllConnections();
    stranger.close();
  }
});

test('B13 messages from anywhere but our own service worker are not heard', async ({ page }) => {
  await page.goto('/');
  await controlled(page);
  const answered = await page.evaluate(async () => {
    const { port1, port2 } = new MessageChannel();
    const heard = new Promise<string>((done) => {
      port1.onmessage = () => done('answered');
      setTimeout(() => done('silence'), 500);
    });
    const message = { type: 'svj/clip', clip: '0'.repeat(32) };
    window.postMessage(message, '*', [port2]);
    navigator.serviceWorker.dispatchEvent(
      new MessageEvent('message', { data: message, source: window, ports: [port1] })
    );
    return heard;
  });
  expect(answered).toBe('silence');
});

async function inboxRows(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('svj');
        opening.onerror = () => reject(opening.error ?? new Error('open'));
        opening.onsuccess = () => {
          const rows = opening.result.transaction('inbox').objectStore('inbox').count();
          rows.onsuccess = () => {
            opening.result.close();
            resolve(rows.result);
          };
        };
      })
  );
}

test('what another app shares while the journal is locked is sealed at once, and imported when it is open', async ({
  page,
  origin,
  guard
}) => {
  test.skip(!existsSync(FILM), `no recordings: set SVJ_MEDIA_DIR (${FILM})`);
  const form = `<form method="post" enctype="multipart/form-data" action="${origin}/share">
    <input type="file" name="video" multiple></form>`;
  const other = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(form);
  });
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
  try {
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    guard.trust(new URL(address).origin);
    await createJournal(page);
    await controlled(page);
    const share = async (): Promise<void> => {
      await page.goto(address);
      await page.locator('input').setInputFiles([FILM, SECOND_FILM]);
      await page.locator('form').evaluate((element: HTMLFormElement) => element.submit());
      await page.waitForURL(/\/record\?shared=1$/);
      await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeVisible();
    };
    const lost = page.getByText('The shared video did not arrive');
    const waiting = page.getByText('2 shared videos are on this device, sealed.');
    await share();
    await expect(waiting).toBeVisible({ timeout: 20_000 });

    // What is sealed waits for as long as it takes, and is said where a person is.
    await page.goto('/');
    await expect(waiting).toBeVisible();
    await expect(lost).toBeHidden();
    expect(await inboxRows(page)).toBe(2);
    await unlock(page);
    await expect(page.getByText('2 shared videos are being taken in.')).toBeVisible();
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page.getByText('is in your journal.')).toHaveCount(2, { timeout: 30_000 });

    // Taken in, it is no longer kept for that, nor taken in twice.
    await page.reload();
    await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeVisible();
    expect(await inboxRows(page)).toBe(0);
    await unlock(page);
    await toJournal(page);
    await expect(entries(page)).toHaveCount(2);

    // What the worker no longer has when the page asks for it is said to be lost.
    await page.goto('/record?shared=1');
    await expect(lost).toBeVisible();
    await expect(page).toHaveURL(/\/record$/);
  } finally {
    other.closeAllConnections();
    other.close();
  }
});

test('the shortcut that locks does so in every window', async ({ page, context }) => {
  await createJournal(page);
  const opened = await context.newPage();
  await opened.goto('/?lock');
  await expect(page.getByRole('button', { name: 'Unlock', exact: true })).toBeVisible();
  await expect(opened.getByRole('button', { name: 'Unlock', exact: true })).toBeVisible();
});
