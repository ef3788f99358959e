/**
 * Ends a body that does not move. An honest upload over a slow line may take an hour, so it is its progress that counts
 * and not its length; and only while it is waited for: a store that is slow is not the client's fault.
 */
import { SvjError } from '#shared/errors.ts';

/** Calls `tick` again and again, until the returned function is called. */
export type Ticker = (tick: () => void) => () => void;

/** 16 KiB in half a minute is 4 kbit/s: slower lines than any that video is sent over. */
const LEAST_BYTES = 16 * 1024;
const INTERVAL_MS = 30_000;

export class ProgressGuard {
  readonly #cut = new AbortController();
  readonly #stop: () => void;
  #received = 0;
  #waiting = false;
  #wasSlow = false;

  constructor(ticker: Ticker = everyInterval) {
    this.#stop = ticker(() => this.#look());
  }

  /** Aborted with `upload/too-slow`, or with the reason of {@link cut}. */
  get signal(): AbortSignal {
    return this.#cut.signal;
  }

  /** @throws `call/aborted` where the connection ends before the body: that is the client's doing */
  async *watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    this.#waiting = true;
    try {
      for await (const chunk of body) {
        this.#received += chunk.length;
        this.#waiting = false;
        yield chunk;
        this.#waiting = true;
      }
    } catch (thrown) {
      throw new SvjError('call/aborted', undefined, thrown);
    } finally {
      this.#waiting = false;
    }
  }

  /** Ends the body for another reason. */
  cut(reason: SvjError): void {
    this.#cut.abort(reason);
  }

  end(): void {
    this.#stop();
  }

  /** Twice in a row: the wait may have begun a moment before the first look. */
  #look(): void {
    const isSlow = this.#waiting && this.#received < LEAST_BYTES;
    if (isSlow && this.#wasSlow) this.#cut.abort(new SvjError('upload/too-slow'));
    this.#wasSlow = isSlow;
    this.#received = 0;
  }
}

function everyInterval(tick: () => void): () => void {
  const timer = setInterval(tick, INTERVAL_MS).unref();
  return () => {
    clearInterval(timer);
  };
}
