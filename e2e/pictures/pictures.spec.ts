/** Takes the pictures of the README and of the installed app's description anew: `npm run pictures`. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { requireChromium } from '../../scripts/browsers.ts';
import { chromiumArgs } from '../camera.ts';
import { answerWords, showKit } from '../kit-steps.ts';
import { createJournal, PASSPHRASE } from '../journal-steps.ts';
import { openRecord, startRecording, stopRecording, toJournal, withoutCountdown } from '../record-steps.ts';
import { MEDIA_DIR } from '../support/watching.ts';

/** By Wolfgang Langer on Pexels. */
const FILM = join(MEDIA_DIR, 'expressions-woman.mp4');
const camera = join(tmpdir(), 'svj-pictures-camera.mjpeg');

const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1280, height: 800 };

interface Told {
  readonly title: string;
  readonly note: string;
  readonly mood: string;
  readonly tag: string;
  /** As the field for dates takes it. */
  readonly date: string;
  /** Seconds before the recording starts, so that the faces differ. */
  readonly after: number;
}

const JOURNAL: readonly Told[] = [
  { title: 'Forty', note: '', mood: 'Great', tag: 'family', date: '2026-10-12T23:48', after: 1 },
  { title: 'After the interview', note: '', mood: 'Low', tag: 'work', date: '2026-10-26T16:10', after: 4 },
  { title: 'Rain all day, and I liked it', note: '', mood: 'Good', tag: 'walks', date: '2026-11-03T18:22', after: 7 },
  { title: 'What I want to tell my sister', note: '', mood: 'Okay', tag: 'family', date: '2026-11-14T21:05', after: 2 },
  {
    title: 'First morning in the new flat',
    note: 'The light comes in from the left here. I woke before the alarm and did not mind it.',
    mood: 'Good',
    tag: 'home',
    date: '2026-11-21T07:40',
    after: 5
  }
];

test.use({
  actionTimeout: 20_000,
  viewport: PHONE,
  deviceScaleFactor: 2,
  launchOptions: {
    executablePath: requireChromium(),
    args: [
      ...chromiumArgs.filter((arg) => !arg.includes('video-capture')),
      `--use-file-for-fake-video-capture=${camera}`
    ]
  }
});

test.beforeAll(() => {
  const size = 'scale=1280:720:flags=lanczos,fps=30';
  spawnSync('ffmpeg', ['-y', '-loglevel', 'error', '-i', FILM, '-vf', size, '-q:v', '4', '-an', camera]);
});

test.afterAll(() => {
  rmSync(camera, { force: true });
});

test('pictures', async ({ page }) => {
  test.skip(!existsSync(camera), 'needs ffmpeg and the recordings');
  test.setTimeout(600_000);
  await withoutCountdown(page);
  await createJournal(page);
  const words = await showKit(page, PASSPHRASE);
  await page.getByRole('button', { name: 'I wrote them down' }).click();
  await answerWords(page, words);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
  for (const told of JOURNAL) await tell(page, told);

  await page
    .getByRole('button', { name: 'Dismiss' })
    .first()
    .click({ timeout: 2000 })
    .catch(() => undefined);
  await expect(page.getByRole('list', { name: 'Entries' }).locator('img').first()).toBeVisible();
  await take(page, 'static/screenshots/journal-narrow.png');
  await page.setViewportSize(WIDE);
  await take(page, 'static/screenshots/journal-wide.png', 'css');
  await page.emulateMedia({ colorScheme: 'dark' });
  await take(page, 'docs/pictures/journal-wide-dark.png', 'css');
  await page.emulateMedia({ colorScheme: 'light' });

  await page.getByRole('list', { name: 'Entries' }).getByRole('link').first().click();
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(1);
  await take(page, 'static/screenshots/entry-wide.png', 'css');
  await page.setViewportSize(PHONE);
  await take(page, 'static/screenshots/entry-narrow.png');
});

async function tell(page: Page, { title, note, mood, tag, date, after }: Told): Promise<void> {
  await openRecord(page);
  await page.waitForTimeout(1000 * after);
  await startRecording(page);
  await page.waitForTimeout(6000);
  if (note !== '') {
    await page.emulateMedia({ colorScheme: 'dark' });
    await take(page, 'docs/pictures/record-phone-dark.png');
    await page.emulateMedia({ colorScheme: 'light' });
  }
  await stopRecording(page);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('list', { name: 'Entries' }).getByRole('link').first().click();
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await page.getByRole('radio', { name: mood }).check({ force: true });
  await page.getByRole('textbox', { name: 'Add tag' }).fill(tag);
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Note' }).fill(note);
  await page.getByLabel('Date').fill(date);
  await page.getByLabel('Date').blur();
  await expect(page.getByText('All changes saved')).toBeVisible();
  await toJournal(page);
  await expect(page.getByRole('link', { name: title })).toBeAttached();
}

async function take(page: Page, path: string, scale: 'css' | 'device' = 'device'): Promise<void> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
  // The picture follows the change of size and colour.
  await page.waitForTimeout(1500);
  await page.screenshot({ path, scale });
}
