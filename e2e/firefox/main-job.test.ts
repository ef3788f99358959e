import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'puppeteer-core';
import { Firefox, TONE_HZ, USUAL_TONE_HZ } from './firefox.ts';
import { colourDistance, listenThrough, lookThrough, watchPreview, type Shown } from './likeness.ts';
import { createJournal, openAndPlay, press, record, text, unlock, type Played } from './steps.ts';

const PASSPHRASE = 'seven quiet herons cross the marsh';
const TITLE = 'A thought about the sea';
const RECORDED_MS = 6000;

function expectPlayed({ duration, width, playedTo, sought }: Played, elapsedMs: number): void {
  expect(duration).toBeGreaterThan(RECORDED_MS / 1000 - 1);
  expect(duration).toBeLessThan(elapsedMs / 1000 + 1);
  expect(width).toBeGreaterThan(100);
  expect(playedTo).toBeGreaterThan(1);
  for (const { to, arrived } of sought) expect(Math.abs(arrived - to)).toBeLessThan(0.2);
}

/** What the camera showed while it recorded, and what the microphone heard. */
async function expectLikeness(page: Page, live: readonly Shown[]): Promise<void> {
  const { own, control } = colourDistance(await lookThrough(page), live);
  // A busy machine drops frames, and the colours change by about 20 each second.
  expect(own).toBeLessThan(15);
  expect(control).toBeGreaterThan(2 * own);

  const heard = await listenThrough(page, TONE_HZ, USUAL_TONE_HZ);
  expect(heard.length * 500).toBeGreaterThan(RECORDED_MS - 1000);
  for (const { level, tone, other } of heard) {
    expect(level).toBeGreaterThan(0.02);
    expect(tone).toBeGreaterThan(0.9);
    expect(other).toBeLessThan(0.1);
  }
}

describe('the main job in Firefox', () => {
  let firefox: Firefox;

  beforeAll(async () => {
    firefox = await Firefox.launch();
  });

  afterAll(() => firefox.close());

  it('creates, records, plays; comes back without a server, unlocks, plays', { timeout: 240_000 }, async () => {
    await createJournal(firefox.page, firefox.origin, PASSPHRASE);
    const seen = await watchPreview(firefox.page);
    const elapsed = await record(firefox.page, RECORDED_MS, TITLE);
    const live = await seen();
    expectPlayed(await openAndPlay(firefox.page, TITLE), elapsed);
    await expectLikeness(firefox.page, live);

    await firefox.relay.kill();
    const page = await firefox.relaunch();
    await page.goto(firefox.origin);
    await unlock(page, 'not the passphrase at all');
    await text(page, 'That passphrase does not open this journal');
    await unlock(page, PASSPHRASE);
    expectPlayed(await openAndPlay(page, TITLE), elapsed);
    await expectLikeness(page, live);

    await press(page, 'button', 'Lock now');
    await text(page, 'Unlock');
    expect(await page.$('video')).toBeNull();
    expect(firefox.problems).toEqual([]);
  });
});
