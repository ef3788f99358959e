/** Imports whose screen was left: told of wherever one is, and when they were cut off. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import { entries, toJournal } from './record-steps.ts';
import { takeApart, writeLongWebm } from './support/long-webm.ts';
import { FILM } from './support/watching.ts';

const MIB = 2 ** 20;
/** A little more than the film has: its sound must have ended before the next round begins. */
const FILM_MS = 11_040;
/** Long enough to be left in its middle, on any machine. */
const LONG_BYTES = 250 * MIB;

test.beforeEach(() => {
  test.skip(!existsSync(FILM), `no recordings: ${FILM} is missing; set SVJ_MEDIA_DIR`);
});

async function pick(page: Page, ...files: string[]): Promise<void> {
  await page.getByRole('link', { name: 'Record', exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import a video' }).first().click();
  await (await chooser).setFiles(files);
}

async function withLongFilm(use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'svj-away-'));
  try {
    const file = join(folder, 'long.webm');
    await writeLongWebm(await takeApart(FILM, FILM_MS), file, LONG_BYTES);
    await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('an import that is left says how far it is, and how it ended, wherever one is', async ({ page }) => {
  await createJournal(page);
  await withLongFilm(async (file) => {
    await pick(page, file);
    await expect(page.getByText(/second(s)? left/)).toBeVisible({ timeout: 20_000 });
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await expect(page.getByRole('link', { name: /^Importing \d+ %$/ })).toBeVisible();
    await expect(page.getByText('long.webm is in your journal.')).toBeVisible({ timeout: 90_000 });
    await expect(page.getByRole('link', { name: /^Importing/ })).toBeHidden();
    await toJournal(page);
    await expect(entries(page)).toHaveCount(1);
  });
});

test('an import that a reload cut off is told of, and nothing of it is left', async ({ page }) => {
  await createJournal(page);
  await withLongFilm(async (file) => {
    await pick(page, file);
    await expect(page.getByText(/second(s)? left/)).toBeVisible({ timeout: 20_000 });
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto('/settings');
    await expect(page.getByText('A recording or an import may not be finished.')).toBeVisible({ timeout: 20_000 });
    // What another tab has just begun looks the same for a few seconds.
    await page.waitForTimeout(5000);
    await unlock(page);
    await expect(page.getByText('An import was cut off when the app closed')).toBeVisible({ timeout: 20_000 });
    await toJournal(page);
    await expect(page.getByText('Nothing here yet')).toBeVisible();
  });
});

test('a video dropped on any screen is imported, and never takes the app away', async ({ page }) => {
  await createJournal(page);
  const bytes = (await readFile(FILM)).toString('base64');
  const drop = (target: string) =>
    page.evaluate(
      ([base64, selector]) => {
        const film = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const files = new DataTransfer();
        files.items.add(new File([film], 'dropped.webm', { type: 'video/webm' }));
        const event = (type: string) => new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true });
        const there = document.querySelector(selector);
        return [there?.dispatchEvent(event('dragover')), there?.dispatchEvent(event('drop'))];
      },
      [bytes, target] as const
    );
  expect(await drop('header')).toEqual([false, false]);
  await expect(page.getByText('dropped.webm is in your journal.')).toBeVisible({ timeout: 30_000 });
  await expect(entries(page)).toHaveCount(1);
  await page.getByRole('link', { name: 'Record', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Record' })).toBeAttached();
  expect(await drop('.stage')).toEqual([false, false]);
  await expect(page.getByText('dropped.webm is in your journal.')).toHaveCount(2, { timeout: 30_000 });
  await toJournal(page);
  await expect(entries(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Lock now' }).first().click();
  await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeVisible();
  expect(await drop('header')).toEqual([false, false]);
});
