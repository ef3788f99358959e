/** Up to which moment the running clip is on the disk. Nothing else may say "saved". */
import type { Saved } from '#web/journal/capture.ts';
import type { Stopwatch } from './stopwatch.svelte.ts';

/** With more recorded than this, ms, that is not on the disk, nobody may be told that it is being saved. */
const STALLED_MS = 3000;

/**
 * - `starting`: nothing is on the disk yet.
 * - `nothing`: the same, for too long.
 * - `saving`: only the last moments are not on the disk.
 * - `stalled`: too much is not.
 * - `saved`: everything is; only while paused or ended, since a running recording is always a little ahead.
 */
export type Safety = 'starting' | 'nothing' | 'saving' | 'stalled' | 'saved';

export class Durability {
  readonly #time: Stopwatch;
  #saved = $state.raw<Saved | null>(null);
  #began = $state(0);
  #resting = $state(false);

  /** @param time runs while the clip does */
  constructor(time: Stopwatch) {
    this.#time = time;
  }

  /** What was last flushed; null before the first byte. */
  get saved(): Saved | null {
    return this.#saved;
  }

  get safety(): Safety {
    if (this.#resting) return 'saved';
    const { now } = this.#time;
    const none = this.#saved === null;
    if (!none && this.#time.since === null && this.unsavedMs === 0) return 'saved';
    if (now - this.#upTo < STALLED_MS) return none ? 'starting' : 'saving';
    return none ? 'nothing' : 'stalled';
  }

  /** Age of the newest moment that is safe, in whole seconds; null before the first byte. */
  get secondsAgo(): number | null {
    return this.#saved === null ? null : Math.max(0, Math.floor((this.#time.now - this.#upTo) / 1000));
  }

  /** Recorded and not on the disk. */
  get unsavedMs(): number {
    const { now, since, haltedAt } = this.#time;
    return Math.max(0, (since === null ? (haltedAt ?? now) : now) - this.#upTo);
  }

  /** A new clip, of which nothing is on the disk. */
  begin(): void {
    this.#saved = null;
    this.#resting = false;
    this.#time.tick();
    this.#began = this.#time.now;
  }

  /** No clip is open, and what was recorded is in its entry. */
  rest(): void {
    this.#resting = true;
  }

  report(saved: Saved): void {
    this.#saved = saved;
    this.#time.tick();
  }

  /** Everything recorded before this moment is on the disk. */
  get #upTo(): number {
    if (this.#saved === null) return this.#began;
    const { at } = this.#saved;
    const { since, haltedAt } = this.#time;
    // During a pause nothing was recorded that could be lost, unless something from before it still waits.
    return since !== null && (haltedAt === null || at >= haltedAt) ? Math.max(at, since) : at;
  }
}
