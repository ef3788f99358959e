/**
 * A transform stream that keeps calls in flight and hands their results on in order, each as soon as the reader wants
 * it, and those that are there together in one go: a round through generators and promises for each would cost as much
 * as sealing a segment does. Unlike with `new TransformStream`, an error never discards what was produced in front of
 * it, and a write settles only when nothing needs its chunk any more, so that its writer may use the buffer again.
 */
import type { Bytes } from '#shared/bytes.ts';
import { IN_FLIGHT } from './pipeline.ts';

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

/** A call and what became of it; it stands in the queue until its result was handed on. */
interface Slot {
  result?: Bytes | readonly Bytes[];
  failure?: { readonly reason: unknown };
}

class Pump {
  readonly writable: WritableStream<Bytes>;
  readonly readable: ReadableStream<Bytes>;
  #process!: Process;
  #writer!: WritableStreamDefaultController;
  #reader!: ReadableStreamDefaultController<Bytes>;
  /** Calls whose results were not handed on, the oldest first. */
  readonly #slots: Slot[] = [];
  /** Set when nothing follows what is in flight. */
  #ended = false;
  /** Settled when the reader got what it waits for; undefined while it wants nothing. */
  #wanted: PromiseWithResolvers<undefined> | undefined;
  /** What the writer waits for: that a result went out. */
  #room = promised();
  /** Why no call may begin any more. */
  #refusal: { readonly reason: unknown } | undefined;

  constructor(begin: () => Process | Promise<Process>) {
    this.writable = new WritableStream<Bytes>(
      {
        start: (controller) => {
          this.#writer = controller;
          controller.signal.addEventListener('abort', () => this.#abort(controller.signal.reason));
          return this.#guard(async () => {
            this.#process = await begin();
            if (this.#process.head !== undefined) this.#add({ result: this.#process.head });
          });
        },
        write: (chunk) => this.#guard(async () => this.#run(await this.#process.take(chunk))),
        close: () =>
          this.#guard(async () => {
            await this.#run(this.#process.end());
            this.#ended = true;
            this.#give();
          })
      },
      { highWaterMark: CHUNKS_AHEAD }
    );
    this.readable = new ReadableStream<Bytes>(
      {
        pull: (controller) => {
          this.#reader = controller;
          const { promise } = (this.#wanted = promised());
          this.#give();
          return promise;
        },
        cancel: (reason) => {
          this.#wanted = undefined;
          this.#refuse(reason);
        }
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
      this.#start(call);
      if (this.#refusal !== undefined) throw this.#refusal.reason;
      if (this.#slots.length < IN_FLIGHT) continue;
      this.#room = promised();
      await this.#room.promise;
    }
  }

  #start(call: Call): void {
    const slot: Slot = {};
    const settled = (): void => {
      if (slot === this.#slots[0]) this.#give();
    };
    this.#slots.push(slot);
    call.then(
      (result) => {
        slot.result = result;
        settled();
      },
      (reason: unknown) => {
        slot.failure = { reason };
        settled();
      }
    );
  }

  #add(slot: Slot): void {
    this.#slots.push(slot);
    this.#give();
  }

  /** Hands on what is there, if the reader waits for it. */
  #give(): void {
    if (this.#wanted === undefined) return;
    let given = 0;
    for (let slot = this.#slots[0]; slot?.result !== undefined; slot = this.#slots[0]) {
      for (const piece of slot.result instanceof Uint8Array ? [slot.result] : slot.result) this.#reader.enqueue(piece);
      this.#slots.shift();
      given++;
    }
    if (given > 0) {
      this.#room.resolve(undefined);
    } else if (this.#slots[0]?.failure !== undefined) {
      const { reason } = this.#slots[0].failure;
      this.#wanted.reject(reason);
      this.#refuse(reason);
    } else if (this.#ended && this.#slots.length === 0) {
      this.#reader.close();
    } else {
      return;
    }
    this.#wanted.resolve(undefined);
    this.#wanted = undefined;
  }

  /** The writer breaks off: the reader still gets what is in flight, then the reason. */
  #abort(reason: unknown): void {
    if (this.#ended) return;
    this.#refusal ??= { reason };
    this.#ended = true;
    this.#add({ failure: { reason } });
    this.#room.reject(reason);
  }

  /** The reader wants no more, or can get no more: so does the writer. */
  #refuse(reason: unknown): void {
    this.#refusal ??= { reason };
    this.#writer.error(reason);
    this.#room.reject(reason);
  }
}

/** A promise to be settled from outside; rejected while nobody waits, it stays quiet. */
function promised(): PromiseWithResolvers<undefined> {
  const made = Promise.withResolvers<undefined>();
  made.promise.catch(() => undefined);
  return made;
}
