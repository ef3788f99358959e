/** What every object store keeps to. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'vitest';
import { SvjError, toSvjError, type ErrorCode } from '#shared/errors.ts';
import { newObjectId } from '#shared/ids.ts';
import { objectKey, type ObjectKey, type ObjectStore } from '../object-store.ts';

export interface ObjectStoreSubject {
  readonly store: ObjectStore;
  /** A new instance over the same storage, without a word to the old one: what a killed process leaves behind. */
  readonly reopen: () => Promise<ObjectStore>;
  /** Bytes at which the store cuts; bodies end around it. 0 where there is no such place. */
  readonly boundary: number;
}

type Law = (subject: ObjectStoreSubject) => Promise<void>;

const ACCOUNT = 'a0'.repeat(16);
const signal = new AbortController().signal;

export function newKey(account = ACCOUNT): ObjectKey {
  return objectKey(account, newObjectId());
}

/** Bytes that tell where they belong. */
export function patterned(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => ((from + i) * 31 + ((from + i) >> 8) * 7) & 0xff);
}

/** In pieces of odd sizes, as a network gives them. */
export async function* pieces(bytes: Uint8Array, size = 64 * 1024 - 7): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) {
    await nextTurn();
    yield bytes.subarray(at, at + size);
  }
}

async function* failing(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces(bytes);
  throw new SvjError('upload/too-slow');
}

export async function readAll(store: ObjectStore, key: ObjectKey, from = 0, to = 2 ** 40): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.read(key, from, to, signal)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Large arrays are compared as bytes: a difference printed number by number takes minutes. */
export function mustHold(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length);
  expect(Buffer.compare(actual, expected)).toBe(0);
}

export async function mustRefuse(code: ErrorCode, work: Promise<unknown>): Promise<SvjError> {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => toSvjError(reason)
  );
  expect(thrown?.code).toBe(code);
  return thrown!;
}

async function keys(store: ObjectStore, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const key of store.list(prefix)) found.push(key);
  return found.sort();
}

async function store(target: ObjectStore, key: ObjectKey, bytes: Uint8Array): Promise<void> {
  await target.append(key, 0, pieces(bytes), { signal });
  await target.complete(key);
}

/** Sizes at which something may go wrong by one. */
function around(boundary: number): number[] {
  const near =
    boundary === 0 ? [] : [boundary - 1, boundary, boundary + 1, 2 * boundary - 1, 2 * boundary, 2 * boundary + 1];
  return [0, 1, 65_535, 65_536, ...near];
}

