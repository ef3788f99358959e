/**
 * A transform stream that keeps calls in flight and hands their results on in order and in batches: a round through
 * generators, promises and the stream for each would cost as much as sealing a segment does. Unlike with
 * `new TransformStream`, an error never discards what was produced in front of it, and a write settles only when
 * nothing needs its chunk any more, so that its writer may use the buffer again.
 */
import type { Bytes } from '#shared/bytes.ts';
import { Flight } from './pipeline.ts';

/** Work under way. It gives what is handed on, in one piece or several. */
export type Call = Promise<Bytes | readonly Bytes[]>;

/** How chunks become calls. A call begins when it is asked for, and needs its chunk only until the next is. */
export interface Process {
  /** What goes out in front of all else. */
  readonly head?: Bytes;
  /** The calls that `chunk` completes. */
  take(chunk: Bytes): Iterable<Call> | Promise<Iterable<Call>>;
  /** The calls of what is left when no chunk follows. */
  end(): Iterable<Call>;
}

/** Chunks in the writer's hands: a pipe reads the next one while the first is worked on. */
const CHUNKS_AHEAD = 2;

export function pump(begin: () => Process | Promise<Process>): TransformStream<Bytes, Bytes> {
  const { readable, writable } = new Pump(begin);
  return { readable, writable };
}

class Pump {
  readonly writable: WritableStream<Bytes>;
  readonly readable: ReadableStream<Bytes>;
  #process!: Process;
  #controller!: WritableStreamDefaultController;
  readonly #flight = new Flight<Bytes | readonly Bytes[]>();
  /** Set when nothing follows what is in flight. */
  #ended = false;
  /** What the reader waits for: calls enough, or the end. */
  #filled = promised();
  /** What the writer waits for: that a batch went out. */
  #room = promised();
  /** Why no call may begin any more. */
  #refusal: { readonly reason: unknown } | undefined;

  constructor(begin: () => Process | Promise<Process>) {
    this.writable = new WritableStream<Bytes>(
      {
        start: (controller) => {
          this.#controller = controller;
          controller.signal.addEventListener('abort', () => this.#abort(controller.signal.reason));
          return this.#guard(async () => {
            this.#process = await begin();
            if (this.#process.head !== undefined) this.#flight.start(Promise.resolve(this.#process.head));
          });
        },
        write: (chunk) => this.#guard(async () => this.#run(await this.#process.take(chunk))),
        close: () =>
          this.#guard(async () => {
            await this.#run(this.#process.end());
            this.#end();
          })
      },
      { highWaterMark: CHUNKS_AHEAD }
    );
    this.readable = new ReadableStream<Bytes>(
      {
        pull: (controller) => this.#pull(controller),
        cancel: (reason) => this.#refuse(reason)
      },
      { highWaterMark: 0 }
    );
  }

  /** An error of the writing side reaches the reader behind all that was begun before it. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#abort(error);
      throw error;
    }
  }

  async #run(calls: Iterable<Call>): Promise<void> {
    for (const call of calls) {
      this.#flight.start(call);
      if (this.#refusal !== undefined) throw this.#refusal.reason;
      if (!this.#flight.full) continue;
      this.#room = promised();
      this.#filled.resolve(undefined);
      await this.#room.promise;
    }
  }

  async #pull(controller: ReadableStreamDefaultController<Bytes>): Promise<void> {
    try {
      if (!this.#flight.full && !this.#ended) {
        this.#filled = promised();
        await this.#filled.promise;
      }
      if (this.#flight.empty) {
        controller.close();
        return;
      }
      for (const piece of (await this.#flight.batch()).flat()) controller.enqueue(piece);
      this.#room.resolve(undefined);
    } catch (error) {
      this.#refuse(error);
      throw error;
    }
  }

  /** The writer breaks off: the reader still gets what is in flight, then the reason. */
  #abort(reason: unknown): void {
    if (this.#ended) return;
    this.#refusal ??= { reason };
    const failed = Promise.withResolvers<never>();
    failed.reject(reason);
    this.#flight.start(failed.promise);
    this.#end();
    this.#room.reject(reason);
  }

  #end(): void {
    this.#ended = true;
    this.#filled.resolve(undefined);
  }

  /** The reader wants no more, or can get no more: so does the writer. */
  #refuse(reason: unknown): void {
    this.#refusal ??= { reason };
    this.#controller.error(reason);
    this.#room.reject(reason);
  }
}

/** A promise to be settled from outside; rejected while nobody waits, it stays quiet. */
function promised(): PromiseWithResolvers<undefined> {
  const made = Promise.withResolvers<undefined>();
  made.promise.catch(() => undefined);
  return made;
}
