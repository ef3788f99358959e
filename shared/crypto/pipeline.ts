/** The two halves of a segment stream: cutting into equal parts, and keeping several in flight. */
import type { Bytes } from '../bytes.ts';

/** WebCrypto calls kept in flight: hides the hop to the crypto thread. */
export const IN_FLIGHT = 8;

/** Cuts a stream of any chunk sizes into parts of one size. */
export class Cutter {
  readonly #size: number;
  #buffer: Bytes;
  #held = 0;

  constructor(size: number) {
    this.#size = size;
    this.#buffer = new Uint8Array(size);
  }

  /** Bytes that wait for a part to fill. */
  get held(): number {
    return this.#held;
  }

  /** The parts that `chunk` completes. */
  push(chunk: Uint8Array): Bytes[] {
    const parts: Bytes[] = [];
    let at = 0;
    while (at < chunk.length) {
      const taken = Math.min(this.#size - this.#held, chunk.length - at);
      this.#buffer.set(chunk.subarray(at, at + taken), this.#held);
      this.#held += taken;
      at += taken;
      if (this.#held === this.#size) {
        parts.push(this.#buffer);
        this.#buffer = new Uint8Array(this.#size);
        this.#held = 0;
      }
    }
    return parts;
  }

  /** What is left, shorter than a part. A view: valid until the next push. */
  rest(): Bytes {
    return this.#buffer.subarray(0, this.#held);
  }
}

/** Keeps several segments in flight and hands them on in order. */
export class Pipeline {
  readonly #flying: Promise<Bytes>[] = [];

  async add(part: Promise<Bytes>, controller: TransformStreamDefaultController<Bytes>): Promise<void> {
    part.catch(() => undefined); // reported when its turn comes
    this.#flying.push(part);
    if (this.#flying.length < IN_FLIGHT) return;
    const first = this.#flying.shift();
    if (first !== undefined) controller.enqueue(await first);
  }

  async drain(controller: TransformStreamDefaultController<Bytes>): Promise<void> {
    for (const part of this.#flying.splice(0)) controller.enqueue(await part);
  }
}
