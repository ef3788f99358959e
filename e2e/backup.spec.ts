/** Two browsers and one relay: what is recorded on one is seen and played on the other, and edits of both meet. */
import type { Page } from '@playwright/test';
import {
  anotherBrowser,
  card,
  codeFor,
  journalWithBackup,
  newName,
  plays,
  recordTitled,
  restoreHere,
  toSignIn
} from './backup-steps.ts';
import { expect, test } from './fixtures.ts';
import { enterPassphrase, PASSPHRASE, unlock } from './journal-steps.ts';
import { showKit } from './kit-steps.ts';
import { toJournal } from './record-steps.ts';

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

test('a passphrase that is changed on one device signs the other out, which comes back with the new one', async ({
  page,
  browser,
  guard
}) => {
  test.setTimeout(300_000);
  const next = 'nine grey cranes above the frozen lake';
  const name = newName();
  const secret = await journalWithBackup(page, name);
  const other = await anotherBrowser(browser, guard);
  await restoreHere(other.page, name, codeFor(secret, 1));

  await page.getByRole('button', { name: 'Change passphrase' }).click();
  await page.getByRole('textbox', { name: 'Current passphrase' }).fill(PASSPHRASE);
  await page.getByRole('textbox', { name: 'New passphrase', exact: true }).fill(next);
  await page.getByRole('textbox', { name: 'Repeat new passphrase' }).fill(next);
  await page.getByRole('dialog').getByRole('button', { name: 'Change passphrase' }).click();
  await expect(page.getByText('Passphrase changed.')).toBeVisible({ timeout: 60_000 });

  await expect(other.page.getByText('You are signed out of the backup')).toBeVisible({ timeout: 30_000 });
  await recordTitled(page, 'After the change');
  await expect(card(page, 'After the change')).toContainText('Verified', { timeout: 60_000 });
  await other.page.getByRole('link', { name: 'Sign in' }).click();
  // A17: other parameters than this device knows are not followed before its person says why.
  await signInStep(other.page, name, next);
  await expect(other.page.getByRole('alert')).toContainText('changed the passphrase on another device');
  await other.page.getByRole('switch', { name: 'I changed my passphrase on another device' }).check();
  await other.page.getByRole('button', { name: 'Sign in' }).click();
  await other.page.getByRole('textbox', { name: 'Code' }).fill(await laterCode(page, secret), { timeout: 60_000 });
  await other.page.getByRole('button', { name: 'Confirm code' }).click();
  await expect(other.page.getByRole('heading', { name: 'Settings' })).toBeVisible({ timeout: 30_000 });
  await toJournal(other.page);
  await expect(card(other.page, 'After the change')).toBeVisible({ timeout: 30_000 });

  await other.page.getByRole('button', { name: 'Lock now' }).first().click();
  await enterPassphrase(other.page, PASSPHRASE);
  await expect(other.page.getByText('That passphrase does not open this journal')).toBeVisible({ timeout: 60_000 });
  await enterPassphrase(other.page, next);
  await expect(card(other.page, 'After the change')).toBeVisible({ timeout: 60_000 });
  await other.context.close();
});

test('with nothing but the recovery words a journal comes back, and a new passphrase opens it everywhere', async ({
  page,
  browser,
  guard
}) => {
  test.setTimeout(300_000);
  const next = 'nine grey cranes above the frozen lake';
  const name = newName();
  const secret = await journalWithBackup(page, name);
  await recordTitled(page, 'Kept by the words');
  await expect(card(page, 'Kept by the words')).toContainText('Verified', { timeout: 60_000 });
  const words = await showKit(page, PASSPHRASE);

  const { page: other, context } = await anotherBrowser(browser, guard);
  await other.goto('/');
  await toSignIn(other);
  await other.getByRole('button', { name: 'Use recovery words' }).click();
  await other.getByRole('textbox', { name: 'Account name' }).fill(name);
  await other.getByRole('textbox', { name: 'Recovery words' }).fill(words.join(' '));
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('textbox', { name: 'Code' }).fill(codeFor(secret, 1), { timeout: 30_000 });
  await other.getByRole('button', { name: 'Confirm code' }).click();
  await other.getByRole('button', { name: 'Restore here' }).click({ timeout: 30_000 });
  await other.getByRole('textbox', { name: 'New passphrase', exact: true }).fill(next, { timeout: 30_000 });
  await other.getByRole('textbox', { name: 'Repeat new passphrase' }).fill(next);
  await other.locator('form').getByRole('button').last().click();
  await expect(card(other, 'Kept by the words')).toBeVisible({ timeout: 60_000 });
  await other.reload();
  await enterPassphrase(other, next);
  await expect(card(other, 'Kept by the words')).toBeVisible({ timeout: 60_000 });

  await page.getByRole('link', { name: 'Journal', exact: true }).first().click();
  await expect(page.getByText('You are signed out of the backup')).toBeVisible({ timeout: 30_000 });
  await context.close();
});

async function signInStep(page: Page, name: string, passphrase: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Account name' }).fill(name);
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The codes of now and of the next step are used up: in half a minute there is another. */
async function laterCode(page: Page, secret: string): Promise<string> {
  const used = codeFor(secret, 1);
  while (codeFor(secret, 1) === used) await page.waitForTimeout(1000);
  return codeFor(secret, 1);
}
