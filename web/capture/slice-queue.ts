/**
 * Slices in their order, one at a time: the next is handed on when the one before is durable. What waits is what
 * would be lost, so it is counted and bounded.
 */
import { SvjError } from '#shared/errors.ts';

/** What is on disk, flushed. */
export interface Flushed {
  readonly dataBytes: number;
  readonly durationMs: number;
}

export interface Saved extends Flushed {
  /**
   * Everything recorded before this moment is on disk, `Date.now()`: when the newest flushed slice came from the
   * recorder, however long ago that was. The time of the flush would call a backlog of a minute "now".
   */
  readonly at: number;
}

/** Twenty seconds of 1080p: more waiting means that the device cannot keep up, which must be said. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

export class SliceQueue {
  readonly #append: (slice: Blob) => Promise<Flushed>;
  readonly #onSaved: (saved: Saved) => void;
  readonly #onFailed: (error: unknown) => void;
  #tail: Promise<void> = Promise.resolve();
  #flushed: Flushed | null = null;
  #waitingBytes = 0;
  #failed = false;

  constructor(
    append: (slice: Blob) => Promise<Flushed>,
    onSaved: (saved: Saved) => void,
    onFailed: (error: unknown) => void
  ) {
    this.#append = append;
    this.#onSaved = onSaved;
    this.#onFailed = onFailed;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** After a failure slices are dropped: a gap in the stream would make the rest unplayable. */
  push(slice: Blob): void {
    if (this.#failed) return;
    const at = Date.now();
    this.#waitingBytes += slice.size;
    if (this.#waitingBytes > MAX_WAITING_BYTES) {
      this.#fail(new SvjError('recorder/failed', 'too slow'));
      return;
    }
    this.#tail = this.#tail.then(() => this.#hand(slice, at));
  }

  /** Resolves when everything pushed so far is durable, or lost to a failure that was reported. */
  drained(): Promise<void> {
    return this.#tail;
  }

  async #hand(slice: Blob, at: number): Promise<void> {
    if (this.#failed) return;
    try {
      // An empty slice says that nothing was recorded since the one before.
      if (slice.size > 0) this.#flushed = await this.#append(slice);
      this.#waitingBytes -= slice.size;
      if (this.#flushed !== null) this.#onSaved({ ...this.#flushed, at });
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #fail(thrown: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#onFailed(thrown);
  }
}
