/** An eager thumb: buttons that take each other's place, pressed once too often, and what must not come of it. */
import { chromium, type Page } from '@playwright/test';
import { requireChromium } from '../scripts/browsers.ts';
import { chromiumArgs } from './camera.ts';
import { expect, test } from './fixtures.ts';
import { createJournal } from './journal-steps.ts';
import {
  entries,
  journalWithCamera,
  openRecord,
  pullCamera,
  recordingStatus,
  startRecording,
  stopRecording,
  toJournal
} from './record-steps.ts';

const saved = (page: Page) => page.getByRole('heading', { name: 'Saved', exact: true });
const centre = async (page: Page, name: string) => {
  const box = await page.getByRole('button', { name }).boundingBox();
  if (box === null) throw new Error(`no ${name}`);
  return [box.x + box.width / 2, box.y + box.height / 2] as const;
};

test('on a phone a second tap on Stop does not lead away from "Saved"', async ({ origin, guard }) => {
  const browser = await chromium.launch({ executablePath: requireChromium(), args: chromiumArgs });
  try {
    const context = await browser.newContext({
      baseURL: origin,
      locale: 'en-GB',
      hasTouch: true,
      isMobile: true,
      viewport: { width: 390, height: 844 }
    });
    guard.watch(context);
    const page = await context.newPage();
    await journalWithCamera(page);
    for (const delay of [150, 400, 700]) {
      await startRecording(page);
      const [x, y] = await centre(page, 'Stop');
      await page.touchscreen.tap(x, y);
      await page.waitForTimeout(delay);
      await page.touchscreen.tap(x, y);
      await expect(saved(page)).toBeVisible({ timeout: 15_000 });
      await page.waitForTimeout(500);
      await expect(saved(page)).toBeVisible();
      await page.getByRole('button', { name: 'Done' }).click();
      await openRecord(page);
    }
  } finally {
    await browser.close();
  }
});

test('a double tap on "Start recording" counts down and records', async ({ page }) => {
  await createJournal(page);
  await openRecord(page);
  // Within the page: on a busy machine two clicks from outside lie further apart than those of a thumb.
  await page.getByRole('button', { name: 'Start recording' }).evaluate(async (button: HTMLElement) => {
    const { x, y, width, height } = button.getBoundingClientRect();
    button.click();
    await new Promise((done) => setTimeout(done, 250));
    (document.elementFromPoint(x + width / 2, y + height / 2) as HTMLElement).click();
  });
  await expect(recordingStatus(page)).toContainText('Saved to', { timeout: 20_000 });
  await stopRecording(page);

  // Meant, it still cancels.
  await openRecord(page);
  await page.getByRole('button', { name: 'Start recording' }).click();
  await page.waitForTimeout(800);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Start recording' })).toBeVisible();
});

test('a double click on "Delete entry" is one', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await stopRecording(page);
  await toJournal(page);
  await entries(page).first().getByRole('link').first().click();
  await page.getByRole('button', { name: 'Delete entry' }).dblclick();
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await page.waitForTimeout(500);
  await expect(page.getByText('entry/absent')).toBeHidden();
});

test('what is added to an entry says so, and cannot take the whole entry to the trash', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await stopRecording(page);
  await page.getByRole('textbox', { name: 'Title' }).fill('An old precious day');
  await expect(page.getByText('All changes saved')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Redo' })).toBeVisible();
  await toJournal(page);
  await entries(page).first().getByRole('link').first().click();
  await page.getByRole('link', { name: 'Continue this entry' }).click();
  await expect(page.getByText('This is added to “An old precious day”.')).toBeVisible();
  await startRecording(page);
  await expect(page.getByText('This is added to')).toBeHidden();
  await stopRecording(page);
  await expect(page.getByRole('radio', { name: 'Clip 2' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Redo' })).toBeHidden();
  await toJournal(page);
  await expect(entries(page)).toHaveCount(1);
});

test('D10 an interrupted recording is called that, and no level is shown for it', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await pullCamera(page);
  await expect(recordingStatus(page)).toContainText('Interrupted');
  await expect(recordingStatus(page)).not.toContainText('Ready');
  await expect(page.getByRole('meter', { name: 'Microphone level' })).toBeHidden();
});
