/**
 * The main job, as a person does it: create, record, stop, play, seek, close the browser, come back
 * offline, unlock, play. Picture and sound are compared with what stood before the camera.
 */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { createJournal, enterPassphrase, unlock } from './journal-steps.ts';
import { openEntry, recordEntry } from './support/journey.ts';
import { pictureMatch, soundMatch, sourceFrames, sourceLoudness } from './support/likeness.ts';

const RECORDED_MS = 9_000;

test('create, record, play, close the browser, unlock offline, play', async ({ persistent, relay }) => {
  test.setTimeout(300_000);
  await createJournal(persistent.page, relay.origin);
  const elapsed = await recordEntry(persistent.page, { ms: RECORDED_MS, title: 'A thought about the sea' });
  await openEntry(persistent.page, 'A thought about the sea');
  await expectLikeness(persistent.page, elapsed);

  // A week later, without a network and without the server.
  await relay.kill();
  const page = await persistent.relaunch();
  await page.goto(relay.origin);
  await enterPassphrase(page, 'not the passphrase at all');
  await expect(page.getByText('That passphrase does not open this journal', { exact: true })).toBeVisible({
    timeout: 30_000
  });
  await unlock(page);
  await openEntry(page, 'A thought about the sea');
  await expectLikeness(page, elapsed);
});

/** Length, every sought second, picture and sound. */
async function expectLikeness(page: Page, elapsedMs: number): Promise<void> {
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThanOrEqual(2);
  const seconds = await video.evaluate((element: HTMLVideoElement) => element.duration);
  expect(seconds).toBeGreaterThan(RECORDED_MS / 1000 - 1);
  expect(seconds).toBeLessThan(elapsedMs / 1000 + 1);

  const frames = await sourceFrames(page);
  const source = sourceLoudness();
  if (frames === null || source === null) {
    console.log('No recordings to compare with: only length and seeking were checked.');
    return;
  }
  for (const share of [0.9, 0.1, 0.5, 0.75, 0.25]) {
    const match = await pictureMatch(video, seconds * share, frames);
    console.log(`picture at ${String(share)}: ${match.likeness.toFixed(3)}, control ${match.control.toFixed(3)}`);
    // A real frame of the source, and not merely any picture: the same frame upside down must not do.
    expect(match.likeness, `at ${String(share)}`).toBeGreaterThan(0.95);
    expect(match.likeness - match.control).toBeGreaterThan(0.2);
  }
  const match = await soundMatch(video, source);
  console.log(`sound: ${match.likeness.toFixed(3)}, control ${match.control.toFixed(3)}`);
  expect(match.likeness).toBeGreaterThan(0.6);
  expect(match.likeness - match.control).toBeGreaterThan(0.15);
}
