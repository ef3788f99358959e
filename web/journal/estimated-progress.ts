/**
 * Progress of work that tells nothing while it runs: a bar by the clock, against what such
 * work took before. It slows down rather than claim to be done.
 */

const EVERY_MS = 100;
/** Up to here the bar follows the estimate; what is left is for estimates that were too short. */
const TRUSTED = 0.9;

export interface Progress {
  /** 0 to below 1. */
  readonly fraction: number;
  /** Null when the estimate has run out. */
  readonly remainingMs: number | null;
}

/** Never reaches 1, never falls while `elapsedMs` grows. */
export function estimatedFraction(elapsedMs: number, expectedMs: number): number {
  const linear = elapsedMs / Math.max(1, expectedMs);
  if (linear <= TRUSTED) return Math.max(0, linear);
  return TRUSTED + (1 - TRUSTED) * 0.95 * (1 - Math.exp((TRUSTED - linear) * 2));
}

export class EstimatedProgress {
  readonly #report: (progress: Progress) => void;
  readonly #now: () => number;
  readonly #started: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #expectedMs: number;
  #shown = 0;

  constructor(expectedMs: number, report: (progress: Progress) => void, now = (): number => performance.now()) {
    this.#report = report;
    this.#now = now;
    this.#started = now();
    this.#expectedMs = expectedMs;
    this.#timer = setInterval(() => this.#tick(), EVERY_MS);
    this.#tick();
  }

  /** From now on it is known to take this much longer, ms. */
  expect(remainingMs: number): void {
    this.#expectedMs = this.#now() - this.#started + remainingMs;
    this.#tick();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const elapsed = this.#now() - this.#started;
    this.#shown = Math.max(this.#shown, estimatedFraction(elapsed, this.#expectedMs));
    const remaining = this.#expectedMs - elapsed;
    this.#report({ fraction: this.#shown, remainingMs: remaining > 0 ? remaining : null });
  }
}
