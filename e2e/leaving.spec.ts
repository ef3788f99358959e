import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import {
  entries,
  journalWithCamera,
  keepStreams,
  openRecord,
  recordingStatus,
  startRecording,
  stopRecording,
  toJournal,
  withoutCountdown
} from './record-steps.ts';

const seconds = (count: number) => count * 1000;

test.setTimeout(180_000);

/** Kinds and states of the tracks the page ever got and has not ended. */
const tracksOn = (page: Page) =>
  page.evaluate(() =>
    (globalThis as unknown as { streamsOfTest: MediaStream[] }).streamsOfTest
      .flatMap((stream) => stream.getTracks())
      .filter(({ readyState }) => readyState === 'live')
      .map(({ kind }) => kind)
  );

for (const { way, leave } of [
  {
    way: 'the cross',
    leave: async (page: Page) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.getByRole('button', { name: 'Back' }).click();
    }
  },
  { way: 'a link', leave: (page: Page) => page.getByRole('link', { name: 'Journal', exact: true }).first().click() }
]) {
  test(`leaving by ${way} during the countdown switches the camera off and records nothing`, async ({ page }) => {
    await keepStreams(page);
    await createJournal(page);
    await openRecord(page);
    await page.getByRole('button', { name: 'Start recording' }).click();
    await expect(recordingStatus(page)).toContainText('Starts in');
    await leave(page);
    await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
    await expect.poll(() => tracksOn(page)).toEqual([]);
    await page.waitForTimeout(seconds(5));
    expect(await tracksOn(page)).toEqual([]);
    expect(page.workers().filter((worker) => worker.url().includes('recorder'))).toEqual([]);
    await expect(entries(page)).toHaveCount(0);
    // Nothing asks whether a recording is to be stopped.
    await page.setViewportSize({ width: 1280, height: 800 });
    await openRecord(page);
    await expect(recordingStatus(page)).toContainText('Ready');
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await expect(page).toHaveURL(/settings/);
  });
}

test('leaving while the camera is being opened switches it off again', async ({ page }) => {
  await withoutCountdown(page);
  await keepStreams(page);
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const original = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (constraints) => {
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return original(constraints);
    };
  });
  await createJournal(page);
  await page.getByRole('link', { name: 'Record', exact: true }).click();
  await expect(recordingStatus(page)).toContainText('Opening the camera');
  // Waits for the same camera, and would record as soon as it is there.
  await page.keyboard.press('Space');
  await toJournal(page);
  await page.waitForTimeout(seconds(4));
  expect(await tracksOn(page)).toEqual([]);
  await expect(entries(page)).toHaveCount(0);
  await openRecord(page);
  await startRecording(page);
  await stopRecording(page);
});

test('words typed on the review are kept when it is left at once', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await stopRecording(page);
  // In one go: on a slow machine a driven click comes after what was typed has been written anyway.
  await page.getByRole('textbox', { name: 'Title' }).evaluate((input: HTMLInputElement, text) => {
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    document.querySelector<HTMLAnchorElement>('nav a[href="/"]')?.click();
  }, 'Typed and left');
  await expect(entries(page).first()).toContainText('Typed and left');
  await page.reload();
  await unlock(page);
  await expect(entries(page).first()).toContainText('Typed and left');
});

test('words typed on the review are kept when the journal is locked at once', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await stopRecording(page);
  const title = page.getByRole('textbox', { name: 'Title' });
  for (const [text, lock] of [
    ['Typed and locked', () => page.keyboard.press('Control+Shift+L')],
    ['And again', () => page.getByRole('button', { name: 'Lock now' }).first().click()]
  ] as const) {
    await title.fill(text);
    await lock();
    await unlock(page);
    await expect(title).toHaveValue(text);
  }
});
