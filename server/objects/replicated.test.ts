import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SvjError } from '#shared/errors.ts';
import { LocalObjectStore } from './local.ts';
import { ReplicatedObjectStore } from './replicated.ts';
import { mustHold, mustRefuse, newKey, patterned, pieces, readAll } from './testing/object-store-laws.ts';
import { runObjectStoreSuite } from './testing/object-store-suite.ts';

const { signal } = new AbortController();

async function twoFolders() {
  const folder = await mkdtemp(join(tmpdir(), 'svj-replicated-'));
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  return { folder, first: new LocalObjectStore(first), replica: new LocalObjectStore(second), firstFolder: first };
}

/** A store that answers nothing while it is down. */
function stoppable(store: LocalObjectStore) {
  const state = { down: false };
  const proxy = new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      return (...args: unknown[]) => {
        if (!state.down) return (method as (...all: unknown[]) => unknown).apply(target, args);
        const refusal = Promise.reject(new SvjError('store/unavailable'));
        if (name !== 'list') return refusal;
        return (async function* () {
          await refusal;
        })();
      };
    }
  });
  return { state, proxy };
}

runObjectStoreSuite('objects with a replica', async () => {
  const { first, replica } = await twoFolders();
  const open = () => new ReplicatedObjectStore(first, replica);
  return { store: open(), reopen: () => Promise.resolve(open()), boundary: 1 << 20 };
});

describe('the replica', () => {
  it('gets every complete object, and nothing of an unfinished one', async () => {
    const { first, replica } = await twoFolders();
    const both = new ReplicatedObjectStore(first, replica);
    const [whole, open] = [newKey(), newKey()];
    for (const key of [whole, open]) await both.append(key, 0, pieces(patterned(100_000)), { signal });
    await both.complete(whole);
    await both.settled();
    mustHold(await readAll(replica, whole), patterned(100_000));
    expect(await replica.size(open)).toBeNull();
  });

  it('that was down is owed its copies by the lists alone, also after the process died', async () => {
    const { first, replica } = await twoFolders();
    const { state, proxy } = stoppable(replica);
    const before = new ReplicatedObjectStore(first, proxy);
    state.down = true;
    const keys = [newKey(), newKey('ff'.repeat(16)), newKey('00'.repeat(16))];
    for (const key of keys) {
      await before.append(key, 0, pieces(patterned(70_000)), { signal });
      await before.complete(key);
    }
    await before.settled();
    const after = new ReplicatedObjectStore(first, proxy);
    await mustRefuse('store/unavailable', after.repair(signal));
    state.down = false;
    for (const key of keys) expect(await replica.size(key)).toBeNull();
    expect(await after.repair(signal)).toEqual([]);
    for (const key of keys) mustHold(await readAll(replica, key), patterned(70_000));
  });

  it('goes on with a copy that was cut off', async () => {
    const { first, replica } = await twoFolders();
    const key = newKey();
    await first.append(key, 0, pieces(patterned(300_000)), { signal });
    await first.complete(key);
    await replica.append(key, 0, pieces(patterned(100_001)), { signal });
    expect(await new ReplicatedObjectStore(first, replica).repair(signal)).toEqual([]);
    mustHold(await readAll(replica, key), patterned(300_000));
  });

  it('C10 is cleared by a removal, which fails and stays owed while the replica is down', async () => {
    const { first, replica } = await twoFolders();
    const { state, proxy } = stoppable(replica);
    const both = new ReplicatedObjectStore(first, proxy);
    const key = newKey();
    await both.append(key, 0, pieces(patterned(10)), { signal });
    await both.complete(key);
    await both.settled();
    state.down = true;
    await mustRefuse('store/unavailable', both.remove(key));
    state.down = false;
    expect(await replica.size(key)).not.toBeNull();
    await both.remove(key);
    expect(await replica.size(key)).toBeNull();
  });

  it('keeps what the first store lost: a loss is no removal', async () => {
    const { first, replica, firstFolder } = await twoFolders();
    const both = new ReplicatedObjectStore(first, replica);
    const key = newKey();
    await both.append(key, 0, pieces(patterned(10)), { signal });
    await both.complete(key);
    await both.settled();
    await rm(firstFolder, { recursive: true });
    expect(await both.repair(signal)).toEqual([]);
    mustHold(await readAll(replica, key), patterned(10));
  });

  it('gets no copy of what was removed while it was copied', async () => {
    const { first, replica } = await twoFolders();
    const both = new ReplicatedObjectStore(first, replica);
    const key = newKey();
    await first.append(key, 0, pieces(patterned(3_000_000)), { signal });
    await first.complete(key);
    const copying = both.replicate(key, signal).catch(() => undefined);
    await both.remove(key);
    await copying;
    expect(await replica.size(key)).toBeNull();
  });
});
