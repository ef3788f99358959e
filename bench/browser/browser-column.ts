/** A column that runs in a Chromium of its own: no other column's memory or compiled code is in its way. */
import { readFileSync } from 'node:fs';
import { chromium, type Browser, type CDPSession } from '@playwright/test';
import { chromiumArgs } from '../../e2e/camera.ts';
import { requireChromium } from '../../scripts/browsers.ts';
import type { Column, Role, Sample } from '../item.ts';
import type { Task } from '../page/task.ts';

/** `cpu` counts the processor time of all the browser's processes instead of the clock's. */
export type Clock = 'wall' | 'cpu';

export async function browserColumn(
  origin: string,
  { name, role, task, clock = 'wall' }: { name: string; role: Role; task: Task; clock?: Clock }
): Promise<Column> {
  const browser = await chromium.launch({ executablePath: requireChromium(), args: chromiumArgs });
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    await page.waitForFunction('typeof window.prepare === "function"');
    await page.evaluate((asked) => window.prepare(asked), task);
    const session = await browser.newBrowserCDPSession();
    return {
      name,
      role,
      async run(): Promise<Sample> {
        const before = await processorMs(session);
        const run = await page.evaluate(() => window.run());
        const used = (await processorMs(session)) - before;
        const peakMiB = await rendererPeak(session);
        return {
          ...run,
          ...(peakMiB === null ? {} : { peakMiB }),
          ...(clock === 'cpu' ? { ms: used, extra: { ...run.extra, wallMs: run.ms } } : {})
        };
      },
      close: () => browser.close()
    };
  } catch (thrown) {
    await close(browser);
    throw thrown;
  }
}

async function close(browser: Browser): Promise<void> {
  await browser.close().catch(() => undefined);
}

async function processorMs(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Of the largest renderer, by the kernel's own high-water mark; null where there is no /proc. */
async function rendererPeak(session: CDPSession): Promise<number | null> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const peaks = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => highWaterMiB(id));
  const known = peaks.filter((peak) => peak !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function highWaterMiB(pid: number): number | null {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null;
  }
}
