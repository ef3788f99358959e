/** What the relay does now and then: each part on its own, and never twice at a time in one process. */

/** What tidies up after itself when it is asked to. */
export interface Purges {
  purge(): Promise<void>;
}

export class Tidying {
  readonly #parts: readonly (() => Promise<void>)[];

  constructor(parts: readonly Purges[]) {
    this.#parts = parts.map((part) => singly(() => part.purge()));
  }

  /** Asks every part that is not at it still. What fails is tried again the next time. */
  async run(): Promise<void> {
    await Promise.allSettled(this.#parts.map((part) => part()));
  }
}

/** Whoever asks while it runs gets the run that there is. */
function singly(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () =>
    (running ??= work().finally(() => {
      running = null;
    }));
}
