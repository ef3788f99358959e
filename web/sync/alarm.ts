/** What a loop waits for: to be woken, or for some time to pass. Being woken before waiting counts. */
export class Alarm {
  #rung = false;
  #wake: (() => void) | null = null;

  get isRung(): boolean {
    return this.#rung;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Forgets that it was rung: what it was rung for is about to be looked at. */
  reset(): void {
    this.#rung = false;
  }

  /**
   * Resolves at once when it was rung since the last {@link reset}, otherwise when it is rung, when `ms` have passed, or when
   * the signal aborts. Never rejects.
   */
  wait(signal: AbortSignal, ms = Infinity): Promise<void> {
    if (this.#rung || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = Number.isFinite(ms) ? setTimeout(() => done(), ms) : undefined;
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = null;
        resolve();
      };
      this.#wake = done;
      signal.addEventListener('abort', done);
    });
  }
}
