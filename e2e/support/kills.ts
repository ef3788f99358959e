/** D1: a browser that is killed while it records, again and again, and what is left of each recording. */
import { containerIndex } from '#shared/container/container-index.ts';
import { expect, type Page } from '@playwright/test';
import type { PersistentBrowser } from '../persistent-browser.ts';
import { createJournal, unlock } from '../journal-steps.ts';
import { entries, openRecord, toJournal, withoutCountdown } from '../record-steps.ts';

/** Milliseconds. */
export interface Kill {
  /** From the recorder's beginning to the kill. */
  readonly recorded: number;
  /** How much of that the browser's encoder had given to the app, as long before the kill as the app may take. */
  readonly given: number;
  /** How much the app had called saved. */
  readonly saved: number;
  readonly recovered: number;
}

interface Slice {
  readonly at: number;
  readonly bytes: Buffer;
}

/** What a crash may cost at most. */
export const LOSS_MS = 2000;

const EARLIEST_MS = 1000;
const LATEST_MS = 5000;
const BEGAN = 'the recorder began at ';
/** A machine that keeps up has a slice sealed and on the disk in this time. */
const SEALED_MS = 500;
/** The player does not count how long the last picture stands. */
const PICTURE_MS = 100;

/** What a page under test reports, as it happens. */
interface Heard {
  readonly slices: Slice[];
  /** Milliseconds that the app was told are on the disk. */
  saved: number;
}

/** A small generator with a seed (mulberry32), so that a failing run can be had again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills `count` times, at random moments 1–5 s after a recording began. Says what was lost. */
export async function killWhileRecording(browser: PersistentBrowser, count: number): Promise<Kill[]> {
  const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  console.log(`KILL_SEED=${String(seed)}`);
  const random = seeded(seed);
  let heard = await prepare(browser.page);
  await createJournal(browser.page);
  const kills: Kill[] = [];
  for (let round = 0; round < count; round++) {
    const delay = EARLIEST_MS + random() * (LATEST_MS - EARLIEST_MS);
    const { beganAt, killedAt } = await recordAndKill(browser, delay);
    const recorded = killedAt - beganAt;
    const { slices, saved } = heard;
    // What an overloaded encoder still holds was never the app's to lose; where it is behind, so is the sealing.
    const behind = recorded - lengthOf(slices.filter(({ at }) => at <= killedAt));
    const patience = Math.min(LOSS_MS, Math.max(SEALED_MS, behind));
    const given = lengthOf(slices.filter(({ at }) => at < killedAt - patience));
    heard = await prepare(await browser.relaunch());
    const kill = { recorded, given, saved, recovered: await recover(browser.page) };
    kills.push(kill);
    const due = Math.max(Math.min(recorded - LOSS_MS, given), saved - PICTURE_MS);
    expect(kill.recovered, `round ${String(round)}: ${JSON.stringify(kill)}`).toBeGreaterThanOrEqual(due);
    if ((round + 1) % 10 === 0 && round + 1 < count) console.log(statistics(kills));
  }
  expect(Math.max(...kills.map(({ saved }) => saved)), 'what the app called saved, at its most').toBeGreaterThan(0);
  expect(kills.filter(isLate).length, 'kills at which the encoder was late').toBeLessThanOrEqual(count / 4);
  return kills;
}

export function statistics(kills: readonly Kill[]): string {
  const inTime = kills.filter((kill) => !isLate(kill));
  const losses = inTime.map(({ recorded, recovered }) => recorded - recovered).sort((a, b) => a - b);
  const at = (share: number): string => String(Math.round(losses[Math.floor(share * (losses.length - 1))] ?? 0));
  const late = kills.length - inTime.length;
  return (
    `${String(kills.length)} kills: lost at most ${at(1)} ms, median ${at(0.5)} ms, least ${at(0)} ms` +
    (late > 0 ? `; ${String(late)} more where the encoder itself was late, all that it gave was kept` : '')
  );
}

/** The machine was too busy to encode: two seconds before the kill were not given to anybody. */
function isLate({ recorded, given, recovered }: Kill): boolean {
  return given < recorded - LOSS_MS && recovered < recorded - LOSS_MS;
}

