/** What could be taken off this device because the backup holds it, and doing so. */
import { toSvjError } from '#shared/errors.ts';
import { openTransfers } from '#web/journal/backup.ts';
import { freeAll, type Freeable } from '#web/journal/free-space.ts';
import { m, messages } from '#web/messages/catalogue.svelte.ts';
import { backup } from './backup.svelte.ts';
import { session } from './session.svelte.ts';
import { storage } from './storage.svelte.ts';
import { toasts } from './toasts.svelte.ts';

class FreeSpace {
  #done = $state<number | null>(null);
  #total = $state(0);
  #stop: AbortController | null = null;

  constructor() {
    session.onLock(() => this.cancel());
  }

  /** How far it is, 0 to 1; null when nothing is being freed. */
  get fraction(): number | null {
    return this.#done === null || this.#total === 0 ? null : this.#done / this.#total;
  }

  get running(): boolean {
    return this.#done !== null;
  }

  /** After the recording under way; what was freed stays freed. */
  cancel(): void {
    this.#stop?.abort();
  }

  /** Never rejects. @param sizeInWords how a number of bytes is said */
  async free(objects: readonly Freeable[], sizeInWords: (bytes: number, locale: string) => string): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    this.#total = objects.length;
    this.#done = 0;
    try {
      const { freedBytes, kept } = await freeAll(session.vault, objects, {
        transfers: await openTransfers(),
        signal: stop.signal,
        progress: (done) => (this.#done = done)
      });
      toasts.show(m.backup.freed(sizeInWords(freedBytes, messages.locale), kept));
      if (kept > 0) backup.wake();
    } catch (thrown) {
      if (toSvjError(thrown).code !== 'vault/locked') toasts.failure(thrown);
    } finally {
      this.#done = null;
      this.#stop = null;
      if (session.status === 'unlocked') await Promise.all([backup.refresh(), storage.refresh()]);
    }
  }
}

export const freeSpace = new FreeSpace();
