/** How much room there is on the device: what the browser says of it, and what it really grants. */
import type { Page } from '@playwright/test';

/** What the browser says is left. It does not tell of the limit that {@link leaveRoom} sets, so the two are apart. */
export async function pretendFree(page: Page, bytes: number): Promise<void> {
  await page.evaluate((free) => {
    navigator.storage.estimate = () => Promise.resolve({ usage: 1_000_000_000, quota: 1_000_000_000 + free });
  }, bytes);
}

/** Lets the origin hold so many bytes more than it holds. Resolves to what takes the limit away. */
export async function leaveRoom(page: Page, origin: string, bytes: number): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + bytes });
  return async () => {
    await session.send('Storage.overrideQuotaForOrigin', { origin });
  };
}
