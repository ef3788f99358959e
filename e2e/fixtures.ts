/**
 * What every end-to-end test starts from: `import { expect, test } from './fixtures.ts'`.
 *
 * `guard`       watches all browsers of a test and fails it at its end (always on; `guard.expected(/…/)` to provoke)
 * `persistent`  a browser with a profile on disk: `persistent.page`, `persistent.kill()`, `persistent.relaunch()`
 * `relay`       a relay of one's own: `relay.origin`, `relay.kill()`, `relay.restart()`
 */
import { test as base, type Page } from '@playwright/test';
import { Guard } from './guard.ts';
import { PersistentBrowser } from './persistent-browser.ts';
import { Relay } from './relay.ts';

export { expect } from '@playwright/test';

interface Fixtures {
  /** Of the app under test, such as `http://localhost:41234`. */
  readonly origin: string;
  readonly guard: Guard;
  readonly persistent: PersistentBrowser;
  readonly relay: Relay;
}

export const test = base.extend<Fixtures>({
  origin: async ({ baseURL }, use) => {
    await use(new URL(baseURL ?? '').origin);
  },
  guard: [
    async ({ origin }, use) => {
      const guard = new Guard(origin);
      await use(guard);
      guard.assertClean();
    },
    { auto: true }
  ],
  context: async ({ context, guard }, use) => {
    guard.watch(context);
    await use(context);
  },
  persistent: async ({ origin, guard }, use) => {
    const browser = await PersistentBrowser.launch(origin, guard);
    try {
      await use(browser);
    } finally {
      await browser.dispose();
    }
  },
  relay: async ({ guard }, use) => {
    const relay = await Relay.start();
    guard.trust(relay.origin);
    try {
      await use(relay);
    } finally {
      await relay.dispose();
    }
  }
});

/** Headless Chromium refuses `navigator.storage.persist()` until this is said; a person's browser decides by use. */
export async function grantPersistentStorage(page: Page, origin: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.send('Browser.setPermission', {
    ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
    permission: { name: 'persistent-storage' },
    setting: 'granted',
    origin
  });
}
