import { existsSync } from 'node:fs';
import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { createJournal } from './journal-steps.ts';
import { openRecord, startRecording, toJournal } from './record-steps.ts';
import { canary, codings, filesBelow, searchDisk, type Find } from './support/disk-search.ts';
import {
  keepBlobs,
  live,
  plainClip,
  plainPoster,
  runsOfBack,
  runsOfFilm,
  secretsOf,
  type Planted
} from './support/planted.ts';
import { FILM } from './support/watching.ts';
import { Wiretap } from './support/wiretap.ts';

test.beforeEach(() => {
  test.skip(!existsSync(FILM), `no recordings: set SVJ_MEDIA_DIR (${FILM})`);
});

/** The app's own code, in which every prompt stands: whether one of them was shown must be written nowhere else. */
const CODE = /^Default\/(?:Service Worker|Cache|Code Cache)\//;

/** A sentence per find, each once. */
function said(finds: readonly Find[]): string[] {
  const told = finds.filter(({ name, file }) => !(name === 'prompt' && CODE.test(file)));
  return [...new Set(told.map(({ name, coding, file }) => `${name} as ${coding} in ${file}`))];
}

async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Lock now' }).first().click();
  await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeVisible();
}

async function unlock(page: Page, { typed }: Planted): Promise<void> {
  const passphrase = page.getByRole('textbox', { name: 'Passphrase', exact: true });
  await passphrase.fill(typed.wrongPassphrase);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await expect(page.getByText('That passphrase does not open this journal')).toBeVisible({ timeout: 30_000 });
  await passphrase.fill(typed.passphrase);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible({ timeout: 30_000 });
}

/** No file of the private file system begins as a video does. */
async function videosByHead(profile: string): Promise<{ objects: number; videos: string[] }> {
  const objects = (await filesBelow(profile)).filter((file) => file.includes('/File System/'));
  const videos: string[] = [];
  for (const path of objects) {
    const file = await open(path);
    const { buffer } = await file.read(Buffer.alloc(12), 0, 12, 0);
    await file.close();
    if (buffer.subarray(0, 4).toString('hex') === '1a45dfa3') videos.push(path);
    if (buffer.subarray(4, 8).toString('latin1') === 'ftyp') videos.push(path);
  }
  return { objects: objects.length, videos };
}

test('B6 nothing of a journal stands on the disk in clear, nor after the browser was killed', async ({
  persistent
}) => {
  test.setTimeout(180_000);
  await keepBlobs(persistent.page);
  const planted = await live(persistent.page);
  const runs = await runsOfFilm();

  // Control: the film's bytes are what the player gets, so they are what to look for.
  const plain = await plainClip(persistent.page);
  const inClip = Object.values(runs).filter((run) => plain.includes(run)).length;
  expect(inClip, 'runs of the film in the clip').toBeGreaterThan(0.7 * Object.keys(runs).length);

  await toJournal(persistent.page);
  const poster = await plainPoster(persistent.page, planted.typed.title);
  const clip = await plainClip(persistent.page, planted.typed.title);
  const recorded = { ...runsOfBack('recording', clip), ...runsOfBack('poster', poster) };
  expect(Object.keys(recorded).length, 'runs of what the camera gave').toBeGreaterThan(100);
  const secrets = { ...secretsOf(planted), ...runs, ...recorded };

  await test.step('killed while open, a title half typed', async () => {
    await persistent.page.getByRole('textbox', { name: 'Title' }).fill(planted.typed.unsavedTitle);
    await persistent.page.waitForTimeout(3000);
    await persistent.kill();
    expect(said(await searchDisk(persistent.profile, secrets))).toEqual([]);
  });

  await test.step('killed while recording', async () => {
    const page = await persistent.relaunch();
    await page.goto('/');
    await unlock(page, planted);
    await openRecord(page);
    await startRecording(page);
    await page.waitForTimeout(2000);
    await persistent.kill();
    expect(said(await searchDisk(persistent.profile, secrets))).toEqual([]);
  });

  await test.step('locked and closed in peace', async () => {
    const page = await persistent.relaunch();
    await page.goto('/');
    await unlock(page, planted);
    await lock(page);
    await persistent.context.close();
    expect(said(await searchDisk(persistent.profile, secrets))).toEqual([]);
    const { objects, videos } = await videosByHead(persistent.profile);
    expect(objects).toBeGreaterThan(4);
    expect(videos).toEqual([]);
  });

  await test.step('control: what the camera gave is found where it is written in clear', async () => {
    const page = await persistent.relaunch();
    await page.goto('/');
    await page.evaluate(
      async ([clip, poster]) => {
        const bytes = (latin: string) => Uint8Array.from(latin, (byte) => byte.charCodeAt(0));
        const root = await navigator.storage.getDirectory();
        const writable = await (await root.getFileHandle('planted', { create: true })).createWritable();
        await writable.write(bytes(clip));
        await writable.close();
        await (await caches.open('planted')).put('/planted', new Response(bytes(poster)));
      },
      [clip.toString('latin1'), poster.toString('latin1')] as const
    );
    await persistent.kill();
    const found = new Set((await searchDisk(persistent.profile, recorded)).map(({ name }) => name));
    expect([...found].sort()).toEqual([...Object.keys(recorded), 'WebM'].sort());
  });
});