/** To be called before the first `goto`. Resolves to what is heard of the next recording, which grows. */
async function prepare(page: Page): Promise<Heard> {
  const slices: Slice[] = [];
  const heard: Heard = { slices, saved: 0 };
  await withoutCountdown(page);
  await page.exposeFunction('sliceOfTest', (at: number, latin: string) => {
    slices.push({ at, bytes: Buffer.from(latin, 'latin1') });
  });
  await page.exposeFunction('savedOfTest', (durationMs: number) => {
    heard.saved = durationMs;
  });
  await page.addInitScript((began) => {
    const { sliceOfTest, savedOfTest } = globalThis as unknown as {
      sliceOfTest: (at: number, latin: string) => void;
      savedOfTest: (durationMs: number) => void;
    };
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        if (options?.name !== 'recorder') return;
        // What it answers to a slice.
        this.addEventListener('message', ({ data }: MessageEvent<{ output?: { durationMs?: number } }>) => {
          if (data.output?.durationMs !== undefined) savedOfTest(data.output.durationMs);
        });
      }
    };
    const { prototype } = MediaRecorder;
    const start = Reflect.get(prototype, 'start');
    prototype.start = function (timeslice) {
      // Without a timeslice it is the app trying out what this browser can record.
      if (timeslice !== undefined) {
        this.addEventListener('start', () => {
          console.info(began + String(Date.now()));
        });
        this.addEventListener('dataavailable', ({ data }) => {
          const at = Date.now();
          void data.arrayBuffer().then((buffer) => {
            const bytes = new Uint8Array(buffer);
            let latin = '';
            for (let i = 0; i < bytes.length; i += 8192) latin += String.fromCharCode(...bytes.subarray(i, i + 8192));
            sliceOfTest(at, latin);
          });
        });
      }
      start.call(this, timeslice);
    };
  }, BEGAN);
  return heard;
}

function lengthOf(slices: readonly Slice[]): number {
  const index = containerIndex('video/webm');
  for (const { bytes } of slices) index.append(bytes);
  return index.durationMs;
}

/** Resolves to when the recorder began and when it was killed, as `Date.now()`. */
async function recordAndKill(
  browser: PersistentBrowser,
  delay: number
): Promise<{ beganAt: number; killedAt: number }> {
  const { page } = browser;
  await openRecord(page);
  const began = page.waitForEvent('console', {
    predicate: (message) => message.text().startsWith(BEGAN),
    timeout: 30_000
  });
  await page.getByRole('button', { name: 'Start recording' }).click();
  const beganAt = Number((await began).text().slice(BEGAN.length));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, beganAt + delay - Date.now())));
  return { beganAt, killedAt: await browser.kill() };
}

/** Unlocks, keeps what is offered and plays it to its end. Resolves to its length, in ms; 0 when nothing was offered. */
async function recover(page: Page): Promise<number> {
  await page.goto('/');
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
  const offered = page.getByRole('heading', { name: /^Unfinished entry, / });
  const found = await offered.waitFor({ timeout: 15_000 }).then(
    () => true,
    () => false
  );
  if (!found) return 0;
  await expect(offered).toHaveCount(1);
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(offered).toHaveCount(0, { timeout: 30_000 });
  await entries(page).first().getByRole('link').first().click({ timeout: 30_000 });
  const length = await playToEnd(page);
  await toJournal(page);
  return length;
}

function playToEnd(page: Page): Promise<number> {
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  return video.evaluate(async (element: HTMLVideoElement) => {
    const next = (event: string): Promise<void> =>
      new Promise((resolve, reject) => {
        element.addEventListener(event, () => resolve(), { once: true });
        element.addEventListener('error', () => reject(new Error(element.error?.message)), { once: true });
        setTimeout(() => reject(new Error(`no ${event} at ${String(element.currentTime)}`)), 20_000);
      });
    element.muted = true;
    if (element.readyState < 1) await next('loadedmetadata');
    const { duration } = element;
    const ended = next('ended');
    element.currentTime = Math.max(0, duration - 0.7);
    await element.play();
    await ended;
    return 1000 * duration;
  });
}
