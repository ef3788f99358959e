import { chromium, type Page } from '@playwright/test';
import { CHROMIUM_ARGS, requireChromium } from '../scripts/browsers.ts';
import { chromiumArgs } from './camera.ts';
import { expect, test } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import {
  draftsLeft,
  entries,
  journalWithCamera,
  openRecord,
  playFirstEntry,
  pullCamera,
  recordingStatus,
  startRecording,
  stopRecording,
  toJournal,
  withoutCountdown
} from './record-steps.ts';
import { accessible } from './support/accessible.ts';

const seconds = (count: number) => count * 1000;

test('six seconds are recorded, saved while they run, reviewed, and played', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  const status = recordingStatus(page);
  for (let second = 0; second < 6; second++) {
    await page.waitForTimeout(seconds(1));
    await expect(status).toHaveText(/Saved to (now|[1-2] s ago)/);
  }
  const stopped = Date.now();
  await stopRecording(page);
  expect(Date.now() - stopped).toBeLessThan(seconds(5));

  await page.getByRole('group', { name: 'Mood' }).getByText('Good').click();
  await page.getByRole('textbox', { name: 'Title' }).fill('A walk by the river');
  await page.getByRole('textbox', { name: 'Note' }).fill('Cold, and very clear.');
  await page.getByRole('textbox', { name: 'Add tag' }).fill('river');
  await page.keyboard.press('Enter');
  await expect(page.getByText('All changes saved')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();

  await expect(entries(page)).toHaveCount(1);
  await expect(entries(page).first()).toContainText('A walk by the river');
  await expect(entries(page).first()).toContainText('river');
  const played = await playFirstEntry(page);
  expect(played.duration).toBeGreaterThan(5);
  expect(played.duration).toBeLessThan(12);
  expect(played.width).toBeGreaterThan(300);
  expect(played.sought).toBe(true);
});

