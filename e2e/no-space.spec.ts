/** D3: the device fills up. Recording ends while it can still be saved, and what is there can be watched and deleted. */
import { expect, test } from './fixtures.ts';
import { createJournal } from './journal-steps.ts';
import {
  entries,
  journalWithCamera,
  noisyCamera,
  openRecord,
  playFirstEntry,
  startRecording,
  stopRecording,
  toJournal
} from './record-steps.ts';
import { leaveRoom, pretendFree } from './support/room.ts';

test('D3: little space is warned of, and recording stops by itself while it can still be saved', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await pretendFree(page, 30_000_000);
  await expect(page.getByText(/Space for about \d+ min is left|This device is nearly full/)).toBeVisible();
  await pretendFree(page, 5_000_000);
  await expect(page.getByRole('heading', { name: 'Saved', exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('Stopped because the device is nearly full.')).toBeVisible();
  await toJournal(page);
  expect((await playFirstEntry(page)).duration).toBeGreaterThan(1);
});

test('D3: space that is gone at once interrupts, and everything recorded is an entry', async ({ page, origin }) => {
  await noisyCamera(page);
  await createJournal(page);
  await openRecord(page);
  const roomAgain = await leaveRoom(page, origin, 12_000_000);
  await startRecording(page);
  const card = page.getByRole('alert').filter({ hasText: 'Interrupted at' });
  await expect(card).toContainText('There is no space left on this device.', { timeout: 45_000 });
  await expect(card).toContainText('Everything up to there is saved.', { timeout: 20_000 });
  // How long the room lasts is the encoder's business. What the card says is the app's word, and must play.
  const [, minutes, seconds] = /(\d+):(\d+)/.exec(await card.innerText()) ?? [];
  const saved = Number(minutes) * 60 + Number(seconds);
  expect(saved).toBeGreaterThanOrEqual(1);
  await roomAgain();
  await card.getByRole('button', { name: 'Finish here' }).click();
  await toJournal(page);
  expect((await playFirstEntry(page)).duration).toBeGreaterThanOrEqual(saved);
});

test('D3: where the app has used up its share of the device, an entry can still be deleted', async ({
  page,
  origin
}) => {
  await journalWithCamera(page);
  await startRecording(page);
  await page.waitForTimeout(2000);
  await stopRecording(page);
  const roomAgain = await leaveRoom(page, origin, -100_000);
  await toJournal(page);
  await entries(page).first().getByRole('link').click();
  await page.getByRole('button', { name: 'Delete entry' }).click();
  await expect(page.getByText('Moved to the trash')).toBeVisible();
  await expect(entries(page)).toHaveCount(0);
  await roomAgain();
});
