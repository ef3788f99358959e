/**
 * Words that found no way to the disk when their screen was left. They are kept in memory, and written when their entry
 * is opened again or the journal is about to be locked; a lock ends them, as it ends all content.
 */
import { toSvjError, type SvjError } from '#shared/errors.ts';
import type { EntryId } from '#shared/ids.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import type { EntryPatch } from '#web/model/entry.ts';
import { entries } from './entries.svelte.ts';
import { errorSentence } from './error-sentence.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

const NOTICE_MS = 20_000;

class Unwritten {
  readonly #patches = new Map<EntryId, EntryPatch>();
  /** The browser asks before the page goes. */
  readonly #ask = (event: BeforeUnloadEvent): void => event.preventDefault();

  constructor() {
    session.onBeforeLock(async () => {
      for (const id of this.#patches.keys()) await this.write(id);
    });
    session.onLock(() => {
      this.#patches.clear();
      removeEventListener('beforeunload', this.#ask);
    });
  }

  /** Says that they are not saved, why, and what to do. */
  keep(id: EntryId, patch: EntryPatch, reason: SvjError): void {
    // Words of a closed journal are held nowhere.
    if (session.status !== 'unlocked') return;
    this.#patches.set(id, { ...this.#patches.get(id), ...patch });
    addEventListener('beforeunload', this.#ask);
    toasts.show(m.journal.unwritten(errorSentence(reason)), { durationMs: NOTICE_MS });
  }

  /** Tries again. Never rejects: what fails is kept. */
  async write(id: EntryId): Promise<void> {
    const patch = this.#patches.get(id);
    if (patch === undefined) return;
    try {
      const { summary } = await session.vault.call('edit', { id, patch });
      // More may have come meanwhile; writing that again does no harm.
      if (this.#patches.get(id) === patch) this.#patches.delete(id);
      if (this.#patches.size === 0) removeEventListener('beforeunload', this.#ask);
      entries.apply(summary);
    } catch (thrown) {
      const error = toSvjError(thrown);
      if (error.code === 'entry/absent') this.#patches.delete(id);
      else if (session.status === 'unlocked')
        toasts.show(m.journal.unwritten(errorSentence(error)), { durationMs: NOTICE_MS });
    }
  }
}

export const unwritten = new Unwritten();
