import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import { draftsLeft, entries, playFirstEntry, toJournal } from './record-steps.ts';
import { takeApart, writeLongWebm } from './support/long-webm.ts';
import { leaveRoom, pretendFree } from './support/room.ts';
import { storedFiles, watchFiles } from './support/stored-files.ts';
import { FILM } from './support/watching.ts';

const MEDIA_DIR = resolve(process.env['SVJ_MEDIA_DIR'] ?? '../shared/media');
const media = (name: string) => join(MEDIA_DIR, name);

test.beforeEach(() => {
  test.skip(!existsSync(MEDIA_DIR), `no recordings in ${MEDIA_DIR}: set SVJ_MEDIA_DIR`);
});

type Picked = string | { name: string; mimeType: string; buffer: Buffer };

async function pick(page: Page, files: Picked | string[]): Promise<void> {
  await page.getByRole('link', { name: 'Record', exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import a video' }).first().click();
  await (await chooser).setFiles(files);
}

const saved = (page: Page, name: string) => page.getByText(`${name} is in your journal.`);

for (const { name, seconds, width, height } of [
  { name: 'video/entry-11s.mp4', seconds: 11, width: 360, height: 288 },
  { name: 'video/entry-11s.webm', seconds: 11, width: 360, height: 288 },
  { name: 'video/expressions-woman.mp4', seconds: 19.7, width: 640, height: 360 }
]) {
  test(`${name} becomes an entry that plays and seeks`, async ({ page }) => {
    await createJournal(page);
    await pick(page, media(name));
    await expect(saved(page, name.slice(6))).toBeVisible({ timeout: 30_000 });
    await toJournal(page);
    const played = await playFirstEntry(page);
    expect(Math.abs(played.duration - seconds)).toBeLessThan(0.6);
    expect([played.width, played.height]).toEqual([width, height]);
  });
}

test('a phone video keeps its date in the sealed entry and nothing of its place, device or dates in the media', async ({
  page
}) => {
  await createJournal(page);
  await pick(page, media('metadata/iphone-gps.mov'));
  await expect(saved(page, 'iphone-gps.mov')).toBeVisible({ timeout: 30_000 });
  await toJournal(page);
  await expect(page.getByText('February 2019').first()).toBeAttached();
  await expect(entries(page).first()).toContainText('iphone-gps');
  await entries(page).first().getByRole('link').first().click();
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  await expect(video).toHaveAttribute('src', /\/clip\//);
  const found = await video.evaluate(async (element: HTMLVideoElement) => {
    const bytes = new Uint8Array(await (await fetch(element.src)).arrayBuffer());
    const text = new TextDecoder('latin1').decode(bytes);
    const words = ['+27.1281', '100.2508', 'Apple', 'iPhone', '12.1.2', '2019', 'com.apple', 'mebx', 'udta', 'ftyp'];
    return words.filter((word) => text.includes(word));
  });
  // The last one shows that this is the video, and that it can be searched.
  expect(found).toEqual(['ftyp']);
});

test('what a film hides by its edit list stays hidden, and can be shown', async ({ page }) => {
  await createJournal(page);
  const film = cutWithoutEncoding(await readFile(media('video/entry-11s.mp4')), 3300);
  await pick(page, { name: 'cut.mp4', mimeType: 'video/mp4', buffer: film });
  await expect(saved(page, 'cut.mp4')).toBeVisible({ timeout: 30_000 });
  await toJournal(page);
  await entries(page).first().getByRole('link').first().click();
  const player = page.getByRole('region', { name: 'Player' });
  const slider = player.getByRole('slider', { name: 'Position' });
  await expect(slider).toHaveAttribute('aria-valuetext', /of 7 seconds/);
  const startOf = (element: HTMLVideoElement): number => (element.readyState < 2 ? -1 : element.currentTime);
  // The sound of this film begins 64 ms before its picture, hidden since it was made.
  await expect.poll(() => player.locator('video').evaluate(startOf)).toBeCloseTo(3.364, 2);
  await player.getByRole('button', { name: 'Show in full' }).click();
  await expect(slider).toHaveAttribute('aria-valuetext', /of 11 seconds/);
});

/** Moves the beginning that the edit lists of a film show, as tools do that cut without encoding anew. @param ms hidden */
function cutWithoutEncoding(film: Buffer, ms: number): Buffer {
  const movieScale = film.readUInt32BE(film.indexOf('mvhd') + 16);
  for (let at = film.indexOf('elst'); at >= 0; at = film.indexOf('elst', at + 4)) {
    const mediaScale = film.readUInt32BE(film.indexOf('mdhd', at) + 16);
    film.writeUInt32BE(film.readUInt32BE(at + 12) - Math.round((ms * movieScale) / 1000), at + 12);
    film.writeUInt32BE(film.readUInt32BE(at + 16) + Math.round((ms * mediaScale) / 1000), at + 16);
  }
  return film;
}

test('several files are taken in one after another', async ({ page }) => {
  await createJournal(page);
  await pick(page, [media('video/grid_bbaf2n.mp4'), media('video/grid_swiz3n.webm')]);
  await expect(saved(page, 'grid_bbaf2n.mp4')).toBeVisible({ timeout: 30_000 });
  await expect(saved(page, 'grid_swiz3n.webm')).toBeVisible({ timeout: 30_000 });
  await toJournal(page);
  await expect(entries(page)).toHaveCount(2);
});

test('what cannot be imported says why, and leaves nothing', async ({ page }) => {
  const mp4 = await readFile(media('video/entry-11s.mp4'));
  const huge = Buffer.alloc(1_000_000);
  huge.writeUInt32BE(16, 0);
  huge.write('ftypisom', 4, 'latin1');
  huge.writeUInt32BE(1, 16);
  huge.write('mdat', 20, 'latin1');
  huge.writeBigUInt64BE(10_000_000_000n, 24);
  const cases: { name: string; buffer: Buffer; sentence: RegExp }[] = [
    { name: 'nothing.mp4', buffer: Buffer.alloc(0), sentence: /The file is empty/ },
    { name: 'letter.mp4', buffer: Buffer.from('Dear diary, '.repeat(999)), sentence: /not a video this app can read/ },
    { name: 'cut.mp4', buffer: mp4.subarray(0, 100_000), sentence: /ends before its stated length/ },
    { name: 'ten-gigabytes.mp4', buffer: huge, sentence: /ends before its stated length/ },
    {
      name: 'old.mpg',
      buffer: await readFile(media('video/grid_bbaf2n.mpg')),
      sentence: /(?:not a video this app can read|cannot play).* Nothing was stored/
    },
    {
      name: 'header-only.mov',
      buffer: await readFile(media('metadata/pentax-quicktime.mov')),
      sentence: /(?:not a video this app can read|cannot play|ends before).* Nothing was stored/
    }
  ];
  await createJournal(page);
  for (const { name, buffer, sentence } of cases) {
    await pick(page, { name, mimeType: 'video/mp4', buffer });
    const note = page.getByRole('status').filter({ hasText: `${name} was not imported.` });
    await expect(note, name).toContainText(sentence, { timeout: 20_000 });
    await expect(note, name).toContainText('Nothing was stored');
    await note.getByRole('button', { name: `Take ${name} off this list` }).click();
  }
  await toJournal(page);
  await expect(entries(page)).toHaveCount(0);
  expect(await storedFiles(page)).toEqual([]);
});

test('a lock stops an import, and says so when the journal is open again', async ({ page }) => {
  await createJournal(page);
  await pick(page, media('video/entry-11s.mp4'));
  await expect(page.getByText('entry-11s.mp4').first()).toBeVisible();
  await page.keyboard.press('Control+Shift+L');
  await unlock(page);
  await expect(page.getByText('Locking stopped the import of a video.')).toBeVisible();
  await toJournal(page);
  await expect(entries(page)).toHaveCount(0);
});

const refusal = (page: Page, name: string) => page.getByRole('status').filter({ hasText: `${name} was not imported.` });

const NO_SPACE = 'There is no space left. Everything saved so far is safe.';

test('an import without space is refused before it starts', async ({ page }) => {
  await createJournal(page);
  const filesMade = await watchFiles(page);
  // The file has 319,246 bytes; 4 MiB are kept free for the journal itself.
  await pretendFree(page, 4 * 1024 * 1024 + 319_000);
  await pick(page, media('video/entry-11s.mp4'));
  await expect(refusal(page, 'entry-11s.mp4')).toContainText(NO_SPACE, { timeout: 20_000 });
  expect(await draftsLeft(page)).toBe(0);
  await refusal(page, 'entry-11s.mp4').getByRole('button', { name: 'Take entry-11s.mp4 off this list' }).click();
  await toJournal(page);
  await expect(entries(page)).toHaveCount(0);
  expect(await filesMade()).toEqual([]);
  expect(await storedFiles(page)).toEqual([]);
  // With a little more room the same file is taken in, and the watch sees what that makes.
  await pretendFree(page, 4 * 1024 * 1024 + 320_000);
  await pick(page, media('video/entry-11s.mp4'));
  await expect(saved(page, 'entry-11s.mp4')).toBeVisible({ timeout: 30_000 });
  await expect.poll(async () => (await filesMade()).length).toBeGreaterThan(1);
});

test('an import that runs out of space leaves nothing, and the next file is taken in', async ({ page, origin }) => {
  await createJournal(page);
  await expect.poll(() => storedFiles(page)).toEqual([]);
  const large = test.info().outputPath('large.webm');
  await writeLongWebm(await takeApart(FILM, 11_040), large, 30_000_000);
  const filesMade = await watchFiles(page);
  const roomAgain = await leaveRoom(page, origin, 12_000_000);
  // Said to be enough, or the import would not begin.
  await pretendFree(page, 1_000_000_000);
  await pick(page, [large, media('video/grid_bbaf2n.mp4')]);
  await expect(refusal(page, 'large.webm')).toContainText(NO_SPACE, { timeout: 60_000 });
  const [begun] = (await filesMade()).filter((name) => /^[0-9a-f]{32}$/.test(name));
  expect(begun).toBeDefined();
  await expect(saved(page, 'grid_bbaf2n.mp4')).toBeVisible({ timeout: 30_000 });
  await roomAgain();
  expect(await draftsLeft(page)).toBe(0);
  await toJournal(page);
  await expect(entries(page)).toHaveCount(1);
  await expect(entries(page)).toContainText('grid_bbaf2n');
  expect(await storedFiles(page)).not.toContain(begun);
  // One entry: its film, the head of it, a poster and a sheet.
  await expect.poll(async () => (await storedFiles(page)).length).toBe(4);
  expect((await playFirstEntry(page)).duration).toBeGreaterThan(2.5);
});
