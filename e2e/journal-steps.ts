/** The way into a journal, as a person takes it: `createJournal`, `enterPassphrase`, `unlock`. */
import { expect, type Page } from '@playwright/test';

export const PASSPHRASE = 'seven quiet herons cross the marsh';

/** From the first screen to an empty journal, the recovery words put off. */
export async function createJournal(page: Page, address = '/'): Promise<void> {
  await page.goto(address);
  await page.getByRole('button', { name: 'Create a journal' }).click();
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(PASSPHRASE);
  await page.getByRole('textbox', { name: 'Repeat passphrase' }).fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Create journal' }).click();
  await page.getByRole('button', { name: 'Later' }).click({ timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
}

/** Whether it is the right one or not. */
export async function enterPassphrase(page: Page, passphrase = PASSPHRASE): Promise<void> {
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock', exact: true }).click();
}

export async function unlock(page: Page): Promise<void> {
  await enterPassphrase(page);
  await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeHidden({ timeout: 60_000 });
}
