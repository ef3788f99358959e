/** Steps around the backup, as a person takes them: `journalWithBackup`, `recordTitled`, `restoreHere`, `signIn`, … */
import { TOTP } from 'otpauth';
import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import type { Guard } from './guard.ts';
import { createJournal, PASSPHRASE } from './journal-steps.ts';
import { answerWords, showKit } from './kit-steps.ts';
import { entries, openRecord, startRecording, stopRecording, withoutCountdown } from './record-steps.ts';

const STEP_MS = 30_000;

/**
 * What an authenticator shows. A code counts once: whoever has used one takes the next.
 * @param ahead steps of 30 s
 */
export function codeFor(secret: string, ahead = 0): string {
  return new TOTP({ secret }).generate({ timestamp: Date.now() + ahead * STEP_MS });
}

/** From anywhere in an open journal. */
export async function confirmWords(page: Page): Promise<void> {
  const words = await showKit(page, PASSPHRASE);
  await page.getByRole('button', { name: 'I wrote them down' }).click();
  await answerWords(page, words);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Recovery kit' })).toBeHidden();
}

/** From anywhere in an open journal whose words are confirmed. Resolves to the secret of the second factor. */
export async function setUpBackup(page: Page, name: string): Promise<string> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Set up backup' }).click();
  await page.getByRole('textbox', { name: 'Account name' }).fill(name);
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('img', { name: 'QR code for an authenticator app' })).toBeVisible({ timeout: 60_000 });
  const secret = (await page.getByText(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/).innerText()).replaceAll(' ', '');
  await page.getByRole('textbox', { name: 'Code' }).fill(codeFor(secret));
  await page.getByRole('button', { name: 'Confirm code' }).click();
  await expect(page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10);
  await page.getByRole('button', { name: 'I keep them safe' }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  return secret;
}

/** On the sign-in screen; ends with the code confirmed. */
export async function signIn(page: Page, { name, code }: { name: string; code: string }): Promise<void> {
  await page.getByRole('textbox', { name: 'Account name' }).fill(name);
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'Code' }).fill(code, { timeout: 60_000 });
  await page.getByRole('button', { name: 'Confirm code' }).click();
}

/** From the first screen of a browser without a journal. */
export async function toSignIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'I already have one' }).click();
  await page.getByRole('link', { name: 'Sign in' }).click();
}

let names = 0;
/** Of an account that nobody has. */
export const newName = (): string => `person ${String(Date.now())} ${String(names++)}`;

/** A browser that was never here. */
export async function anotherBrowser(browser: Browser, guard: Guard): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext();
  guard.watch(context);
  const page = await context.newPage();
  await withoutCountdown(page);
  return { context, page };
}

export async function recordTitled(page: Page, title: string, ms = 3000): Promise<void> {
  await openRecord(page);
  await startRecording(page);
  await page.waitForTimeout(ms);
  await stopRecording(page);
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
}

export const card = (page: Page, title: string) =>
  entries(page).filter({ has: page.getByRole('link', { name: title }) });

/** A journal with a backup, and the secret of its second factor. */
export async function journalWithBackup(page: Page, name: string, address = '/'): Promise<string> {
  await withoutCountdown(page);
  await createJournal(page, address);
  await confirmWords(page);
  return setUpBackup(page, name);
}

export async function restoreHere(page: Page, name: string, code: string, address = '/'): Promise<void> {
  await page.goto(address);
  await toSignIn(page);
  await signIn(page, { name, code });
  await page.getByRole('button', { name: 'Restore here' }).click({ timeout: 30_000 });
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible({ timeout: 30_000 });
}

export async function plays(page: Page): Promise<{ duration: number; width: number }> {
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
