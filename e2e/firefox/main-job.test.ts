import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Firefox } from './firefox.ts';
import { createJournal, openAndPlay, press, record, text, unlock, type Played } from './steps.ts';

const PASSPHRASE = 'seven quiet herons cross the marsh';
const TITLE = 'A thought about the sea';
const RECORDED_MS = 6000;

function expectPlayed({ duration, width, playedTo, sought, change }: Played, elapsedMs: number): void {
  expect(duration).toBeGreaterThan(RECORDED_MS / 1000 - 1);
  expect(duration).toBeLessThan(elapsedMs / 1000 + 1);
  expect(width).toBeGreaterThan(100);
  expect(playedTo).toBeGreaterThan(1);
  for (const { to, arrived } of sought) expect(Math.abs(arrived - to)).toBeLessThan(0.2);
  // The invented camera changes its colour all the time: a picture that stands still is none.
  expect(change).toBeGreaterThan(1);
}

describe('the main job in Firefox', () => {
  let firefox: Firefox;

  beforeAll(async () => {
    firefox = await Firefox.launch();
  });

  afterAll(() => firefox.close());

  it('creates, records, plays; comes back without a server, unlocks, plays', { timeout: 240_000 }, async () => {
    await createJournal(firefox.page, firefox.origin, PASSPHRASE);
    const elapsed = await record(firefox.page, RECORDED_MS, TITLE);
    expectPlayed(await openAndPlay(firefox.page, TITLE), elapsed);

    await firefox.relay.kill();
    const page = await firefox.relaunch();
    await page.goto(firefox.origin);
    await unlock(page, 'not the passphrase at all');
    await text(page, 'That passphrase does not open this journal');
    await unlock(page, PASSPHRASE);
    expectPlayed(await openAndPlay(page, TITLE), elapsed);

    await press(page, 'button', 'Lock now');
    await text(page, 'Unlock');
    expect(await page.$('video')).toBeNull();
    expect(firefox.problems).toEqual([]);
  });
});
