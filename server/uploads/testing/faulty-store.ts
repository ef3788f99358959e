/** A store whose N-th call fails, in one of the ways in which calls fail. */
import type { ObjectStore } from '#server/objects/object-store.ts';
import { SvjError } from '#shared/errors.ts';

/** Before anything is done; when it is done and the answer is lost; for an append also in the middle of its bytes. */
export type Way = 'before' | 'after' | 'within';
export const WAYS: readonly Way[] = ['before', 'after', 'within'];

export class FaultyStore {
  /** Calls so far. */
  calls = 0;
  /** The call that fails, counted from 1. */
  failing = Infinity;
  way: Way = 'before';
  readonly store: ObjectStore;

  constructor(inner: ObjectStore) {
    const attempt = async <T>(work: (isWithin: boolean) => Promise<T>): Promise<T> => {
      const fails = ++this.calls === this.failing;
      if (fails && this.way === 'before') throw new SvjError('store/unavailable');
      const result = await work(fails && this.way === 'within');
      if (fails) throw new SvjError('store/unavailable');
      return result;
    };
    this.store = {
      append: (key, offset, body, options) =>
        attempt((isWithin) => inner.append(key, offset, isWithin ? half(body) : body, options)),
      size: (key) => attempt(() => inner.size(key)),
      complete: (key) => attempt(() => inner.complete(key)),
      read: (key, from, to, signal) => attempt(() => inner.read(key, from, to, signal)),
      remove: (key) => attempt(() => inner.remove(key)),
      list: (prefix) => inner.list(prefix)
    };
  }
}

async function* half(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of body) {
    yield chunk.subarray(0, chunk.length >> 1);
    throw new SvjError('store/unavailable');
  }
}
