/**
 * How segments flow: cut into equal parts, several worked on at once, their results taken in
 * order. So what was authentic before a damage is always delivered before the error.
 */
import type { Bytes } from '#shared/bytes.ts';

/** WebCrypto calls kept in flight: hides the hop to the crypto thread. */
export const IN_FLIGHT = 8;

/** The sealing or opening of one segment, started when its turn comes. */
export type Job<T> = () => Promise<T>;

/** Cuts chunks of any size into parts of one size. */
export class Cutter {
  readonly #size: number;
  readonly #buffer: Bytes;
  #held = 0;

  constructor(size: number) {
    this.#size = size;
    this.#buffer = new Uint8Array(size);
  }

  /** Bytes that wait for a part to fill. */
  get held(): number {
    return this.#held;
  }

  /** Bytes that complete the next part. */
  get missing(): number {
    return this.#size - this.#held;
  }

  /**
   * The parts that `chunk` completes, without a copy where it can be: each is valid only until
   * the next is asked for. Enough for WebCrypto, which copies its input before a call returns.
   */
  *cut(chunk: Bytes): Generator<Bytes, void, undefined> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#held === 0 && chunk.length - at >= this.#size) {
        yield chunk.subarray(at, (at += this.#size));
        continue;
      }
      const taken = Math.min(this.#size - this.#held, chunk.length - at);
      this.#buffer.set(chunk.subarray(at, at + taken), this.#held);
      this.#held += taken;
      at += taken;
      if (this.#held === this.#size) {
        this.#held = 0;
        yield this.#buffer;
      }
    }
  }

  /** The same as copies, which stay valid. */
  push(chunk: Bytes): Bytes[] {
    return Array.from(this.cut(chunk), (part) => part.slice());
  }

  /** What is left, shorter than a part. A view: valid until the next chunk. */
  rest(): Bytes {
    return this.#buffer.subarray(0, this.#held);
  }
}

/** Cuts chunks into sealed segments, each a short prefix and a body, as they are sealed and opened. */
export class PieceCutter {
  readonly #prefix: Bytes;
  readonly #body: Cutter;
  /** Bytes of the prefix that are there. */
  #held = 0;

  constructor(prefixBytes: number, segmentBytes: number) {
    this.#prefix = new Uint8Array(prefixBytes);
    this.#body = new Cutter(segmentBytes - prefixBytes);
  }

  /** As {@link Cutter.cut}: a body that is whole in one chunk is not copied, wherever its prefix was. */
  *cut(chunk: Bytes): Generator<readonly [prefix: Bytes, body: Bytes], void, undefined> {
    let at = 0;
    while (at < chunk.length) {
      const missing = this.#prefix.length - this.#held;
      if (missing > 0) {
        const found = chunk.subarray(at, at + missing);
        this.#prefix.set(found, this.#held);
        this.#held += found.length;
        at += found.length;
        continue;
      }
      const rest = chunk.subarray(at, at + this.#body.missing);
      at += rest.length;
      for (const body of this.#body.cut(rest)) {
        this.#held = 0;
        yield [this.#prefix, body];
      }
    }
  }

  /** As {@link Cutter.rest}. */
  rest(): readonly [prefix: Bytes, body: Bytes] {
    return [this.#prefix.subarray(0, this.#held), this.#body.rest()];
  }
}

/** Runs jobs, {@link IN_FLIGHT} at once, and yields their results in order up to the first that fails. */
export async function* inOrder<T>(jobs: Iterable<Job<T>>): AsyncGenerator<Awaited<T>, void, undefined> {
  const calls: Promise<T>[] = [];
  for (const job of jobs) {
    if (calls.length === IN_FLIGHT) yield await (calls.shift() as Promise<T>);
    const call = job();
    call.catch(() => undefined); // reported when its turn comes
    calls.push(call);
  }
  for (const call of calls) yield await call;
}
