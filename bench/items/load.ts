/**
 * The first visit on a slow phone: 1.6 Mbit/s, 150 ms, a quarter of this processor, until the
 * first button works; then the same screen again without a network.
 */
import { chromium, type Browser, type Page } from '@playwright/test';
import { buildMinimalApp } from '../browser/minimal-app.ts';
import { servePage } from '../browser/page-server.ts';
import { serveApp } from '../browser/relay.ts';
import { chromiumArgs } from '../../e2e/camera.ts';
import { requireChromium } from '../../scripts/browsers.ts';
import { figure, figureByLimit } from '../goals.ts';
import type { Column, Item, Role, Sample } from '../item.ts';

const NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 };
const SLOWDOWN = 4;

interface Visited {
  readonly origin: string;
  /** Name of the button that is there once the app runs. */
  readonly button: string;
}

export const loadItem: Item = {
  name: 'load',
  about: 'first visit until the first button works: 1.6 Mbit/s, 150 ms, processor / 4',
  goal: 1.5,
  goals: [figure('transferredKiB', 80), figureByLimit('offlineMs', 1.5)],
  async columns(options) {
    const app = await serveApp();
    const browser = await chromium.launch({ executablePath: requireChromium(), args: chromiumArgs });
    const column = (name: string, role: Role, visited: Visited, close: () => Promise<void>): Column => ({
      name,
      role,
      run: () => visit(browser, visited),
      close
    });
    const product = column('the app', 'product', { origin: app.origin, button: 'Create a journal' }, async () => {
      await browser.close();
      await app.close();
    });
    if (options.onlyProduct) return [product];
    try {
      const minimal = await buildMinimalApp();
      const served = await servePage(minimal.directory, undefined);
      const limit = column('minimal SvelteKit PWA', 'limit', { origin: served.origin, button: 'Count 0' }, async () => {
        await served.close();
        await minimal.remove();
      });
      return [product, limit];
    } catch (thrown) {
      await product.close();
      throw thrown;
    }
  }
};

async function visit(browser: Browser, { origin, button }: Visited): Promise<Sample> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    const network = await slowedDown(page);
    const shown = async (go: () => Promise<unknown>): Promise<number> => {
      const started = performance.now();
      await go();
      await page.getByRole('button', { name: button, exact: true }).waitFor();
      return performance.now() - started;
    };
    const ms = await shown(() => page.goto(origin, { waitUntil: 'commit' }));
    const transferredKiB = network.bytes / 1024;
    // The worker fetches with the browser's own speed; what it needs is not measured.
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await context.setOffline(true);
    const offlineMs = await shown(() => page.reload({ waitUntil: 'commit' }));
    return { ms, extra: { transferredKiB, offlineMs } };
  } finally {
    await context.close();
  }
}

async function slowedDown(page: Page): Promise<{ bytes: number }> {
  const network = { bytes: 0 };
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', NETWORK);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  session.on('Network.dataReceived', ({ encodedDataLength }) => (network.bytes += encodedDataLength));
  session.on('Network.responseReceived', ({ response }) => (network.bytes += response.encodedDataLength));
  return network;
}
