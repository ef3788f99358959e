/** Steps around the backup, as a person takes them: `confirmWords`, `setUpBackup`, `signIn`, `codeFor`. */
import { TOTP } from 'otpauth';
import { expect, type Page } from '@playwright/test';
import { PASSPHRASE } from './journal-steps.ts';
import { answerWords, showKit } from './kit-steps.ts';

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
