/** The contract as the page meets it: what the worker remembers between calls, and what it does on its own. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PassphraseKey } from '#shared/crypto/keys.ts';
import type { Publication } from '#web/model/parcel.ts';
import { BEGIN_AFTER_MS, REPEAT_AFTER_MS } from './housekeeping.ts';
import { removeEntry } from './entries.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import { newVault, PASSPHRASE, Place, quietly, recordEntry, TEST_KDF } from './testing/place.ts';
import { RESERVE_NAME } from './reserve.ts';
import { vaultHandlers } from './vault-handlers.ts';

/** The port over which the kdf worker sends a passphrase key. */
async function sent(passphrase: string): Promise<MessagePort> {
  const { port1, port2 } = new MessageChannel();
  port2.postMessage((await testPassphraseKey(passphrase)) satisfies PassphraseKey);
  return port1;
}

/** A worker on this device. */
function worker(place: Place) {
  const handlers = vaultHandlers(() => Promise.resolve(place));
  return {
    handlers,
    create: async () => handlers.create({ passphrase: await sent(PASSPHRASE), kdf: TEST_KDF }, quietly),
    unlock: async (passphrase = PASSPHRASE) => handlers.unlock({ passphrase: await sent(passphrase) }, quietly)
  };
}

describe('recovery words asked back', () => {
  it('takes three right answers to its own questions, and asks others after a wrong one', async () => {
    const { handlers, create } = worker(new Place());
    await create();
    const words = (await handlers.recoveryWords({ passphrase: null }, quietly)) as readonly string[];
    const confirm = (positions: readonly number[], change = (word: string) => word) =>
      handlers.confirmRecovery(
        { answers: positions.map((position) => ({ position, word: change(words[position] ?? '') })) },
        quietly
      );
    expect(await confirm([0, 1, 2])).toHaveLength(3); // nothing was asked yet
    const first = (await handlers.recoveryQuestions(undefined, quietly)) as readonly number[];
    for (const probe of [first.slice(0, 1), [first[0]!, first[0]!, first[0]!], []]) {
      const asked = (await confirm(probe)) as readonly number[];
      expect(asked).toHaveLength(3);
    }
    const again = (await confirm(first, (word) => `${word}x`)) as readonly number[];
    // The right answers to what is not asked any more: 1 in 2,024 that the same three are drawn.
    const others = String(first) === String(again) ? [0, 1, 2].map((i) => (first[i]! + 1) % 24) : first;
    const last = (await confirm(others)) as readonly number[];
    expect(await handlers.recoveryState(undefined, quietly)).toMatchObject({ confirmedAt: null });
    expect(await confirm(last)).toBe('confirmed');
    expect(await handlers.recoveryState(undefined, quietly)).toMatchObject({ due: false });
    expect(await confirm(last)).toHaveLength(3); // and only once
  });
});

describe('what goes to the relay', () => {
  it('is given until it is confirmed, and only by an open journal', async () => {
    const { handlers, create } = worker(new Place());
    const ask = async () => handlers.prepareCommit(undefined, quietly);
    await expect(ask()).rejects.toMatchObject({ code: 'vault/locked' });
    await create();
    const publication = (await ask()) as Publication;
    expect(await ask()).toEqual(publication);
    await handlers.confirmCommit({ hash: publication.head.hash }, quietly);
    expect(await ask()).toBeNull();
    const arrival = { heads: [publication.head.sealed], buckets: [], entries: [], header: null };
    expect(await handlers.takeIn(arrival, quietly)).toEqual({ outcome: 'current' });
  });
});

describe('housekeeping', () => {
  const DAY_MS = 24 * 60 * 60 * 1000;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  async function trashed() {
    const { place, vault } = await newVault();
    const { entryId } = await recordEntry(vault);
    await removeEntry(vault, entryId, new Date());
    (await place.objects.create('a leftover')).close();
    return place;
  }

  const trashOf = async (place: Place) => (await place.records.all('trash')).length;

  it('C10 an unlock clears the trash that is due and the files that nothing names, after the first screen', async () => {
    const place = await trashed();
    vi.setSystemTime(Date.now() + 7 * DAY_MS);
    const { handlers, unlock } = worker(place);
    expect(await unlock()).toBe('unlocked');
    expect(await handlers.list(undefined, quietly)).toEqual([]);
    expect(await trashOf(place)).toBe(1); // nothing was waited for
    await vi.advanceTimersByTimeAsync(BEGIN_AFTER_MS);
    await vi.waitFor(() => expect([...place.objects.files.keys()]).toEqual([RESERVE_NAME]));
    expect(await trashOf(place)).toBe(0);
  });

  it('C10 a journal that stays open clears what becomes due, within the hour', async () => {
    const place = await trashed();
    const { unlock } = worker(place);
    await unlock();
    await vi.advanceTimersByTimeAsync(BEGIN_AFTER_MS);
    await vi.waitFor(() => expect([...place.objects.files.keys()]).not.toContain('a leftover'));
    expect(await trashOf(place)).toBe(1);
    vi.setSystemTime(Date.now() + 7 * DAY_MS);
    await vi.advanceTimersByTimeAsync(REPEAT_AFTER_MS);
    await vi.waitFor(async () => expect(await trashOf(place)).toBe(0));
  });

  it('a wrong passphrase clears nothing', async () => {
    const place = await trashed();
    vi.setSystemTime(Date.now() + 7 * DAY_MS);
    expect(await worker(place).unlock('two')).toBe('wrong');
    await vi.advanceTimersByTimeAsync(REPEAT_AFTER_MS);
    expect(await trashOf(place)).toBe(1);
  });

  it('A12 a journal for reading only is left as it is', async () => {
    const place = await trashed();
    vi.setSystemTime(Date.now() + 7 * DAY_MS);
    const newest = (await place.records.all('heads')).at(-1)!;
    await place.records.commit({ put: { heads: [{ ...newest, sealed: new Uint8Array(300) }] } });
    const { handlers, unlock } = worker(place);
    expect(await unlock()).toBe('unlocked');
    expect(await handlers.condition(undefined, quietly)).toBe('damaged');
    expect(await handlers.recoveryState(undefined, quietly)).toMatchObject({ due: false });
    await vi.advanceTimersByTimeAsync(REPEAT_AFTER_MS);
    expect(await trashOf(place)).toBe(1);
    expect([...place.objects.files.keys()]).toContain('a leftover');
  });
});
