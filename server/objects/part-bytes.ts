/**
 * One part of an S3 upload while it fills: at most `capacity` bytes, kept until the store has them. It is read while
 * it fills, and again from its beginning when a request has to be repeated, so that nothing needs a temporary file.
 */
export class PartBytes {
  readonly capacity: number;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #grown = Promise.withResolvers<undefined>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.capacity;
  }

  /** Takes what fits. @returns how many bytes that was */
  push(chunk: Uint8Array): number {
    const taken = chunk.subarray(0, this.capacity - this.#length);
    if (taken.length === 0) return 0;
    this.#chunks.push(taken);
    this.#length += taken.length;
    this.#grown.resolve(undefined);
    this.#grown = Promise.withResolvers();
    return taken.length;
  }

  /** What is there, then what comes, up to `capacity` bytes; waits for them. Whoever stops reading ends it by `signal`. */
  async *replay(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    for (let i = 0, sent = 0; sent < this.capacity && !signal.aborted;) {
      const chunk = this.#chunks[i];
      if (chunk === undefined) {
        await Promise.race([this.#grown.promise, stopped]);
        continue;
      }
      i += 1;
      sent += chunk.length;
      yield chunk;
    }
  }

  /** All of it in one piece. */
  bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}