test('nothing on the way from the camera to the review is out of reach', async ({ page }) => {
  test.setTimeout(300_000);
  await journalWithCamera(page);
  await accessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await accessible(page);
  await page.getByRole('button', { name: 'Recording options' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await startRecording(page);
  await accessible(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(recordingStatus(page)).toContainText('Paused');
  await expect(page.getByText('Paused. Everything so far is saved.')).toBeAttached();
  await accessible(page);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(recordingStatus(page)).toContainText('Saved to');
  await pullCamera(page);
  const card = page.getByRole('alert').filter({ hasText: 'Interrupted at' });
  await expect(card).toContainText('Everything up to there is saved.');
  await accessible(page);
  await card.getByRole('button', { name: 'Finish here' }).click();
  await expect(page.getByText('Looking for good frames')).toBeHidden({ timeout: 20_000 });
  await accessible(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await accessible(page);
});

/** Each flush of the recorder's disk takes this long from now on. */
async function slowDisk(page: Page, ms: number): Promise<void> {
  for (const worker of page.workers().filter((each) => each.url().includes('recorder'))) {
    await worker.evaluate((pauseMs) => {
      // The types know pages, not workers.
      const scope = globalThis as unknown as {
        FileSystemSyncAccessHandle: { prototype: { flush: () => void } };
        flushOfTest?: () => void;
      };
      const { prototype } = scope.FileSystemSyncAccessHandle;
      const flush = (scope.flushOfTest ??= prototype.flush);
      const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      prototype.flush = function () {
        Atomics.wait(new Int32Array(buffer), 0, 0, pauseMs);
        flush.call(this);
      };
    }, ms);
  }
}

test('on a slow disk the dot turns amber, and nothing says "Saved to now"', async ({ page }) => {
  test.setTimeout(180_000);
  await journalWithCamera(page);
  await startRecording(page);
  await slowDisk(page, 3000);
  await expect(recordingStatus(page)).toContainText('Not saving right now', { timeout: 20_000 });
  await expect(page.getByText('The device is slow: nothing newer has been saved').first()).toBeVisible();
  await accessible(page);
  // Slices go on to land, each older than three seconds by then.
  for (let look = 0; look < 10; look++) {
    await expect(recordingStatus(page)).toContainText('Not saving right now');
    await page.waitForTimeout(700);
  }
  await slowDisk(page, 0);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('heading', { name: 'Saved', exact: true })).toBeVisible({ timeout: 30_000 });
});

test('a pause is not part of the recording', async ({ page }) => {
  await journalWithCamera(page);
  const began = Date.now();
  await startRecording(page);
  await page.waitForTimeout(seconds(2));
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(recordingStatus(page)).toContainText('Paused');
  const paused = Date.now();
  const clock = await recordingStatus(page).textContent();
  await page.waitForTimeout(seconds(4));
  expect(await recordingStatus(page).textContent()).toBe(clock);
  const pauseMs = Date.now() - paused;
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.waitForTimeout(seconds(2));
  await stopRecording(page);
  // However slow the machine: no more than went by outside the pause.
  const outsideMs = Date.now() - began - pauseMs;
  await toJournal(page);
  expect(1000 * (await playFirstEntry(page)).duration).toBeLessThan(outsideMs);
});

test('the countdown counts, and can be cancelled', async ({ page }) => {
  await createJournal(page);
  await openRecord(page);
  await page.getByRole('button', { name: 'Start recording' }).click();
  await expect(recordingStatus(page)).toContainText('Starts in');
  // At once it would be the second press of a double tap.
  await page.waitForTimeout(700);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.waitForTimeout(seconds(4));
  await expect(recordingStatus(page)).toContainText('Ready');
});

test('keys start, pause and stop', async ({ page }) => {
  await journalWithCamera(page);
  await page.getByRole('heading', { name: 'Record' }).focus();
  await page.keyboard.press('Space');
  await expect(recordingStatus(page)).toContainText('Saved to');
  await page.keyboard.press('Space');
  await expect(recordingStatus(page)).toContainText('Paused');
  await page.keyboard.press('r');
  await expect(page.getByRole('heading', { name: 'Saved', exact: true })).toBeVisible();
});

test('leaving asks first, and keeps what was recorded', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Stop recording and leave?' });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(recordingStatus(page)).toContainText('Saved to');
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await dialog.getByRole('button', { name: 'Stop and leave' }).click();
  await expect(page).toHaveURL(/settings/);
  await toJournal(page);
  await expect(entries(page)).toHaveCount(1);
});

test('D10: a camera that is pulled interrupts, and continuing adds a clip to the same entry', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await page.waitForTimeout(seconds(3));
  await pullCamera(page);
  const card = page.getByRole('alert').filter({ hasText: 'Interrupted at' });
  await expect(card).toContainText('The camera or microphone went away.');
  await expect(card).toContainText('Everything up to there is saved.');
  await card.getByRole('button', { name: 'Continue' }).click();
  await expect(recordingStatus(page)).toContainText('Saved to');
  await page.waitForTimeout(seconds(2));
  await stopRecording(page);
  await expect(page.getByRole('radio', { name: 'Clip 2' })).toBeVisible();
  await toJournal(page);
  await expect(entries(page)).toHaveCount(1);
  expect((await playFirstEntry(page)).duration).toBeGreaterThan(2);
});

test('D10: a frozen tab interrupts, and the recording is an entry', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await page.waitForTimeout(seconds(3));
  // Chromium itself freezes no tab that captures, whatever the protocol asks; other browsers do.
  await page.evaluate(() => document.dispatchEvent(new Event('freeze')));
  const card = page.getByRole('alert').filter({ hasText: 'Interrupted at' });
  await expect(card).toContainText('The browser put this page to sleep.');
  await expect(card).toContainText('Everything up to there is saved.');
  await card.getByRole('button', { name: 'Finish here' }).click();
  await expect(page.getByRole('heading', { name: 'Saved', exact: true })).toBeVisible();
  await toJournal(page);
  expect((await playFirstEntry(page)).duration).toBeGreaterThan(2);
});

