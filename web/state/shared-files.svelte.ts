/**
 * Videos that other apps share: sealed as soon as this page has them, taken in when the journal is open. Until they are
 * sealed they are in memory alone, and lost with the page.
 */
import { goto } from '$app/navigation';
import { page } from '$app/state';
import { toSvjError } from '#shared/errors.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import { isReadOnly } from '#web/model/vault-condition.ts';
import { errorSentence } from './error-sentence.ts';
import { importing } from './importing.svelte.ts';
import { pwa } from './pwa.svelte.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

/** A lock ends the worker that seals: the file is still here, and is given to the next one. */
const ATTEMPTS = 3;
const NOTICE_MS = 20_000;

class SharedFiles {
  #taking = false;

  constructor() {
    session.onLock(() => (this.#taking = false));
  }

  /** Seals what was handed over; none at all means that it was lost on its way. Never rejects. */
  async receive(handedOver: Promise<readonly File[]>): Promise<void> {
    const files = await handedOver;
    if (files.length === 0) toasts.show(m.shell.sharedLost, { durationMs: NOTICE_MS });
    const release = pwa.blockUpdate();
    try {
      for (const file of files) await this.#seal(file);
    } finally {
      release();
    }
  }

  /** Once after each unlock: imports what waits. Never rejects. */
  async takeIn(): Promise<void> {
    if (this.#taking) return;
    this.#taking = true;
    try {
      const files = await session.vault.call('sharedFiles', undefined);
      if (isReadOnly(session.condition)) {
        toasts.show(m.shell.sharedReadOnly, { durationMs: NOTICE_MS });
      }
      if (files.length === 0) return;
      importing.addShared(files);
      if (page.url.pathname === '/record') return;
      const action = { label: m.shell.sharedShow, run: () => void goto('/record') };
      toasts.show(m.shell.sharedArriving(files.length), { action, durationMs: NOTICE_MS });
    } catch (thrown) {
      toasts.failure(thrown);
    } finally {
      this.#taking = false;
    }
  }

  async #seal(file: File): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await session.receiveShared(file);
        return;
      } catch (thrown) {
        const { code } = toSvjError(thrown);
        if (code === 'vault/locked' && attempt < ATTEMPTS) continue;
        if (code === 'vault/absent') toasts.show(m.shell.sharedNoJournal, { durationMs: NOTICE_MS });
        else toasts.show(`${m.shell.sharedNotKept} ${errorSentence(thrown)}`, { durationMs: NOTICE_MS });
        return;
      }
    }
  }
}

export const sharedFiles = new SharedFiles();
