/** The seconds before a recording starts. */
export class Countdown {
  #seconds = $state(0);

  /** Left; 0 outside a countdown. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Resolves when it is over, or when `signal` ended it. */
  run(seconds: number, signal: AbortSignal): Promise<void> {
    this.#seconds = seconds;
    return new Promise((resolve) => {
      const end = (): void => {
        clearInterval(timer);
        this.#seconds = 0;
        resolve();
      };
      const timer = setInterval(() => {
        if (this.#seconds === 1) end();
        else this.#seconds--;
      }, 1000);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}