test('D10: a microphone and camera that fall silent, as in a phone call, interrupt', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await page.evaluate(() => {
    const { streamsOfTest } = globalThis as unknown as { streamsOfTest: MediaStream[] };
    for (const track of streamsOfTest.flatMap((stream) => stream.getTracks())) {
      Object.defineProperty(track, 'muted', { value: true });
      track.dispatchEvent(new Event('mute'));
    }
  });
  await expect(page.getByRole('alert')).toContainText('a phone call does that');
});

test('D10: a permission that is taken away interrupts, and everything so far is an entry', async ({
  origin,
  guard
}) => {
  // Without the flag that says yes to every question, the browser asks its settings, which can change their mind.
  const args = chromiumArgs.filter((arg) => arg !== '--use-fake-ui-for-media-stream');
  const browser = await chromium.launch({ executablePath: requireChromium(), args });
  try {
    const permissions = ['camera', 'microphone'];
    const context = await browser.newContext({ baseURL: origin, permissions, locale: 'en-GB' });
    guard.watch(context);
    const page = await context.newPage();
    await journalWithCamera(page);
    await startRecording(page);
    await page.waitForTimeout(seconds(3));
    await context.clearPermissions();
    const card = page.getByRole('alert').filter({ hasText: 'Interrupted at' });
    await expect(card).toContainText('Everything up to there is saved.');
    await card.getByRole('button', { name: 'Finish here' }).click();
    await expect(page.getByRole('heading', { name: 'Saved', exact: true })).toBeVisible();
    await toJournal(page);
    expect((await playFirstEntry(page)).duration).toBeGreaterThan(2);
  } finally {
    await browser.close();
  }
});

test('a recorder that dies turns the dot amber, and what was saved is kept', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await page.waitForTimeout(seconds(3));
  for (const worker of page.workers().filter((each) => each.url().includes('recorder'))) {
    await worker.evaluate(() => self.close());
  }
  await expect(recordingStatus(page)).toContainText('Not saving right now');
  const card = page.getByRole('alert').filter({ hasText: 'Interrupted at' });
  await expect(card).toContainText('A part of the app stopped unexpectedly.', { timeout: 20_000 });
  await expect(card).toContainText('Everything up to there is saved.');
  await card.getByRole('button', { name: 'Finish here' }).click();
  await toJournal(page);
  expect((await playFirstEntry(page)).duration).toBeGreaterThan(2);
});

test('locking while recording keeps recording; after unlocking the entry is there', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await page.waitForTimeout(seconds(2));
  await page.getByRole('button', { name: 'Lock now' }).first().click();
  await expect(page.getByText('The journal is locked. This recording goes on')).toBeVisible();
  await page.waitForTimeout(seconds(3));
  await expect(recordingStatus(page)).toContainText('Saved to');
  await page.getByRole('button', { name: 'Stop' }).click();
  await unlock(page);
  // Taken in by the unlock itself, whatever screen it leads to.
  await expect(page).toHaveURL(/record/);
  await expect.poll(() => draftsLeft(page), { timeout: 20_000 }).toBe(0);
  await toJournal(page);
  await expect(entries(page)).toHaveCount(1);
  // Nobody could make its pictures while it was locked.
  await expect(entries(page).first().locator('img')).toBeVisible({ timeout: 20_000 });
  expect((await playFirstEntry(page)).duration).toBeGreaterThan(4);
});

test('D7: a second tab does not record while the first one does', async ({ page, context }) => {
  await journalWithCamera(page);
  const second = await context.newPage();
  await withoutCountdown(second);
  await second.goto('/');
  await unlock(second);
  await openRecord(second);
  await page.bringToFront();
  await startRecording(page);
  await second.bringToFront();
  await second.getByRole('button', { name: 'Start recording' }).click();
  await expect(second.getByRole('alert')).toContainText('Another tab of this browser is recording.');
  await page.bringToFront();
  await stopRecording(page);
});

