/**
 * Slices in their order, one at a time: the next is handed on when the one before is durable. What waits is what
 * would be lost, so it is counted and bounded.
 */

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

export interface SliceQueueOptions {
  /** Resolves when the slice is sealed and flushed. */
  append(slice: Blob): Promise<Flushed>;
  onSaved(saved: Saved): void;
  /** A slice could not be stored, and none after it is. Called at most once. */
  onFailed(thrown: unknown): void;
  /** Too much waits: no further slice is taken, those that wait still go to the disk. Called at most once. */
  onFull(): void;
}

export class SliceQueue {
  readonly #options: SliceQueueOptions;
  #tail: Promise<void> = Promise.resolve();
  #flushed: Flushed | null = null;
  #waitingBytes = 0;
  #state: 'open' | 'full' | 'failed' = 'open';

  constructor(options: SliceQueueOptions) {
    this.#options = options;
  }

  /** Bytes on their way to the disk. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** A slice that finds no room is the last one offered: a gap in the stream would make the rest unplayable. */
  push(slice: Blob): void {
    if (this.#state !== 'open') return;
    if (this.#waitingBytes + slice.size > MAX_WAITING_BYTES) {
      this.#state = 'full';
      this.#options.onFull();
      return;
    }
    const at = Date.now();
    this.#waitingBytes += slice.size;
    this.#tail = this.#tail.then(() => this.#hand(slice, at));
  }

  /** Resolves when everything pushed so far is durable, or lost to a failure that was reported. */
  drained(): Promise<void> {
    return this.#tail;
  }

  async #hand(slice: Blob, at: number): Promise<void> {
    if (this.#state === 'failed') return;
    try {
      // An empty slice says that nothing was recorded since the one before.
      if (slice.size > 0) this.#flushed = await this.#options.append(slice);
      this.#waitingBytes -= slice.size;
      if (this.#flushed !== null) this.#options.onSaved({ ...this.#flushed, at });
    } catch (thrown) {
      this.#state = 'failed';
      // What is lost no longer waits.
      this.#waitingBytes = 0;
      this.#options.onFailed(thrown);
    }
  }
}