test('B6 a video that another app shares while the journal is locked lies on the disk sealed', async ({
  persistent
}) => {
  test.setTimeout(120_000);
  const { page } = persistent;
  await createJournal(page);
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeVisible();
  const secrets = { content: canary(), name: canary() };
  await page.evaluate(async ({ content, name }) => {
    await navigator.serviceWorker.ready;
    const film = new File([content.padEnd(300_000, content)], `${name}.mp4`, { type: 'video/mp4' });
    const form = new FormData();
    form.append('video', film);
    await fetch('/share', { method: 'POST', body: form, redirect: 'manual' });
  }, secrets);
  await page.goto('/record?shared=1');
  await expect(page.getByText('A shared video is on this device, sealed.')).toBeVisible({ timeout: 30_000 });
  await persistent.kill();
  expect(said(await searchDisk(persistent.profile, secrets))).toEqual([]);
  // It is there: 300,000 bytes, padded and sealed. Nothing else is of that length.
  const sizes = await Promise.all(
    (await filesBelow(persistent.profile))
      .filter((file) => file.includes('/File System/'))
      .map(async (file) => (await stat(file)).size)
  );
  expect(sizes.filter((size) => size > 300_000 && size < 350_000)).toHaveLength(1);
});

test('B6 control: every coding of a word is found, and none of another word', async ({}, testInfo) => {
  const word = canary();
  const bytes = Buffer.from(canary());
  const folder = testInfo.outputPath('planted', 'deep');
  await mkdir(folder, { recursive: true });
  for (const [what, secret] of Object.entries({ word, bytes })) {
    for (const [coding, coded] of Object.entries(codings(secret))) {
      // In front of it what would shift the digits of base64, behind it anything.
      await writeFile(
        join(folder, `${what} ${coding}`),
        Buffer.concat([Buffer.from('noise'), coded, Buffer.from('.')])
      );
    }
  }
  // Base64 as a program makes it of a text that holds the word somewhere.
  for (const before of ['', 'a', 'ab', 'abc']) {
    await writeFile(join(folder, `word in a text ${before}`), Buffer.from(`${before}${word}!`).toString('base64'));
  }
  const files = await filesBelow(folder);
  expect(files.length).toBeGreaterThan(30);
  const found = await searchDisk(join(folder, '..'), { word, bytes });
  expect(new Set(found.map(({ file }) => join(folder, '..', file)))).toEqual(new Set(files));
  expect(await searchDisk(folder, { other: canary(), otherBytes: Buffer.from(canary()) })).toEqual([]);
});

test('B6 control: what a script stores unsealed is found, wherever it stores it', async ({ persistent }) => {
  const words = { localStorage: canary(), database: canary(), cache: canary(), address: canary() };
  const film = await readFile(FILM);
  const { page, profile } = persistent;
  await page.goto('/');
  await page.evaluate(
    async ({ localStorage: text, database, cache, address, latin }) => {
      localStorage.setItem('planted', text);
      await (await caches.open('planted')).put('/planted', new Response(cache));
      history.replaceState(null, '', `#${address}`);
      const root = await navigator.storage.getDirectory();
      const writable = await (await root.getFileHandle('planted', { create: true })).createWritable();
      await writable.write(Uint8Array.from(latin, (byte) => byte.charCodeAt(0)));
      await writable.close();
      await new Promise<void>((resolve, reject) => {
        const request = indexedDB.open('planted', 1);
        request.onupgradeneeded = () => request.result.createObjectStore('planted');
        request.onsuccess = () => {
          const writing = request.result.transaction('planted', 'readwrite', { durability: 'strict' });
          writing.objectStore('planted').put({ database }, 1);
          writing.oncomplete = () => resolve();
          writing.onabort = () => reject(new Error('not planted'));
        };
      });
    },
    { ...words, latin: film.toString('latin1') }
  );
  // Local storage is written behind, some seconds later.
  await page.waitForTimeout(10_000);
  await persistent.kill();
  const runs = await runsOfFilm();
  const found = new Set((await searchDisk(profile, { ...words, ...runs })).map(({ name }) => name));
  expect([...found].sort()).toEqual([...Object.keys(words), ...Object.keys(runs), 'WebM'].sort());
  expect((await videosByHead(profile)).videos).toHaveLength(1);
});

test('B7 nothing of a journal is sent anywhere, and the relay keeps nothing of it', async ({
  persistent,
  relay,
  guard
}) => {
  test.setTimeout(120_000);
  const tap = await Wiretap.start(relay.origin);
  try {
    guard.trust(tap.origin);
    const { page, context } = persistent;
    const methods = new Set<string>();
    context.on('request', (request) => methods.add(request.method()));
    // Control: a word that is sent is seen.
    const sent = canary();
    await page.goto(`${tap.origin}/?${sent}`);
    const planted = await live(page, tap.origin);
    await lock(page);
    await unlock(page, planted);

    const folder = test.info().outputPath('wire');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'sent'), tap.sent);
    expect(tap.sent.length).toBeGreaterThan(10_000);
    const secrets = { ...secretsOf(planted), ...(await runsOfFilm()), sent };
    expect(new Set((await searchDisk(folder, secrets)).map(({ name }) => name))).toEqual(new Set(['sent']));
    expect(said(await searchDisk(relay.dataDir, secrets))).toEqual([]);
    expect([...methods].filter((method) => !['GET', 'HEAD'].includes(method))).toEqual([]);
  } finally {
    await tap.stop();
  }
});
