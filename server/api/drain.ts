/**
 * How this process ends: first nothing new is begun and nobody is kept waiting for news, then what still runs is ended
 * where it stands. What was received of an upload until then is durable.
 */
import { SvjError } from '#shared/errors.ts';

/** Milliseconds after the beginning; the process is gone before ten seconds are over. */
export const DRAIN = { cutAfter: 6_000, closeAfter: 8_000, exitAfter: 9_500 } as const;

export class Drain {
  readonly #begun = new Moment();
  readonly #over = new Moment();

  get isBegun(): boolean {
    return this.#begun.isPast;
  }

  begin(): void {
    this.#begun.come();
  }

  /** Ends what still runs. */
  cut(): void {
    this.#over.come();
  }

  /** For what would go on for longer than this process does. @throws `relay/unreachable`: another one is there soon */
  admit(): void {
    if (this.isBegun) throw new SvjError('relay/unreachable');
  }

  /** For what only waits. @returns what stops listening */
  whenBegun(then: () => void): () => void {
    return this.#begun.when(then);
  }

  /** For what works, and may finish when it is quick. @returns what stops listening */
  whenOver(then: () => void): () => void {
    return this.#over.when(then);
  }
}

/** Signals would do, but one that lives as long as the process gathers whatever was ever tied to it. */
class Moment {
  readonly #waiting = new Set<() => void>();
  isPast = false;

  when(then: () => void): () => void {
    if (this.isPast) then();
    else this.#waiting.add(then);
    return () => this.#waiting.delete(then);
  }

  come(): void {
    this.isPast = true;
    for (const then of this.#waiting) then();
    this.#waiting.clear();
  }
}
