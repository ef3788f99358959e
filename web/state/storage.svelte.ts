/** Room and rules on this device: what the journal takes, what is free, how videos are padded. */
import type { VaultSettings, VaultUsage } from '#web/workers/contracts.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

class StorageState {
  #usage = $state.raw<VaultUsage | null>(null);
  #freeBytes = $state<number | null>(null);
  #settings = $state.raw<VaultSettings | null>(null);

  constructor() {
    session.onLock(() => {
      this.#usage = null;
      this.#settings = null;
    });
  }

  /** Null until read. */
  get usage(): VaultUsage | null {
    return this.#usage;
  }

  /** What the browser says it would still take; null when it does not say. */
  get freeBytes(): number | null {
    return this.#freeBytes;
  }

  get padVideo(): boolean | null {
    return this.#settings?.padVideo ?? null;
  }

  /** Never rejects. */
  async refresh(): Promise<void> {
    try {
      const { vault } = session;
      [this.#usage, this.#settings] = await Promise.all([
        vault.call('usage', undefined),
        vault.call('settings', undefined)
      ]);
      const { quota, usage } = await navigator.storage.estimate();
      this.#freeBytes = quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
    } catch (thrown) {
      toasts.failure(thrown);
    }
  }

  async pad(padVideo: boolean): Promise<void> {
    const before = this.#settings;
    this.#settings = { padVideo };
    try {
      await session.vault.call('setSettings', { padVideo });
      session.changed();
    } catch (thrown) {
      this.#settings = before;
      toasts.failure(thrown);
    }
  }
}

export const storage = new StorageState();