test('switching the camera while recording goes on in the same entry', async ({ origin, guard }) => {
  const args = ['--use-fake-device-for-media-stream=device-count=2', '--use-fake-ui-for-media-stream'];
  const browser = await chromium.launch({ executablePath: requireChromium(), args: [...CHROMIUM_ARGS, ...args] });
  try {
    const context = await browser.newContext({ baseURL: origin, locale: 'en-GB' });
    guard.watch(context);
    const page = await context.newPage();
    await journalWithCamera(page);
    await startRecording(page);
    await page.waitForTimeout(seconds(2));
    await page.getByRole('button', { name: 'Switch camera' }).click();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeEnabled();
    await expect(recordingStatus(page)).toContainText('Saved to');
    await page.waitForTimeout(seconds(2));

    // Whoever paused is not filmed again before saying so.
    await page.getByRole('button', { name: 'Pause' }).click();
    const paused = await recordingStatus(page).textContent();
    await page.getByRole('button', { name: 'Switch camera' }).click();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeDisabled();
    await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
    await page.waitForTimeout(seconds(4));
    expect((await recordingStatus(page).textContent())?.slice(0, 6)).toBe(paused?.slice(0, 6));
    await expect(page.getByText('Nothing of this clip has been saved')).toBeHidden();
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(recordingStatus(page)).toContainText('Saved to');
    await page.waitForTimeout(seconds(2));
    await stopRecording(page);
    await expect(page.getByRole('radio', { name: 'Clip 3' })).toBeVisible();
    await toJournal(page);
    await expect(entries(page)).toHaveCount(1);
  } finally {
    await browser.close();
  }
});

test('redo moves the take to the trash', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await stopRecording(page);
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Redo' }).click();
  await expect(page.getByRole('button', { name: 'Start recording' })).toBeVisible();
  await toJournal(page);
  await page.getByRole('link', { name: 'Trash' }).click();
  await expect(page.getByRole('list', { name: 'Trash' }).getByRole('listitem')).toHaveCount(1);
});

test('trimming changes what is played, by keyboard, and can be taken back', async ({ page }) => {
  await journalWithCamera(page);
  await startRecording(page);
  await page.waitForTimeout(seconds(4));
  await stopRecording(page);
  const start = page.getByRole('slider', { name: 'Start of the played part' });
  await start.focus();
  for (let press = 0; press < 20; press++) await page.keyboard.press('ArrowRight');
  await expect(page.getByText('00:02 to')).toBeVisible();
  await expect(page.getByText('All changes saved')).toBeVisible();
  await page.getByRole('button', { name: 'Play everything' }).click();
  await expect(page.getByText('00:00 to')).toBeVisible();
  await expect(page.getByText('All changes saved')).toBeVisible();
});

test.describe('without a camera', () => {
  for (const { name, permissions, args, sentence } of [
    {
      name: 'none is connected',
      permissions: ['camera', 'microphone'],
      args: [],
      sentence: 'No camera or microphone was found'
    },
    {
      name: 'it was refused',
      permissions: [],
      args: ['--use-fake-device-for-media-stream'],
      sentence: 'The camera or microphone is not allowed for this site'
    }
  ]) {
    test(`${name}: a sentence says what to do, and importing works`, async ({ origin, guard }) => {
      const browser = await chromium.launch({ executablePath: requireChromium(), args: [...CHROMIUM_ARGS, ...args] });
      try {
        const context = await browser.newContext({ baseURL: origin, permissions, locale: 'en-GB' });
        guard.watch(context);
        const page = await context.newPage();
        await createJournal(page);
        await page.getByRole('link', { name: 'Record', exact: true }).click();
        const card = page.getByRole('alert').filter({ hasText: 'The camera is not available' });
        await expect(card).toContainText(sentence);
        await expect(card.getByRole('button', { name: 'Try again' })).toBeVisible();
        await expect(card.getByRole('button', { name: 'Import a video' })).toBeVisible();
      } finally {
        await browser.close();
      }
    });
  }
});
