/** The seconds before a recording starts. */
export class Countdown {
  #seconds = $state(0);
  #cancel: (() => void) | null = null;

  /** Left; 0 outside a countdown. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Resolves to false when it was cancelled. */
  async run(seconds: number): Promise<boolean> {
    this.#seconds = seconds;
    const done = await new Promise<boolean>((resolve) => {
      const timer = setInterval(() => {
        this.#seconds--;
        if (this.#seconds > 0) return;
        clearInterval(timer);
        resolve(true);
      }, 1000);
      this.#cancel = () => {
        clearInterval(timer);
        resolve(false);
      };
    });
    this.#cancel = null;
    this.#seconds = 0;
    return done;
  }

  cancel(): void {
    this.#cancel?.();
  }
}
