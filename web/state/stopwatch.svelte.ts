/** Recorded time: runs while recording, stands while paused, goes on with the next clip. */
export class Stopwatch {
  #now = $state(Date.now());
  /** Of earlier stretches, and since when the current one runs. */
  #ranMs = $state(0);
  #since = $state<number | null>(null);
  #haltedAt = $state<number | null>(null);

  /** The moment last looked at, ms; reactive, so that ages of other things can be told by it. */
  get now(): number {
    return this.#now;
  }

  /** When the current stretch began; null while it stands. */
  get since(): number | null {
    return this.#since;
  }

  /** When the last stretch ended; null before the first end. */
  get haltedAt(): number | null {
    return this.#haltedAt;
  }

  get elapsedMs(): number {
    return this.#ranMs + (this.#since === null ? 0 : Math.max(0, this.#now - this.#since));
  }

  /** Looks at the clock. */
  tick(): void {
    this.#now = Date.now();
  }

  run(): void {
    this.tick();
    this.#since = this.#now;
  }

  halt(): void {
    this.tick();
    if (this.#since === null) return;
    this.#ranMs = this.elapsedMs;
    this.#haltedAt = this.#now;
    this.#since = null;
  }

  /** Takes back what ran and did not count in the end. */
  cut(ms: number): void {
    this.#ranMs = Math.max(0, this.#ranMs - ms);
  }

  reset(): void {
    this.#ranMs = 0;
    this.#since = null;
    this.#haltedAt = null;
  }
}
