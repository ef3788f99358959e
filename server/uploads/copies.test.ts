/** What is owed to a replica is found without looking at everything, and done once, by whichever process. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Database } from '#server/db/database.ts';
import { onBothEngines } from '#server/db/testing/databases.ts';
import { LocalObjectStore } from '#server/objects/local.ts';
import { ReplicatedObjectStore } from '#server/objects/replicated.ts';
import { mustHold, newKey, patterned, pieces, readAll } from '#server/objects/testing/object-store-laws.ts';
import type { ObjectKey } from '#server/objects/object-store.ts';
import { Tidying } from '#server/tidy.ts';
import { Copies, COMPARE_EVERY_MS, COPY_GRACE_MS } from './copies.ts';
import { REMOVAL_GRACE_MS, StoredObjects } from './stored-objects.ts';

const { signal } = new AbortController();
const opened = new Set<Database>();

afterEach(async () => {
  for (const database of opened) await database.close();
  opened.clear();
});

/** Says which keys it was asked for, and waits a little, as a store does. */
function recorder() {
  const asked: string[] = [];
  const state = { down: false, compared: 0 };
  const work = async (key: string): Promise<void> => {
    asked.push(key);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (state.down) throw new Error('down');
  };
  const repair = () => {
    state.compared++;
    return state.down ? Promise.reject(new Error('down')) : Promise.resolve([]);
  };
  return { asked, state, store: { replicate: work, remove: work, repair } };
}

onBothEngines((newPlace) => {
  async function twoProcesses() {
    const place = await newPlace();
    const databases = [await Database.open(place), await Database.open(place)] as const;
    for (const database of databases) opened.add(database);
    const clock = { now: Date.UTC(2026, 10, 22) };
    return { databases, clock, now: () => clock.now };
  }

  const owe = (copies: Copies, database: Database, key: ObjectKey) =>
    database.transaction((query) => copies.owe(query, key));

  it('is made once by two processes that tidy up at the same time', async () => {
    const { databases, clock, now } = await twoProcesses();
    const { asked, store } = recorder();
    const [first, second] = databases.map((database) => new Copies(database, store, now, 'r'));
    if (!first || !second) throw new Error('two');
    const keys = Array.from({ length: 120 }, () => newKey());
    for (const key of keys) await owe(first, databases[0], key);
    // Younger ones are being copied where they were made.
    await first.purge();
    expect(asked).toEqual([]);
    clock.now += COPY_GRACE_MS;
    await Promise.all([first.purge(), second.purge()]);
    expect(asked.toSorted()).toEqual(keys.toSorted());
    await second.purge();
    expect(asked).toHaveLength(keys.length);
  });

  it('stays owed while the replica is down, and when the process dies that was at it', async () => {
    const { databases, clock, now } = await twoProcesses();
    const { asked, state, store } = recorder();
    const copies = new Copies(databases[0], store, now, 'r');
    await owe(copies, databases[0], newKey());
    clock.now += COPY_GRACE_MS;
    state.down = true;
    await copies.purge();
    await copies.purge();
    expect(asked).toHaveLength(2);
    state.down = false;
    // One that was claimed by a process which is no more.
    await databases[0].query
      .updateTable('copies')
      .set({ claimed_until: clock.now + 30 * 60_000 })
      .execute();
    await copies.purge();
    expect(asked).toHaveLength(2);
    clock.now += 30 * 60_000;
    await copies.purge();
    expect(asked).toHaveLength(3);
    expect(await databases[0].query.selectFrom('copies').selectAll().execute()).toEqual([]);
  });

  it('is compared as a whole when the replica is new and once a week, by one process', async () => {
    const { databases, clock, now } = await twoProcesses();
    const { state, store } = recorder();
    const both = databases.map((database) => new Copies(database, store, now, 'one'));
    const compare = () => Promise.all(both.map((copies) => copies.compare()));
    await compare();
    await compare();
    expect(state.compared).toBe(1);
    await new Copies(databases[0], store, now, 'another').compare();
    expect(state.compared).toBe(2);
    clock.now += COMPARE_EVERY_MS;
    state.down = true;
    await both[0]?.compare();
    state.down = false;
    await both[1]?.compare();
    await both[0]?.compare();
    expect(state.compared).toBe(4);
  });

  it('removes what is to be removed once, too', async () => {
    const { databases, clock, now } = await twoProcesses();
    const { asked, store } = recorder();
    const both = databases.map((database) => new StoredObjects(database, store as never, now));
    const keys = Array.from({ length: 60 }, () => newKey());
    await databases[0].query
      .insertInto('removals')
      .values(keys.map((store_key) => ({ store_key, since: clock.now, claimed_until: 0 })))
      .execute();
    clock.now += REMOVAL_GRACE_MS;
    await Promise.all(both.map((objects) => objects.purge()));
    expect(asked.toSorted()).toEqual(keys.toSorted());
  });

  it('reaches the replica by its row alone', async () => {
    const { databases, clock, now } = await twoProcesses();
    const folder = await mkdtemp(join(tmpdir(), 'svj-copies-'));
    const [first, replica] = [new LocalObjectStore(join(folder, '1')), new LocalObjectStore(join(folder, '2'))];
    const copies = new Copies(databases[0], new ReplicatedObjectStore(first, replica), now, 'r');
    const [owed, other] = [newKey(), newKey()];
    for (const key of [owed, other]) {
      await first.append(key, 0, pieces(patterned(70_000)), { signal });
      await first.complete(key);
    }
    await owe(copies, databases[0], owed);
    clock.now += COPY_GRACE_MS;
    await copies.purge();
    mustHold(await readAll(replica, owed), patterned(70_000));
    expect(await replica.size(other)).toBeNull();
    await copies.compare();
    expect(await replica.size(other)).toMatchObject({ complete: true });
  });
});

it('tidying up does not begin a part again that is still at it, and does not wait for it with the others', async () => {
  let [slow, quick] = [0, 0];
  let end = (): void => undefined;
  const tidying = new Tidying([
    { purge: () => new Promise((resolve) => ((end = resolve), slow++)) },
    { purge: () => (quick++, quick === 2 ? Promise.reject(new Error('once')) : Promise.resolve()) }
  ]);
  const runs = [tidying.run()];
  await new Promise((resolve) => setImmediate(resolve));
  runs.push(tidying.run());
  expect([slow, quick]).toEqual([1, 2]);
  end();
  await Promise.all(runs);
  runs.push(tidying.run());
  expect([slow, quick]).toEqual([2, 3]);
  end();
  await Promise.all(runs);
});
