/**
 * How segments flow: cut into equal parts, several worked on at once, handed on in order and
 * only when the reader asks. So memory stays flat, and what was authentic before a damage is
 * always delivered before the error.
 */
import type { Bytes } from '#shared/bytes.ts';

/** WebCrypto calls kept in flight: hides the hop to the crypto thread. */
export const IN_FLIGHT = 8;
/** Results handed on at once: a round through the stream for each would cost more. */
const BATCH = IN_FLIGHT / 2;

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

/** Calls under way, at most {@link IN_FLIGHT}, whose results are taken in order. */
export class Flight<T> {
  readonly #calls: Promise<T>[] = [];

  get empty(): boolean {
    return this.#calls.length === 0;
  }

  get full(): boolean {
    return this.#calls.length >= IN_FLIGHT;
  }

  start(call: Promise<T>): void {
    call.catch(() => undefined); // reported when its turn comes
    this.#calls.push(call);
  }

  /** Waits for the oldest call. */
  async next(): Promise<T> {
    const result = await (this.#calls[0] as Promise<T>);
    this.#calls.shift();
    return result;
  }

  /**
   * Results of the oldest calls, half of what may be under way: the other half keeps the crypto threads busy
   * meanwhile. Those in front of a call that failed come first, its error with the next batch.
   */
  async batch(): Promise<T[]> {
    const results: T[] = [];
    try {
      while (results.length < BATCH && !this.empty) results.push(await this.next());
    } catch (error) {
      if (results.length === 0) throw error;
    }
    return results;
  }
}

/** Runs jobs, {@link IN_FLIGHT} at once, and yields their results in order up to the first that fails. */
export async function* inOrder<T>(jobs: Iterable<Job<T>>): AsyncGenerator<Awaited<T>, void, undefined> {
  const flight = new Flight<T>();
  for (const job of jobs) {
    if (flight.full) yield await flight.next();
    flight.start(job());
  }
  while (!flight.empty) yield await flight.next();
}

/**
 * A transform stream around a generator that pulls its input and yields what comes next, in one piece or several: a
 * round through the stream for each costs more than the bytes of a small one. Unlike `new TransformStream`,
 * an error never discards what was already produced, and a write settles only when the
 * generator is done with the chunk, so that its writer may use the buffer again.
 */
export function stage(
  run: (chunks: AsyncIterable<Bytes>) => AsyncGenerator<Bytes | readonly Bytes[], void, undefined>
): TransformStream<Bytes, Bytes> {
  const inbox = new Inbox();
  const output = run(inbox);
  const readable = new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const next = await output.next();
          if (next.done === true) controller.close();
          else if (next.value instanceof Uint8Array) controller.enqueue(next.value);
          else for (const piece of next.value) controller.enqueue(piece);
        } catch (error) {
          inbox.refuse(error);
          throw error;
        }
      },
      cancel: (reason) => inbox.refuse(reason)
    },
    { highWaterMark: 0 }
  );
  return { readable, writable: inbox.writable };
}

/** Hands one chunk at a time from a writer to a generator. */
class Inbox implements AsyncIterable<Bytes> {
  readonly writable: WritableStream<Bytes>;
  #controller!: WritableStreamDefaultController;
  /** Null is the end. */
  #offered = promised<Bytes | null>();
  #written = promised<undefined>();
  #refusal: { readonly reason: unknown } | undefined;

  constructor() {
    this.writable = new WritableStream<Bytes>({
      start: (controller) => {
        this.#controller = controller;
        controller.signal.addEventListener('abort', () => this.#end(controller.signal.reason));
      },
      write: (chunk) => {
        this.#written = promised();
        this.#offered.resolve(chunk);
        return this.#written.promise;
      },
      close: () => this.#offered.resolve(null)
    });
  }

  /** Ends both sides with an error: the writer, and the generator once it asks for more. */
  refuse(reason: unknown): void {
    this.#controller.error(reason);
    this.#end(reason);
  }

  #end(reason: unknown): void {
    this.#refusal = { reason };
    this.#written.reject(reason);
    this.#offered.reject(reason);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Bytes, void, undefined> {
    for (;;) {
      const chunk = await this.#offered.promise;
      if (chunk === null) return;
      yield chunk;
      if (this.#refusal !== undefined) throw this.#refusal.reason;
      this.#offered = promised();
      this.#written.resolve(undefined);
    }
  }
}

/** A promise to be settled from outside; rejected while nobody waits, it stays quiet. */
function promised<T>(): PromiseWithResolvers<T> {
  const made = Promise.withResolvers<T>();
  made.promise.catch(() => undefined);
  return made;
}
