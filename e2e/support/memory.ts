/** Watches how much memory a browser takes, in all its processes, while something long runs. */
import { readFile } from 'node:fs/promises';
import { expect, type Browser, type Page } from '@playwright/test';

const EVERY_MS = 250;
const MIB = 1024 * 1024;
const SWING_MIB = 60;

export interface Memory {
  /** Before it began, the means of the thirds of the run, and the most: MiB of anonymous memory. */
  readonly before: number;
  readonly thirds: readonly [number, number, number];
  readonly peak: number;
  readonly samples: number;
}

/** Samples while `work` runs. */
export async function watchMemory(page: Page, work: () => Promise<void>): Promise<Memory> {
  const browser = page.context().browser();
  if (!browser) throw new Error('The page belongs to no browser.');
  const samples = [await browserBytes(browser)];
  const running = { yes: true };
  const watching = (async () => {
    while (running.yes) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      samples.push(await browserBytes(browser));
    }
  })();
  try {
    await work();
  } finally {
    running.yes = false;
    await watching;
  }
  const third = Math.floor(samples.length / 3);
  const mean = (from: number): number => {
    const part = samples.slice(from, from + third);
    return part.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, part.length) / MIB;
  };
  return {
    before: (samples[0] ?? 0) / MIB,
    thirds: [mean(0), mean(third), mean(2 * third)],
    peak: Math.max(...samples) / MIB,
    samples: samples.length
  };
}

export function describeMemory({ before, thirds, peak, samples }: Memory): string {
  const means = thirds.map((mib) => mib.toFixed(0)).join(', ');
  return `memory ${before.toFixed(0)} MiB before, thirds ${means}, peak +${(peak - before).toFixed(0)} MiB (${String(samples)} samples)`;
}

/**
 * The last third takes no more than the one before. What a browser takes swings by some 40 MiB from one third to the next,
 * so a run shows that nothing is kept only if a third of what goes through it is much more than that.
 */
export function expectFlat({ thirds: [, middle, last] }: Memory): void {
  expect(last, 'MiB in the last third').toBeLessThanOrEqual(middle + SWING_MIB);
}

async function browserBytes(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  try {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const sizes = await Promise.all(processInfo.map(({ id }) => anonymousBytes(id)));
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  } finally {
    await session.detach();
  }
}

async function anonymousBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
  return 1024 * Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
}
