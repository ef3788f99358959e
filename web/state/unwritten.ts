/**
 * Words that found no way to the disk when their screen was left. They are kept in memory: taken up where their entry is
 * opened again, written when the journal is about to be locked; a lock ends them, as it ends all content.
 */
import type { SvjError } from '#shared/errors.ts';
import type { EntryId } from '#shared/ids.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import type { EntryPatch } from '#web/model/entry.ts';
import { mergedPatch } from '#web/model/merged-patch.ts';
import { errorSentence } from './error-sentence.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

const NOTICE_MS = 20_000;

class Unwritten {
  readonly #patches = new Map<EntryId, EntryPatch>();
  /** The browser asks before the page goes. */
  readonly #ask = (event: BeforeUnloadEvent): void => event.preventDefault();

  constructor() {
    session.onBeforeLock(() => this.#writeAll());
    session.onLock(() => {
      this.#patches.clear();
      this.#watch();
    });
  }

  /** Says that they are not saved, why, and what to do. */
  keep(id: EntryId, patch: EntryPatch, reason: SvjError): void {
    // Words of a closed journal are held nowhere, and those of an entry that is gone belong nowhere.
    if (session.status !== 'unlocked' || reason.code === 'entry/absent' || Object.keys(patch).length === 0) return;
    this.#patches.set(id, mergedPatch([this.#patches.get(id) ?? {}, patch]));
    this.#watch();
    toasts.show(m.journal.unwritten(errorSentence(reason)), { durationMs: NOTICE_MS });
  }

  /** Hands them to the screen that shows their entry, which writes them or gives them back. */
  take(id: EntryId): EntryPatch | null {
    const patch = this.#patches.get(id) ?? null;
    this.#patches.delete(id);
    this.#watch();
    return patch;
  }

  async #writeAll(): Promise<void> {
    if (this.#patches.size === 0) return;
    const { vault } = session;
    await Promise.allSettled([...this.#patches].map(([id, patch]) => vault.call('edit', { id, patch })));
  }

  #watch(): void {
    if (this.#patches.size > 0) addEventListener('beforeunload', this.#ask);
    else removeEventListener('beforeunload', this.#ask);
  }
}

export const unwritten = new Unwritten();
