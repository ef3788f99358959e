/** What a person does, step by step, by the names that screens keep. */
import { expect, type Page } from '@playwright/test';

/**
 * Records at least `ms` milliseconds of durable video and gives it a title. Resolves to the time between the two
 * buttons, in ms: on a busy machine more than was asked for, and never less than what was recorded.
 */
export async function recordEntry(page: Page, { ms, title }: { ms: number; title: string }): Promise<number> {
  await page.getByRole('link', { name: 'Record', exact: true }).click();
  const started = Date.now();
  await page.getByRole('button', { name: 'Start recording' }).click();
  const status = page.getByRole('status', { name: 'Recording' });
  await expect(status).toContainText('Saved to', { timeout: 20_000 });
  await page.waitForTimeout(ms);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const elapsed = Date.now() - started;
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await page.getByRole('button', { name: 'Done' }).click();
  return elapsed;
}

export async function openEntry(page: Page, title: string): Promise<void> {
  const entries = page.getByRole('list', { name: 'Entries' });
  if (!(await entries.isVisible().catch(() => false))) {
    await page.getByRole('link', { name: 'Journal', exact: true }).click({ timeout: 30_000 });
  }
  await entries.getByRole('link', { name: title }).click();
  await expect(page.getByRole('region', { name: 'Player' })).toBeVisible();
}
