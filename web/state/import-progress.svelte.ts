/** How imports stand: all that the shell has to know of them, apart from everything that imports. */
import { m } from '#web/messages/catalogue.svelte.ts';
import { toasts } from './toasts.svelte.ts';

export interface ImportsNow {
  /** Which one is taken in, from 1. */
  readonly at: number;
  readonly of: number;
  /** 0 to 1; null while it is not known. */
  readonly fraction: number | null;
}

const NOTICE_MS = 20_000;

class ImportProgress {
  #now = $state.raw<ImportsNow | null>(null);
  /** How many a lock has stopped; nothing else of them is known then. */
  #stopped = 0;

  /** Null while nothing is taken in. */
  get now(): ImportsNow | null {
    return this.#now;
  }

  report(now: ImportsNow | null): void {
    this.#now = now;
  }

  /** A lock ended so many. */
  stop(count: number): void {
    this.#stopped += count;
  }

  /**
   * To be called when the journal is open again: what a lock stopped is said, since it must be added once more.
   * @returns whether there was something to say
   */
  tellStopped(): boolean {
    const count = this.#stopped;
    this.#stopped = 0;
    if (count > 0) toasts.show(m.shell.importsStopped(count), { durationMs: NOTICE_MS });
    return count > 0;
  }
}

export const importProgress = new ImportProgress();
