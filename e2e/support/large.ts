/** D17: long recordings and large files at flat memory. On a profile on disk: without one the browser stores in memory. */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { createJournal, unlock } from '../journal-steps.ts';
import { draftsLeft, entries, openRecord, stopRecording, toJournal, withoutCountdown } from '../record-steps.ts';
import { takeApart, writeLongWebm } from './long-webm.ts';
import { describeMemory, expectFlat, watchMemory } from './memory.ts';
import { storedFiles } from './stored-files.ts';
import { syntheticEnd, syntheticRecorder } from './synthetic-recorder.ts';
import { FILM, openFirst, seek, state } from './watching.ts';

/** A little more than the film has: its sound must have ended before the next round begins. */
const FILM_MS = 11_040;
/** Many times what the search takes in a journal that holds next to nothing. */
const UNFINISHED_MS = 5000;

/** Takes in a film of so many bytes, and plays it near its end. */
export async function importLarge(page: Page, bytes: number): Promise<void> {
  const file = join(tmpdir(), `svj-large-${String(process.pid)}.webm`);
  try {
    const lengthMs = await writeLongWebm(await takeApart(FILM, FILM_MS), file, bytes);
    await createJournal(page);
    await page.getByRole('link', { name: 'Record', exact: true }).click();
    const started = Date.now();
    const memory = await watchMemory(page, async () => {
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Import a video' }).first().click();
      await (await chooser).setFiles(file);
      const saved = page.getByText('is in your journal.');
      await expect(saved.or(page.getByText('was not imported.'))).toBeVisible({ timeout: 1_500_000 });
      await expect(saved).toBeVisible();
    });
    const seconds = (Date.now() - started) / 1000;
    console.log(
      `import of ${(bytes / 1e6).toFixed(0)} MB: ${seconds.toFixed(1)} s, ${(bytes / 1e6 / seconds).toFixed(0)} MB/s; ${describeMemory(memory)}`
    );
    expectFlat(memory);
    await page.getByRole('link', { name: 'Journal', exact: true }).first().click();
    await expectLong(page, lengthMs);
  } finally {
    await rm(file, { force: true });
  }
}

/** Records so much, faster than time goes by, and plays it near its end. */
export async function recordLong(page: Page, durationMs: number): Promise<void> {
  await withoutCountdown(page);
  await syntheticRecorder(page, await takeApart(FILM, FILM_MS), durationMs);
  await createJournal(page);
  await openRecord(page);
  const started = Date.now();
  const memory = await watchMemory(page, async () => {
    await page.getByRole('button', { name: 'Start recording' }).click();
    await syntheticEnd(page, 1_500_000);
  });
  const stopped = Date.now();
  await stopRecording(page);
  const minutes = (durationMs / 60_000).toFixed(0);
  console.log(
    `recording of ${minutes} min: given in ${((stopped - started) / 1000).toFixed(1)} s, closed in ${String(Date.now() - stopped)} ms; ${describeMemory(memory)}`
  );
  expectFlat(memory);
  await toJournal(page);
  await expectLong(page, durationMs);
}

/** A film that says it goes on for ten gigabytes, and has one megabyte: refused in words, and nothing stays. */
export async function importAnnounced(page: Page): Promise<void> {
  const announced = await readFile(FILM);
  // The length of the segment, eight bytes of it.
  announced.writeBigUInt64BE((1n << 56n) | 10_000_000_000n, announced.indexOf(Buffer.from('18538067', 'hex')) + 4);
  await createJournal(page);
  await page.getByRole('link', { name: 'Record', exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import a video' }).first().click();
  await (await chooser).setFiles({ name: 'ten-gigabytes.webm', mimeType: 'video/webm', buffer: announced });
  const note = page.getByRole('status').filter({ hasText: 'ten-gigabytes.webm was not imported.' });
  await expect(note).toContainText('The file ends before its stated length. Nothing was stored', { timeout: 20_000 });
  await toJournal(page);
  await expect(entries(page)).toHaveCount(0);
  expect(await draftsLeft(page)).toBe(0);
  expect(await storedFiles(page)).toEqual([]);
  await page.getByRole('button', { name: 'Lock now' }).first().click();
  await unlock(page);
  // The search for unfinished recordings answers some time after the journal is shown, and shows nothing when it is over.
  const unfinished = page.getByRole('heading', { name: /^Unfinished entry, / });
  await expect(unfinished.waitFor({ timeout: UNFINISHED_MS })).rejects.toThrow('Timeout');
}

/** The first entry has this length and can be sought to its end. */
async function expectLong(page: Page, lengthMs: number): Promise<void> {
  const video = await openFirst(page);
  const { duration } = await state(video);
  expect(Math.abs(1000 * duration - lengthMs)).toBeLessThan(FILM_MS + 1000);
  expect(Math.abs((await seek(video, duration - 5)) - (duration - 5))).toBeLessThan(1);
  expect((await state(video)).error).toBeNull();
}
