/**
 * What lies behind the first screen: the words of every other one, and the journal itself. It is loaded while the first
 * one is looked at, which is there sooner without it; until it has arrived no other screen is shown.
 */
import type { Component } from 'svelte';
import { preloadCode } from '$app/navigation';
import { toSvjError, type SvjError } from '#shared/errors.ts';
import { messages } from '#web/messages/catalogue.svelte.ts';
import type { SessionStatus } from '#web/state/session.svelte.ts';

class Inside {
  #Journal = $state.raw<Component | null>(null);
  #failure = $state.raw<SvjError | null>(null);
  #loading: Promise<void> | null = null;

  /** Null until all has arrived. */
  get Journal(): Component | null {
    return this.#Journal;
  }

  /** Why it did not arrive; the next `load` tries again. */
  get failure(): SvjError | null {
    return this.#failure;
  }

  /** Once; never rejects. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** What will be asked for next, so that a button pressed a moment later need not wait for the line. Never rejects. */
  async foresee(status: SessionStatus): Promise<void> {
    const next = {
      absent: () => preloadCode('/create'),
      locked: () => import('#web/ui/journal/Timeline.svelte')
    };
    if (status === 'absent' || status === 'locked') await next[status]().catch(() => undefined);
  }

  async #load(): Promise<void> {
    this.#failure = null;
    try {
      const [journal] = await Promise.all([import('./JournalScreen.svelte'), messages.complete()]);
      this.#Journal = journal.default;
    } catch (thrown) {
      this.#failure = toSvjError(thrown);
      this.#loading = null;
    }
  }
}

export const inside = new Inside();
