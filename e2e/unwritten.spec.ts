/** Nothing typed is lost where the disk takes nothing: it is said, kept, and written once there is space again. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import { entries, openRecord, startRecording, stopRecording, toJournal, withoutCountdown } from './record-steps.ts';
import { accessible } from './support/accessible.ts';

test.setTimeout(240_000);

/** No record finds space any more, until the returned function is called. */
async function fillDisk(page: Page): Promise<() => Promise<void>> {
  const worker = page.workers().find((one) => one.url().includes('vault.worker'));
  if (worker === undefined) throw new Error('the journal is not open');
  await worker.evaluate(() => {
    const { prototype } = IDBObjectStore;
    const put = Reflect.get(prototype, 'put') as (...given: unknown[]) => unknown;
    Object.assign(globalThis, { putOfTest: put });
    prototype.put = () => {
      throw new DOMException('The disk is full.', 'QuotaExceededError');
    };
  });
  return () =>
    worker.evaluate(() => {
      Object.assign(IDBObjectStore.prototype, { put: Reflect.get(globalThis, 'putOfTest') as unknown });
    });
}

test('D3 words that find no space are kept when their screen is left, and written when it is opened again', async ({
  page
}) => {
  await withoutCountdown(page);
  await createJournal(page);
  await openRecord(page);
  await startRecording(page);
  await stopRecording(page);
  const note = page.getByRole('textbox', { name: 'Note' });
  const notice = page.getByText('What you typed last is not saved yet');
  const journal = page.getByRole('link', { name: 'Journal', exact: true }).first();

  let empty = await fillDisk(page);
  await note.fill('Typed on the review');
  await journal.click();
  await expect(notice).toBeVisible();
  await accessible(page);
  await empty();
  await entries(page).first().getByRole('link').first().click();
  await expect(note).toHaveValue('Typed on the review');

  empty = await fillDisk(page);
  await note.fill('Typed on the entry');
  await expect(page.getByText('Not saved yet')).toBeVisible();
  await journal.click();
  await expect(notice.last()).toBeVisible();
  await empty();
  await entries(page).first().getByRole('link').first().click();
  await expect(note).toHaveValue('Typed on the entry');
  await toJournal(page);

  empty = await fillDisk(page);
  await entries(page).first().getByRole('link').first().click();
  const last = 'Typed, and gone with the lock unless it is written then';
  await note.fill(last);
  await journal.click();
  await expect(notice.last()).toBeVisible();
  await empty();
  await page.keyboard.press('Control+Shift+L');
  await unlock(page);
  await entries(page).first().getByRole('link').first().click();
  await expect(note).toHaveValue(last);
});
