/** Two browsers and one relay: what is recorded on one is seen and played on the other, and edits of both meet. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { codeFor, confirmWords, setUpBackup, signIn } from './backup-steps.ts';
import { expect, test } from './fixtures.ts';
import type { Guard } from './guard.ts';
import { createJournal, unlock } from './journal-steps.ts';
import { entries, openRecord, startRecording, stopRecording, toJournal, withoutCountdown } from './record-steps.ts';

let names = 0;
const newName = (): string => `person ${String(Date.now())} ${String(names++)}`;

/** A browser that was never here. */
async function anotherBrowser(browser: Browser, guard: Guard): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext();
  guard.watch(context);
  const page = await context.newPage();
  await withoutCountdown(page);
  return { context, page };
}

async function recordTitled(page: Page, title: string, ms = 3000): Promise<void> {
  await openRecord(page);
  await startRecording(page);
  await page.waitForTimeout(ms);
  await stopRecording(page);
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
}

const card = (page: Page, title: string) => entries(page).filter({ has: page.getByRole('link', { name: title }) });

/** A journal with a backup, and the secret of its second factor. */
async function journalWithBackup(page: Page, name: string): Promise<string> {
  await withoutCountdown(page);
  await createJournal(page);
  await confirmWords(page);
  return setUpBackup(page, name);
}

async function restoreHere(page: Page, name: string, code: string): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'I already have one' }).click();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, { name, code });
  await page.getByRole('button', { name: 'Restore here' }).click({ timeout: 30_000 });
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible({ timeout: 30_000 });
}

async function plays(page: Page): Promise<{ duration: number; width: number }> {
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  return video.evaluate(async (element: HTMLVideoElement) => {
    element.muted = true;
    await element.play();
    await new Promise<void>((resolve, reject) => {
      element.addEventListener('error', () => reject(new Error(element.error?.message)));
      element.addEventListener('timeupdate', () => element.currentTime > 1 && resolve());
      setTimeout(() => reject(new Error(`stands at ${String(element.currentTime)}`)), 30_000);
    });
    return { duration: element.duration, width: element.videoWidth };
  });
}

test('a recording is backed up, verified, plays on another device without being fetched first, and here when it was freed', async ({
  page,
  browser,
  guard
}) => {
  test.setTimeout(300_000);
  const name = newName();
  const secret = await journalWithBackup(page, name);
  await recordTitled(page, 'Evening by the river');
  await expect(card(page, 'Evening by the river')).toContainText('Verified', { timeout: 60_000 });

  const other = await anotherBrowser(browser, guard);
  await restoreHere(other.page, name, codeFor(secret, 1));
  await expect(card(other.page, 'Evening by the river')).toBeVisible({ timeout: 30_000 });
  await card(other.page, 'Evening by the river').getByRole('link').click();
  const played = await plays(other.page);
  expect(played.duration).toBeGreaterThan(2.5);
  expect(played.width).toBeGreaterThan(0);
  await other.context.close();

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Free up space' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Free up space' }).click();
  await expect(page.getByRole('button', { name: 'Free up space' })).toBeHidden({ timeout: 30_000 });
  await toJournal(page);
  await card(page, 'Evening by the river').getByRole('link').click();
  expect((await plays(page)).duration).toBeCloseTo(played.duration, 1);
});

test('what is written on one device stands on the other within seconds, and offline edits of both are kept', async ({
  page,
  browser,
  guard
}) => {
  test.setTimeout(300_000);
  const name = newName();
  const secret = await journalWithBackup(page, name);
  await recordTitled(page, 'First');
  const other = await anotherBrowser(browser, guard);
  await restoreHere(other.page, name, codeFor(secret, 1));
  await expect(card(other.page, 'First')).toBeVisible({ timeout: 30_000 });

  await recordTitled(page, 'Second');
  await expect(card(other.page, 'Second')).toBeVisible({ timeout: 10_000 });

  await page.context().setOffline(true);
  await other.context.setOffline(true);
  await retitle(page, 'First', 'First, from the phone');
  await retitle(other.page, 'Second', 'Second, from the laptop');
  await page.context().setOffline(false);
  await other.context.setOffline(false);
  for (const device of [page, other.page]) {
    await expect(card(device, 'First, from the phone')).toBeVisible({ timeout: 60_000 });
    await expect(card(device, 'Second, from the laptop')).toBeVisible({ timeout: 60_000 });
  }

  await other.page.reload();
  await unlock(other.page);
  await expect(card(other.page, 'Second, from the laptop')).toBeVisible();
  await other.context.close();
});

async function retitle(page: Page, title: string, next: string): Promise<void> {
  await card(page, title).getByRole('link').click();
  const field = page.getByRole('textbox', { name: 'Title' });
  await field.fill(next);
  await field.blur();
  await toJournal(page);
  await expect(card(page, next)).toBeVisible();
}
