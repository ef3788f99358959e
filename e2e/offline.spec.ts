import { existsSync } from 'node:fs';
import { expect, test } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import { FILM, importAndOpen, openFirst, seek, state } from './support/watching.ts';

test.beforeEach(() => {
  test.skip(!existsSync(FILM), `no recordings: set SVJ_MEDIA_DIR (${FILM})`);
});

test('after one visit everything works without a relay: unlock, watch, seek, take in another video', async ({
  browser,
  relay,
  guard
}) => {
  // The relay of this test is another one than the guard knows.
  guard.expected(new RegExp(`^foreign request: ${relay.origin}$`));
  const context = await browser.newContext({ baseURL: relay.origin, locale: 'en-GB' });
  guard.watch(context);
  try {
    const page = await context.newPage();
    await createJournal(page);
    await importAndOpen(page, FILM);
    await page.getByRole('textbox', { name: 'Title' }).fill('Before the storm');
    await expect(page.getByText('All changes saved')).toBeVisible();

    await relay.kill();
    for (const path of ['/', '/settings', '/record', '/trash']) {
      await page.goto(path);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    }
    const policy = await page.evaluate(async () => (await fetch('/')).headers.get('Content-Security-Policy'));
    expect(policy).toContain("frame-ancestors 'none'");

    await page.goto('/');
    await unlock(page);
    await expect(page.getByRole('link', { name: /Before the storm/ })).toBeVisible();
    const video = await openFirst(page);
    await video.evaluate((element: HTMLVideoElement) => element.play());
    await expect.poll(async () => (await state(video)).at).toBeGreaterThan(0.3);
    expect(await seek(video, 8)).toBeCloseTo(8, 0);
    await importAndOpen(page, FILM);
  } finally {
    await context.close();
  }
});

test('the first visit can already play, and the browser knows it is offline', async ({ page, context }) => {
  await createJournal(page);
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await context.setOffline(true);
  await expect(page.getByText('Offline', { exact: true })).toBeVisible();
  const video = await importAndOpen(page, FILM);
  expect((await state(video)).duration).toBeGreaterThan(10);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('nothing of a clip and no answer of the relay is in any cache', async ({ page }) => {
  await createJournal(page);
  const video = await importAndOpen(page, FILM);
  await video.evaluate((element: HTMLVideoElement) => element.play());
  await page.evaluate(() => fetch('/readyz'));
  const cached = await page.evaluate(async () => {
    const names = await caches.keys();
    const urls: string[] = [];
    for (const name of names) {
      for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
    }
    return {
      names,
      strange: urls.filter((url) => /^\/(?:api|clip|readyz|healthz|csp|share)/.test(url)),
      count: urls.length
    };
  });
  expect(cached.names).toHaveLength(1);
  expect(cached.strange).toEqual([]);
  expect(cached.count).toBeGreaterThan(10);
});
