/**
 * How many bytes of request bodies this process holds at once, over all requests. Each route bounds its own body; the sum
 * over many devices that send at the same time is bounded here. Whoever comes too late is asked to come again.
 */
import { SvjError } from '#shared/errors.ts';

/** A body is text, then values, then bytes: what is held is about four times this. */
const BYTES = 64 * 1024 * 1024;

export class BodyBudget {
  #free: number;

  constructor(bytes = BYTES) {
    this.#free = bytes;
  }

  /** What one request holds; to be released when it is answered. */
  share(): BodyShare {
    let held = 0;
    return {
      take: (bytes) => {
        if (bytes > this.#free) throw new SvjError('relay/busy');
        this.#free -= bytes;
        held += bytes;
      },
      release: () => {
        this.#free += held;
        held = 0;
      }
    };
  }
}

export interface BodyShare {
  /** @throws `relay/busy` */
  take(bytes: number): void;
  release(): void;
}
