/** Makes the device of a browser test small. */
import { cdp } from 'vitest/browser';

/** What vitest's session is with the Playwright provider, whose types it cannot see from here. */
interface DebugSession {
  send(method: 'Storage.overrideQuotaForOrigin', parameters: { origin: string; quotaSize?: number }): Promise<unknown>;
}

/** @param spare bytes this origin may store beyond what it has; null for the browser's own limit */
export async function limitStorage(spare: number | null): Promise<void> {
  const { usage = 0 } = await navigator.storage.estimate();
  const limit = spare === null ? {} : { quotaSize: usage + spare };
  const session = cdp() as unknown as DebugSession;
  await session.send('Storage.overrideQuotaForOrigin', { origin: location.origin, ...limit });
}