export const objectStoreLaws: Readonly<Record<string, Law>> = {
  'what was never there has no size, no bytes and no end': async ({ store: target }) => {
    const key = newKey();
    expect(await target.size(key)).toBeNull();
    await mustRefuse('store/absent', target.read(key, 0, 1, signal));
    await mustRefuse('store/absent', target.complete(key));
    await mustRefuse('store/offset', target.append(key, 1, pieces(patterned(1)), { signal }));
    expect(await target.size(key)).toBeNull();
  },

  'a key that is none is refused before anything is touched': async ({ store: target }) => {
    for (const odd of ['', '../x', `${ACCOUNT}/..`, `${ACCOUNT}/${'A'.repeat(32)}`, `${ACCOUNT}/${'a'.repeat(32)}/x`]) {
      const key = odd as ObjectKey;
      await mustRefuse('format/id', target.append(key, 0, pieces(patterned(1)), { signal }));
      await mustRefuse('format/id', target.size(key));
      await mustRefuse('format/id', target.complete(key));
      await mustRefuse('format/id', target.read(key, 0, 1, signal));
      await mustRefuse('format/id', target.remove(key));
    }
  },

  'every length around every boundary reads back, with and without its length told': async ({
    store: target,
    boundary
  }) => {
    for (const length of around(boundary)) {
      const bytes = patterned(length);
      for (const expected of [undefined, length]) {
        const key = newKey();
        expect(await target.append(key, 0, pieces(bytes), { signal, expected })).toBe(length);
        expect(await target.size(key)).toEqual({ size: length, complete: false });
        await mustRefuse('store/absent', target.read(key, 0, 1, signal));
        await target.complete(key);
        expect(await target.size(key)).toEqual({ size: length, complete: true });
        mustHold(await readAll(target, key), bytes);
      }
    }
  },

  'a body that ends sooner than it was told loses nothing': async ({ store: target, boundary, reopen }) => {
    const bytes = patterned(boundary + 12_345);
    for (const told of [1, 2 * boundary + 100_000]) {
      const key = newKey();
      expect(await target.append(key, 0, pieces(bytes), { signal, expected: told })).toBe(bytes.length);
      const after = await reopen();
      await after.complete(key);
      mustHold(await readAll(after, key), bytes);
    }
  },

  'ranges give their bytes, and fewer only at the end': async ({ store: target, boundary }) => {
    const bytes = patterned(boundary + 70_000);
    const key = newKey();
    await store(target, key, bytes);
    const { length } = bytes;
    const ranges = [
      [0, 1],
      [0, 0],
      [65_535, 65_538],
      [boundary, boundary + 2],
      [length - 1, length],
      [length - 1, length + 9],
      [length, length + 9],
      [length + 5, length + 9],
      [5, 4]
    ] as const;
    for (const [from, to] of ranges)
      mustHold(await readAll(target, key, from, to), bytes.subarray(from, Math.max(from, to)));
  },

  'many appends make one object, each by another process': async ({ reopen, boundary }) => {
    const bytes = patterned(2 * boundary + 300_000);
    const key = newKey();
    const step = Math.ceil(bytes.length / 5) + 3;
    for (let at = 0; at < bytes.length; at += step) {
      const part = bytes.subarray(at, at + step);
      const target = await reopen();
      expect(await target.size(key)).toEqual(at === 0 ? null : { size: at, complete: false });
      expect(await target.append(key, at, pieces(part), { signal })).toBe(at + part.length);
    }
    const last = await reopen();
    await last.complete(key);
    mustHold(await readAll(last, key), bytes);
  },

  'an append anywhere but at the end is refused and changes nothing': async ({ store: target, boundary }) => {
    for (const length of [10, boundary + 10]) {
      const bytes = patterned(length);
      const key = newKey();
      await target.append(key, 0, pieces(bytes), { signal });
      for (const offset of [0, 1, length - 1, length + 1, boundary]) {
        if (offset === length) continue;
        const refusal = await mustRefuse('store/offset', target.append(key, offset, pieces(patterned(5)), { signal }));
        expect(refusal.detail).toBe(String(length));
      }
      expect(await target.size(key)).toEqual({ size: length, complete: false });
      await target.complete(key);
      mustHold(await readAll(target, key), bytes);
    }
  },

  'a complete object is immutable, and completing it again is nothing': async ({ store: target, reopen, boundary }) => {
    for (const length of [0, 10, boundary + 10]) {
      const bytes = patterned(length);
      const key = newKey();
      await store(target, key, bytes);
      for (const offset of [0, length]) {
        await mustRefuse('store/complete', target.append(key, offset, pieces(patterned(3)), { signal }));
      }
      await target.complete(key);
      await (await reopen()).complete(key);
      mustHold(await readAll(target, key), bytes);
    }
  },

  'D6 a body that fails after k bytes keeps k bytes, k around every boundary': async ({
    store: target,
    reopen,
    boundary
  }) => {
    const whole = patterned(2 * boundary + 70_000);
    for (const k of around(boundary)) {
      for (const expected of [undefined, whole.length]) {
        const key = newKey();
        const append = target.append(key, 0, failing(whole.subarray(0, k)), { signal, expected });
        await mustRefuse('upload/too-slow', append);
        const after = await reopen();
        expect(await after.size(key)).toEqual({ size: k, complete: false });
        await after.append(key, k, pieces(whole.subarray(k)), { signal });
        await after.complete(key);
        mustHold(await readAll(after, key), whole);
      }
    }
  },

  'D6 a signal ends a body that says nothing, and keeps what it said before': async ({
    store: target,
    reopen,
    boundary
  }) => {
    const whole = patterned(boundary + 70_000);
    for (const k of [0, 1, boundary, boundary + 1]) {
      const key = newKey();
      const cut = new AbortController();
      async function* stalling() {
        yield* pieces(whole.subarray(0, k));
        setTimeout(() => cut.abort(), 1);
        await new Promise(() => undefined);
      }
      const options = { signal: cut.signal, expected: whole.length };
      await mustRefuse('call/aborted', target.append(key, 0, stalling(), options));
      const after = await reopen();
      expect(await after.size(key)).toEqual({ size: k, complete: false });
      await after.append(key, k, pieces(whole.subarray(k)), { signal });
      await after.complete(key);
      mustHold(await readAll(after, key), whole);
    }
  },

  'D5 a process that dies while a body comes in leaves a size that is true': async ({
    store: target,
    reopen,
    boundary
  }) => {
    const whole = patterned(2 * boundary + 70_000);
    const key = newKey();
    const acknowledged = await target.append(key, 0, pieces(whole.subarray(0, 1000)), { signal });
    // Nothing of the old instance runs on: its body never says another word, as of a process that is gone.
    const told = Promise.withResolvers<undefined>();
    async function* dying() {
      yield* pieces(whole.subarray(1000, boundary + 30_000));
      told.resolve(undefined);
      await new Promise(() => undefined);
    }
    void target.append(key, acknowledged, dying(), { signal }).catch(() => undefined);
    await told.promise;
    const after = await reopen();
    const size = (await after.size(key))?.size ?? -1;
    expect(size).toBeGreaterThanOrEqual(acknowledged);
    await after.append(key, size, pieces(whole.subarray(size)), { signal });
    await after.complete(key);
    mustHold(await readAll(after, key), whole);
  },

  'removing is final in every state, and may be repeated': async ({ store: target, reopen, boundary }) => {
    const account = newObjectId();
    const [none, small, large, whole, wholeLarge, stays] = Array.from({ length: 6 }, () => newKey(account)) as [
      ObjectKey,
      ObjectKey,
      ObjectKey,
      ObjectKey,
      ObjectKey,
      ObjectKey
    ];
    await target.append(small, 0, pieces(patterned(10)), { signal });
    await target.append(large, 0, pieces(patterned(boundary + 10)), { signal });
    await store(target, whole, patterned(10));
    await store(target, wholeLarge, patterned(boundary + 10));
    await store(target, stays, patterned(3));
    for (const key of [none, small, large, whole, wholeLarge]) {
      await target.remove(key);
      await target.remove(key);
      expect(await (await reopen()).size(key)).toBeNull();
      await mustRefuse('store/absent', target.read(key, 0, 1, signal));
    }
    expect(await keys(target, account)).toEqual([stays]);
    mustHold(await readAll(target, stays), patterned(3));
  },

  'the list names everything once, by prefix': async ({ store: target, reopen, boundary }) => {
    const [one, two] = [newObjectId(), newObjectId()];
    const [a, b, c] = [newKey(one), newKey(one), newKey(two)];
    await target.append(a, 0, pieces(patterned(1)), { signal });
    await store(target, b, patterned(boundary + 1));
    await target.append(c, 0, pieces(patterned(boundary + 1)), { signal });
    const after = await reopen();
    expect(await keys(after, one)).toEqual([a, b].sort());
    expect(await keys(after, `${two}/`)).toEqual([c]);
    expect(await keys(after, a)).toEqual([a]);
    expect(await keys(after, a.slice(0, 40))).toEqual([a]);
    expect(await keys(after, newObjectId())).toEqual([]);
    const all = await keys(after, '');
    for (const key of [a, b, c]) expect(all.filter((found) => found === key)).toEqual([key]);
  },

  'a reader that stops early, or is cut off, leaves the object as it is': async ({ store: target, boundary }) => {
    const bytes = patterned(boundary + 600_000);
    const key = newKey();
    await store(target, key, bytes);
    for await (const chunk of await target.read(key, 0, bytes.length, signal)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const cut = new AbortController();
    const reading = await target.read(key, 0, bytes.length, cut.signal);
    cut.abort();
    const read = async () => {
      let count = 0;
      for await (const chunk of reading) count += chunk.length;
      return count;
    };
    await expect(read()).rejects.toThrow();
    mustHold(await readAll(target, key), bytes);
  }
};
