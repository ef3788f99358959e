/**
 * When 30 minutes without the person have passed. Two clocks are asked, because each can be
 * fooled: the wall clock by setting it, the monotonic one by sleep, during which it may stand.
 */

/** Thirty minutes, in ms. */
export const IDLE_LIMIT_MS = 30 * 60 * 1000;
/** A wall clock that goes back further than this was set by someone and proves nothing. */
const BACKWARD_TOLERANCE_MS = 60 * 1000;
const CHECK_EVERY_MS = 10 * 1000;

export interface Instant {
  /** `Date.now()`, ms. */
  readonly wall: number;
  /** `performance.now()`, ms. */
  readonly mono: number;
}

export interface Clock {
  now(): Instant;
}

export const deviceClock: Clock = { now: () => ({ wall: Date.now(), mono: performance.now() }) };

/**
 * Whether `limitMs` have passed since `active` by either clock. A wall clock that went back
 * since `checked`, the last look at it, counts as expired: together with a sleep it could
 * hide any length of time.
 */
export function idleExpired(active: Instant, checked: Instant, now: Instant, limitMs = IDLE_LIMIT_MS): boolean {
  if (now.wall < checked.wall - BACKWARD_TOLERANCE_MS) return true;
  return now.wall - active.wall >= limitMs || now.mono - active.mono >= limitMs;
}

export interface IdleLockOptions {
  readonly clock?: Clock;
  readonly limitMs?: number;
  /** True while a recording or a clip runs: speaking to the camera is not idling. */
  readonly busy: () => boolean;
  readonly expired: () => void;
  /** The person did something here; at most once in ten seconds. */
  readonly active?: () => void;
}

/** Watches one document while the journal is unlocked. */
export class IdleLock {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #options: IdleLockOptions;
  #listening: AbortController | null = null;
  #active: Instant;
  #checked: Instant;
  #told = Number.NEGATIVE_INFINITY;

  constructor(options: IdleLockOptions) {
    this.#options = options;
    this.#clock = options.clock ?? deviceClock;
    this.#limitMs = options.limitMs ?? IDLE_LIMIT_MS;
    this.#active = this.#checked = this.#clock.now();
  }

  start(target: Window = window): void {
    this.stop();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#active = this.#checked = this.#clock.now();
    this.#told = Number.NEGATIVE_INFINITY;
    const input = (): void => this.touch();
    for (const type of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'input']) {
      target.addEventListener(type, input, { signal, capture: true, passive: true });
    }
    const check = (): void => {
      this.check();
    };
    target.addEventListener('focus', check, { signal });
    target.addEventListener('pageshow', check, { signal });
    target.document.addEventListener('visibilitychange', check, { signal });
    const timer = setInterval(check, CHECK_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
  }

  stop(): void {
    this.#listening?.abort();
    this.#listening = null;
  }

  /** The person is here. An input that comes too late locks instead of prolonging. */
  touch(): void {
    if (!this.check()) return;
    this.#active = this.#checked;
    if (this.#active.mono - this.#told < CHECK_EVERY_MS) return;
    this.#told = this.#active.mono;
    this.#options.active?.();
  }

  /** Another tab saw the person. */
  touchedElsewhere(): void {
    if (this.check()) this.#active = this.#checked;
  }

  /** @returns false when it was too late and `expired` was called */
  check(): boolean {
    if (this.#listening === null) return false;
    const now = this.#clock.now();
    // While something runs this is asked every few seconds: a gap of half an hour is a device that slept.
    if (this.#options.busy() && !idleExpired(this.#checked, this.#checked, now, this.#limitMs)) {
      this.#active = this.#checked = now;
      return true;
    }
    if (idleExpired(this.#active, this.#checked, now, this.#limitMs)) {
      this.stop();
      this.#options.expired();
      return false;
    }
    this.#checked = now;
    return true;
  }
}
