import { existsSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import { pictureMatch, sourceFrames } from './support/likeness.ts';
import { fetchRange, FILM, harmBody, importAndOpen, openFirst, seek, sliceHash, state } from './support/watching.ts';

/** Sealed bytes before the first segment, and of one segment (FORMAT.md). */
const HEAD_BYTES = 166;
const SEGMENT_BYTES = 65_536;

test.beforeEach(async ({ page }) => {
  test.skip(!existsSync(FILM), `no recordings: set SVJ_MEDIA_DIR (${FILM})`);
  await createJournal(page);
});

test('every form of range is answered by the real service worker', async ({ page }) => {
  const video = await importAndOpen(page, FILM);
  const path = new URL((await state(video)).src).pathname;
  const whole = await fetchRange(page, path, null);
  const size = whole.length;
  expect(whole.status).toBe(200);
  expect(size).toBeGreaterThan(500_000);

  for (const [range, from, to] of [
    ['bytes=0-1', 0, 2],
    ['bytes=0-', 0, size],
    ['bytes=1000-200000', 1000, 200_001],
    [`bytes=${size - 10}-${size + 10}`, size - 10, size],
    ['bytes=-100', size - 100, size]
  ] as const) {
    const answer = await fetchRange(page, path, range);
    expect(answer, range).toMatchObject({ status: 206, range: `bytes ${from}-${to - 1}/${size}`, length: to - from });
    expect(answer.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'content-length': String(to - from)
    });
    expect(answer.headers['content-type']).toMatch(/^video\//);
    expect(answer.hash, range).toBe(await sliceHash(page, path, from, to));
  }
  expect(await fetchRange(page, path, `bytes=${size}-`)).toMatchObject({ status: 416, range: `bytes */${size}` });
  expect(await fetchRange(page, path, 'bytes=0-1,4-5')).toMatchObject({ status: 200, length: size });
  expect(await fetchRange(page, path, 'bytes=5-4')).toMatchObject({ status: 200, length: size });
  expect(await fetchRange(page, path, null, 'HEAD')).toMatchObject({ status: 200, length: 0 });
  expect((await fetchRange(page, path, null, 'DELETE')).status).toBe(405);
  expect((await fetchRange(page, `/clip/${'0'.repeat(32)}`, null)).status).toBe(404);
});

test('it knows its length, plays, and seeks to ten places and the right picture', async ({ page }) => {
  const video = await importAndOpen(page, FILM);
  const { duration } = await state(video);
  expect(duration).toBeGreaterThan(10.5);
  expect(duration).toBeLessThan(11.6);
  await expect(page.getByRole('slider', { name: 'Position' })).toHaveAttribute('aria-valuemax', '11');

  const player = page.getByRole('region', { name: 'Player' });
  await player.getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(async () => (await state(video)).at).toBeGreaterThan(0.5);
  await player.hover();
  await player.getByRole('button', { name: 'Pause', exact: true }).click();

  for (const at of [9, 1, 7.5, 3, 10.2, 0.3, 5, 8, 2, 6])
    expect(Math.abs((await seek(video, at)) - at)).toBeLessThan(0.1);
  const frames = await sourceFrames(page);
  if (frames) {
    const { likeness, control } = await pictureMatch(video, 6, frames);
    expect(likeness).toBeGreaterThan(0.9);
    expect(likeness).toBeGreaterThan(control);
  }
});

test('it goes on when the browser ends the service worker in mid-play', async ({ page, context }) => {
  const video = await importAndOpen(page, FILM);
  const session = await context.newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await video.evaluate((element: HTMLVideoElement) => element.play());
  for (let kill = 0; kill < 3; kill++) {
    const before = (await state(video)).at;
    await session.send('ServiceWorker.stopAllWorkers');
    expect(await seek(video, 9 - 3 * kill)).toBeCloseTo(9 - 3 * kill, 0);
    await expect.poll(async () => (await state(video)).at, { timeout: 20_000 }).not.toBe(before);
  }
  const { paused, error, at } = await state(video);
  expect({ paused, error }).toEqual({ paused: false, error: null });
  await expect.poll(async () => (await state(video)).at, { timeout: 20_000 }).toBeGreaterThan(at + 0.5);
});

test('B5 after a lock the address is dead, the element empty and nothing of the entry is left', async ({ page }) => {
  const video = await importAndOpen(page, FILM);
  const { src } = await state(video);
  const path = new URL(src).pathname;
  await page.getByRole('textbox', { name: 'Title' }).fill('Heliotrope canary');
  await expect(page.getByText('All changes saved')).toBeVisible();
  const left = await video.evaluateHandle((element: HTMLVideoElement) => element);
  await left.evaluate((element) => element.play());
  await page
    .getByRole('button', { name: /^Lock now/ })
    .first()
    .click();
  await expect(page.getByRole('button', { name: 'Unlock', exact: true })).toBeVisible();

  expect(await left.evaluate((element) => ({ src: element.getAttribute('src'), ready: element.readyState }))).toEqual({
    src: null,
    ready: 0
  });
  // The address of that opening is known to nobody any more, and no other is answered.
  const known = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(known.filter((name) => name.includes('/clip/'))).toEqual([]);
  expect(await page.content()).not.toContain('/clip/');
  expect((await fetchRange(page, src, 'bytes=0-1')).status).toBe(423);
  expect((await fetchRange(page, path, 'bytes=0-1')).status).toBe(423);
  expect(
    await page.evaluate(async (address) => {
      const element = document.createElement('video');
      element.src = address;
      return new Promise<string>((done) => {
        element.onerror = () => done('failed');
        element.onloadeddata = () => done('played');
      });
    }, path)
  ).toBe('failed');
  expect(await page.content()).not.toContain('Heliotrope');
  expect(await page.title()).not.toContain('Heliotrope');

  await unlock(page);
  await expect.poll(async () => (await fetchRange(page, path, 'bytes=0-1')).status).toBe(206);
});

/** A film that plays, in a page whose clock the test moves. */
async function watchByClock(page: Page) {
  await page.clock.install();
  await page.reload();
  await unlock(page);
  const video = await importAndOpen(page, FILM);
  const player = page.getByRole('region', { name: 'Player' });
  await player.getByRole('button', { name: 'Play', exact: true }).first().click();
  await expect.poll(() => state(video).then(({ paused }) => paused)).toBe(false);
  return { video, player };
}

test('B5 a journal does not lock while its person watches, and does when the clip is over', async ({ page }) => {
  const { video, player } = await watchByClock(page);
  for (let quarters = 0; quarters < 3; quarters++) await page.clock.fastForward('15:00');
  await expect(video).toBeVisible();
  expect((await state(video)).paused).toBe(false);
  await video.evaluate((element: HTMLVideoElement) => element.pause());
  await expect(player.getByRole('button', { name: 'Play', exact: true }).first()).toBeVisible();
  await page.clock.fastForward('30:01');
  await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeVisible();
});

test('B5 a device that sleeps in the middle of a clip wakes up locked', async ({ page }) => {
  const { video } = await watchByClock(page);
  await page.clock.fastForward('08:00:00');
  await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeVisible();
  await expect(video).toBeHidden();
});

test('the keys do what the list of keys says', async ({ page }) => {
  const video = await importAndOpen(page, FILM);
  const at = async () => Math.round(10 * (await state(video)).at) / 10;
  const press = (key: string) => page.keyboard.press(key);
  await page.getByRole('heading', { level: 1 }).focus();

  await press('5');
  await expect.poll(at).toBeCloseTo(5.5, 0);
  await press('ArrowRight');
  await expect.poll(at).toBeCloseTo(10.5, 0);
  await press('j');
  await expect.poll(at).toBeCloseTo(0.5, 0);
  await press('l');
  await expect.poll(at).toBeCloseTo(10.5, 0);
  await press('ArrowLeft');
  await expect.poll(at).toBeCloseTo(5.5, 0);
  const before = (await state(video)).at;
  await press('.');
  await expect.poll(async () => (await state(video)).at - before).toBeGreaterThan(0.01);
  expect((await state(video)).at - before).toBeLessThan(0.1);
  await press(',');
  await expect.poll(async () => Math.abs((await state(video)).at - before)).toBeLessThan(0.02);
  await press('>');
  expect((await state(video)).rate).toBe(1.25);
  await press('<');
  await press('<');
  expect((await state(video)).rate).toBe(0.75);
  await press('m');
  expect((await state(video)).muted).toBe(true);
  await press('m');
  await press('k');
  await expect.poll(async () => (await state(video)).paused).toBe(false);
  await press(' ');
  await expect.poll(async () => (await state(video)).paused).toBe(true);
  await press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await press('k');
  expect((await state(video)).paused).toBe(true);
  await press('Escape');

  // Words being typed are words.
  await page.getByRole('textbox', { name: 'Note' }).fill('');
  await page.keyboard.type('jklm 5');
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('jklm 5');
  expect((await state(video)).muted).toBe(false);

  await page.getByRole('slider', { name: 'Position' }).focus();
  await press('Home');
  await expect.poll(at).toBe(0);
  await press('ArrowUp');
  await expect.poll(at).toBeCloseTo(5, 0);
});

for (const { row, what, harm } of [
  { row: 'A1', what: 'a changed segment', harm: (size: number) => ({ flipAt: Math.floor(size * 0.6) }) },
  {
    row: 'A3',
    what: 'a cut at the border of a segment',
    harm: (size: number) => ({ cutTo: HEAD_BYTES + Math.floor((size * 0.6) / SEGMENT_BYTES) * SEGMENT_BYTES })
  },
  { row: 'A4', what: 'a cut inside a segment', harm: (size: number) => ({ cutTo: Math.floor(size * 0.6) }) }
]) {
  test(`${row} ${what} is reported, and what lies before still plays`, async ({ page }) => {
    const video = await importAndOpen(page, FILM);
    const path = new URL((await state(video)).src).pathname;
    const whole = await fetchRange(page, path, null);
    await page.getByRole('link', { name: 'Journal', exact: true }).first().click();
    await harmBody(page, harm(whole.length));

    await openFirst(page);
    const notice = page.getByRole('alert').filter({ hasText: 'altered or damaged' });
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect(notice).toContainText(/; [1-9]\d* seconds before it still play\./, { timeout: 20_000 });
    const seconds = Number(/(\d+) seconds/.exec(await notice.innerText())?.[1]);
    expect(seconds).toBeGreaterThanOrEqual(2);
    expect(seconds).toBeLessThan(9);

    // Everything before is there, to the last promised second; behind it, nothing.
    const again = page.getByRole('region', { name: 'Player' }).locator('video');
    await expect.poll(async () => (await state(again)).src).toContain('until=');
    expect(await seek(again, seconds - 0.2)).toBeCloseTo(seconds - 0.2, 0);
    const given = await page.evaluate(async (address) => {
      const reader = (await fetch(address)).body?.getReader();
      let bytes = 0;
      try {
        for (let read = await reader?.read(); read?.value; read = await reader?.read()) bytes += read.value.length;
        return { bytes, failed: false };
      } catch {
        return { bytes, failed: true };
      }
    }, path);
    expect(given.failed).toBe(true);
    expect(given.bytes).toBeLessThan(0.62 * whole.length);
    expect(given.bytes).toBeGreaterThan(0.4 * whole.length);
    // A range behind the damage is refused as well.
    const behind = await page.evaluate(async (address) => {
      const response = await fetch(address, { headers: { Range: 'bytes=-1000' } });
      return response.arrayBuffer().then(
        (body) => body.byteLength,
        () => 'failed'
      );
    }, path);
    if (row !== 'A1') expect(behind).toBe('failed');
  });
}

test('a clip that is not on this device says so, and its words are there', async ({ page }) => {
  await importAndOpen(page, FILM);
  await page.getByRole('link', { name: 'Journal', exact: true }).first().click();
  await harmBody(page, 'remove');
  await page.getByRole('list', { name: 'Entries' }).getByRole('link').first().click();
  await expect(page.getByRole('alert')).toContainText('not on this device', { timeout: 20_000 });
  await expect(page.getByRole('textbox', { name: 'Title' })).toBeVisible();
});

test('words are changed in place, their history is kept and brings them back', async ({ page }) => {
  await importAndOpen(page, FILM);
  const title = page.getByRole('textbox', { name: 'Title' });
  const saved = page.getByText('All changes saved');
  for (const text of ['First words', 'Second words']) {
    await title.fill(text);
    await title.blur();
    await expect(saved).toBeVisible();
  }
  await page.getByText('Good', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Add tag' }).fill('garden');
  await page.keyboard.press('Enter');
  await expect(saved).toBeVisible();

  await page.getByText('History of edits').click();
  const history = page.getByRole('list', { name: 'History of edits' });
  await expect(history).toContainText('First words');
  await history.getByRole('listitem').filter({ hasText: 'First words' }).getByRole('button').click();
  await expect(title).toHaveValue('First words');
  await expect(saved).toBeVisible();
  await expect(history).toContainText('Second words');
  await page.getByRole('link', { name: 'Journal', exact: true }).first().click();
  await expect(page.getByRole('link', { name: /First words/ })).toBeVisible();
});

test('an entry that is deleted can be taken back within ten seconds', async ({ page }) => {
  await importAndOpen(page, FILM);
  await page.getByRole('button', { name: 'Delete entry' }).click();
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await openFirst(page);
  await expect(page.getByRole('region', { name: 'Player' })).toBeVisible();
});

test('the lock screen of the phone is told nothing but the name of the app', async ({ page }) => {
  const video = await importAndOpen(page, FILM);
  await page.getByRole('textbox', { name: 'Title' }).fill('Secret of the garden');
  await video.evaluate((element: HTMLVideoElement) => element.play());
  expect(
    await page.evaluate(() => {
      const { metadata } = navigator.mediaSession;
      return {
        title: metadata?.title,
        artist: metadata?.artist,
        album: metadata?.album,
        art: metadata?.artwork.length
      };
    })
  ).toEqual({ title: 'Secure Video Journal', artist: '', album: '', art: 0 });
  expect(await page.title()).toBe('Secure Video Journal');
});
