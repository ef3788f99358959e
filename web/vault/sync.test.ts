/** D7, D15 and attacks A11 to A15: what is published, taken in, put on top of it, and what is refused by name. */
import { describe, expect, it } from 'vitest';
import { randomBytes, type Bytes } from '#shared/bytes.ts';
import { recordHash, sealRecord } from '#shared/crypto/record.ts';
import { newDeviceId, newEntryId, newObjectId, type EntryId } from '#shared/ids.ts';
import type { Arrival, TakeInOutcome } from '#web/model/parcel.ts';
import { KEY_PATHS, type Table } from '#web/store/rows.ts';
import { destroyEntry, editEntry, listTrash, purgeTrash, removeEntry, restoreEntry, viewEntry } from './entries.ts';
import { headEnvelope } from './envelopes.ts';
import { changePassphrase } from './gate.ts';
import { confirmCommit, prepareCommit } from './publish.ts';
import { takeIn } from './rebase.ts';
import { addClip, addEntry, sibling } from './testing/device.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import { flipped, newVault, opens, PASSPHRASE, TEST_KDF, unlocked } from './testing/place.ts';
import { TestRelay } from './testing/relay.ts';
import { fetchAll, syncOnce } from './testing/sync.ts';
import type { Vault } from './vault.ts';

const NEVER = new Date(8640000000000000);

/** Two devices that agree with the relay about one entry. */
async function pair() {
  const { place, vault: phone } = await newVault();
  const relay = new TestRelay();
  const entryId = newEntryId();
  await addEntry(phone, entryId);
  await editEntry(phone, entryId, { title: 'old', note: 'old' });
  expect(await syncOnce(phone, relay)).toBe('quiet');
  const { place: desk, vault: laptop } = await sibling(place, newDeviceId());
  return { relay, entryId, place, phone, desk, laptop };
}

async function settle(relay: TestRelay, ...vaults: readonly Vault[]): Promise<void> {
  for (let round = 0; round < 3; round++) for (const vault of vaults) await syncOnce(vault, relay);
  for (const vault of vaults) {
    expect(await syncOnce(vault, relay)).toBe('quiet');
    expect(await prepareCommit(vault)).toBeNull();
  }
}

const recordOf = (vault: Vault, id: EntryId) => vault.read(async () => (await viewEntry(vault, id)).record);
const titles = (vault: Vault) =>
  vault.read(() => Promise.resolve([...vault.summaries.values()].map(({ title }) => title)));

describe('D7 publishing', () => {
  it('gives everything under one head, and nothing more once that is confirmed', async () => {
    const { place, vault } = await newVault();
    const id = newEntryId();
    await addEntry(vault, id);
    for (const title of ['a', 'b', 'c']) await editEntry(vault, id, { title });
    const before = vault.head.sequence;
    const publication = await prepareCommit(vault);
    expect(publication?.head).toMatchObject({ parent: null, sequence: before + 1 });
    expect(publication?.entries.map(({ entryId, revision }) => [entryId, revision])).toEqual([[id, 4]]);
    expect(publication?.header?.slots).toHaveLength(2);
    expect(await place.records.all('heads')).toHaveLength(1);
    await confirmCommit(vault, publication!.head.hash);
    expect(await prepareCommit(vault)).toBeNull();
    const waiting = (await place.records.all('outbox')).map(({ key }) => key);
    expect(waiting.filter((key) => /^(?:record|tombstone)/.test(key))).toEqual([]);
    expect((await unlocked(place)).condition).toBe('sound');
  });

  it('gives the same head again as long as nothing changes, also after a crash', async () => {
    const { place, vault } = await newVault();
    await addEntry(vault, newEntryId());
    const first = await prepareCommit(vault);
    expect(await prepareCommit(vault)).toEqual(first);
    expect(await prepareCommit(await unlocked(place))).toEqual(first);
  });

  it('what changes after it was prepared is not taken for sent', async () => {
    const { relay, entryId, phone, laptop } = await pair();
    await editEntry(phone, entryId, { title: 'prepared' });
    const prepared = await prepareCommit(phone);
    await editEntry(phone, entryId, { title: 'meanwhile' });
    relay.publish(prepared!);
    await confirmCommit(phone, prepared!.head.hash);
    const next = await prepareCommit(phone);
    expect(next?.head.parent).toBe(prepared?.head.hash);
    await settle(relay, phone, laptop);
    expect(await titles(laptop)).toEqual(['meanwhile']);
  });

  it('a lost answer: the head comes back as one that is known, and what was changed since goes on top', async () => {
    const { relay, entryId, phone, laptop } = await pair();
    await editEntry(phone, entryId, { title: 'answer lost' });
    relay.publish((await prepareCommit(phone))!);
    await editEntry(phone, entryId, { note: 'later' });
    const given = await prepareCommit(phone);
    expect(relay.publish(given!)).toBe('conflict');
    const { device } = phone;
    await settle(relay, phone, laptop);
    expect(phone.device).toBe(device);
    const record = await recordOf(laptop, entryId);
    expect([record.title.value, record.note.value, record.title.lost]).toEqual(['answer lost', 'later', undefined]);
  });

  it('more local heads than are kept, between two meetings', async () => {
    const { relay, entryId, place, phone, laptop } = await pair();
    for (let i = 0; i < 70; i++) await editEntry(phone, entryId, { title: String(i) });
    await editEntry(laptop, entryId, { note: 'of the laptop' });
    await syncOnce(laptop, relay);
    await settle(relay, phone, laptop);
    expect(await titles(laptop)).toEqual(['69']);
    expect((await unlocked(place)).condition).toBe('sound');
  });
});

describe('D7 two devices', () => {
  it('edits of different fields go together, edits of one field are both kept', async () => {
    const { relay, entryId, phone, laptop } = await pair();
    await editEntry(phone, entryId, { title: 'phone', note: 'phone' });
    await editEntry(laptop, entryId, { title: 'laptop', mood: 'good' });
    await settle(relay, phone, laptop);
    const record = await recordOf(phone, entryId);
    expect(record).toEqual(await recordOf(laptop, entryId));
    expect([record.note.value, record.mood.value]).toEqual(['phone', 'good']);
    expect([record.title.value, ...(record.title.lost ?? []).map(({ value }) => value)].sort()).toEqual([
      'laptop',
      'phone'
    ]);
  });

  it('another tab of the device goes on after it, though its own head is gone', async () => {
    const { relay, entryId, place, phone, laptop } = await pair();
    const tab = await unlocked(place);
    // One local head on each side: the numbers collide.
    await editEntry(phone, entryId, { title: 'phone' });
    expect(await titles(tab)).toEqual(['phone']);
    await editEntry(laptop, entryId, { note: 'laptop' });
    await syncOnce(laptop, relay);
    await settle(relay, phone);
    await editEntry(tab, entryId, { mood: 'low' });
    await settle(relay, laptop, tab, phone);
    const record = await recordOf(tab, entryId);
    expect([record.title.value, record.note.value, record.mood.value]).toEqual(['phone', 'laptop', 'low']);
    expect((await unlocked(place)).condition).toBe('sound');
  });

  it('numbers only rise, also where the published head is far below the local ones', async () => {
    const { relay, entryId, place, phone, laptop } = await pair();
    const tab = await unlocked(place);
    for (let i = 0; i < 9; i++) await editEntry(phone, entryId, { title: String(i) });
    await titles(tab);
    await editEntry(laptop, entryId, { note: 'laptop' });
    await syncOnce(laptop, relay);
    const { sequence } = phone.head;
    expect(await fetchAll(phone, relay)).toMatchObject({ outcome: 'taken', sequence: expect.any(Number) as number });
    expect(phone.head.sequence).toBe(sequence + 1);
    expect(await titles(tab)).toEqual(['8']);
  });

  it('a deletion is taken over into the trash, and restored from any device', async () => {
    const { relay, entryId, phone, laptop } = await pair();
    await removeEntry(phone, entryId, new Date());
    await settle(relay, phone, laptop);
    expect(await titles(laptop)).toEqual([]);
    expect((await listTrash(laptop)).map(({ summary }) => summary.title)).toEqual(['old']);
    await restoreEntry(laptop, entryId);
    await settle(relay, phone, laptop);
    expect(await titles(phone)).toEqual(['old']);
    expect(await listTrash(phone)).toEqual([]);
  });

  it('what was restored stays, whatever else changes in its bucket', async () => {
    const { relay, entryId, phone, laptop } = await pair();
    const other = `${entryId.slice(0, 2)}${newEntryId().slice(2)}` as EntryId;
    await addEntry(phone, other);
    await removeEntry(phone, entryId, new Date());
    await settle(relay, phone, laptop);
    await restoreEntry(laptop, entryId);
    await editEntry(phone, other, { title: 'other' });
    await settle(relay, phone, laptop);
    for (const vault of [phone, laptop]) expect((await titles(vault)).sort()).toEqual(['old', 'other']);
  });

  for (const first of ['phone', 'laptop'] as const) {
    it(`deleted on the phone and edited on the laptop, ${first} first: it comes back with the edit`, async () => {
      const { relay, entryId, phone, laptop } = await pair();
      await editEntry(phone, entryId, { note: 'before' });
      await removeEntry(phone, entryId, new Date());
      await editEntry(laptop, entryId, { title: 'edited' });
      await settle(relay, ...(first === 'phone' ? [phone, laptop] : [laptop, phone]));
      for (const vault of [phone, laptop]) {
        const record = await recordOf(vault, entryId);
        expect([record.title.value, record.note.value]).toEqual(['edited', 'before']);
        expect(await listTrash(vault)).toEqual([]);
      }
    });

    it(`destroyed on the phone and given a clip on the laptop, ${first} first: the clip is not lost`, async () => {
      const { relay, entryId, phone, laptop } = await pair();
      await removeEntry(phone, entryId, new Date());
      await destroyEntry(phone, entryId);
      await addClip(laptop, entryId, newObjectId());
      if (first === 'phone') relay.entries.delete(entryId);
      await settle(relay, ...(first === 'phone' ? [phone, laptop] : [laptop, phone]));
      for (const vault of [phone, laptop]) expect((await recordOf(vault, entryId)).clips).toHaveLength(1);
    });
  }

  it('deleted and purged elsewhere long ago: it does not come back, and its days in the trash begin now', async () => {
    const { relay, entryId, phone, laptop } = await pair();
    await removeEntry(phone, entryId, new Date());
    await syncOnce(phone, relay);
    await purgeTrash(phone, NEVER);
    relay.entries.delete(entryId);
    await settle(relay, phone, laptop);
    expect(await titles(laptop)).toEqual([]);
    const [item] = await listTrash(laptop);
    expect(Date.parse(item!.purgeAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
  });

  it('the passphrase changed on one device is the one of the other too, and one changed later does not undo it', async () => {
    const { relay, phone, laptop, desk } = await pair();
    await changePassphrase(phone, await testPassphraseKey(PASSPHRASE), await testPassphraseKey('two'), TEST_KDF);
    await changePassphrase(laptop, await testPassphraseKey(PASSPHRASE), await testPassphraseKey('three'), TEST_KDF);
    await settle(relay, phone, laptop);
    expect([await opens(desk, 'two'), await opens(desk, 'three'), await opens(desk, PASSPHRASE)]).toEqual([
      true,
      false,
      false
    ]);
    expect((await unlocked(desk, 'two')).condition).toBe('sound');
  });

  it('D15 a copied profile: what both copies wrote is kept, and the one that finds out takes a new id', async () => {
    const { relay, entryId, place, phone, laptop } = await pair();
    const copied = await unlocked(place.copy());
    await editEntry(phone, entryId, { title: 'first' });
    await editEntry(phone, entryId, { title: 'second' });
    await syncOnce(phone, relay);
    await editEntry(copied, entryId, { title: 'of the copy' });
    await settle(relay, copied, phone, laptop);
    expect(copied.device).not.toBe(phone.device);
    const { title } = await recordOf(laptop, entryId);
    expect([title.value, ...(title.lost ?? []).map(({ value }) => value)].sort()).toEqual(['of the copy', 'second']);
  });
});

describe('A12 to A15 a hostile relay', () => {
  type Hostile = (
    relay: TestRelay,
    others: { before: TestRelay; entryId: EntryId; laptop: Vault }
  ) => Promise<void> | void;

  /** The laptop published an edit, a deletion and a new entry; the phone is about to take that in. */
  async function attacked(attack: Hostile) {
    const { relay, entryId, place, phone, laptop } = await pair();
    const gone = newEntryId();
    await addEntry(phone, gone);
    await settle(relay, phone, laptop);
    const before = relay.copy();
    await editEntry(laptop, entryId, { title: 'new' });
    await removeEntry(laptop, gone, new Date());
    await addEntry(laptop, newEntryId());
    await syncOnce(laptop, relay);
    await attack(relay, { before, entryId, laptop });
    await editEntry(phone, entryId, { note: 'of the phone' });
    return { relay, place, phone, entryId };
  }

  async function expectRefused(attack: Hostile, why: string): Promise<void> {
    const { relay, place, phone } = await attacked(attack);
    const before = place.copy();
    expect(await fetchAll(phone, relay)).toMatchObject({ outcome: 'refused', why });
    for (const table of Object.keys(KEY_PATHS) as Table[]) {
      expect(await place.records.all(table)).toEqual(await before.records.all(table));
    }
  }

  const replaceHead = (relay: TestRelay, sealed: Bytes): void => {
    relay.heads.push({ ...relay.heads.pop()!, sealed });
  };

  /** A head that only a holder of the key can make: a device gone wrong, or a copy of it. */
  async function forge(
    relay: TestRelay,
    laptop: Vault,
    change: object,
    sequence = laptop.head.sequence
  ): Promise<void> {
    const { parent } = relay.heads.at(-1)!;
    const content = { ...laptop.head.content, ...change };
    replaceHead(relay, await sealRecord(laptop.keys.head, headEnvelope(laptop.id, sequence, parent), content));
  }

  it('an honest one is taken in', async () => {
    const { relay, phone } = await attacked(() => undefined);
    expect(await fetchAll(phone, relay)).toMatchObject({ outcome: 'taken' });
    expect(await titles(phone)).toEqual(expect.arrayContaining(['new', '']));
  });

  const attacks: [string, string, Hostile][] = [
    ['A5 a head altered', 'foreign', (relay) => replaceHead(relay, flipped(relay.heads.at(-1)!.sealed, 300))],
    [
      'A13 a head of another vault',
      'foreign',
      async (relay) => {
        const { vault } = await newVault();
        replaceHead(relay, (await prepareCommit(vault))!.head.sealed);
      }
    ],
    [
      'A13 a hole in the chain of parents',
      'forked',
      async (relay, { laptop, entryId }) => {
        await editEntry(laptop, entryId, { title: 'newer' });
        await syncOnce(laptop, relay);
        relay.heads.splice(-2, 1);
      }
    ],
    [
      'A13 a head whose sequence does not rise',
      'forked',
      (relay, { laptop }) => forge(relay, laptop, {}, relay.heads.at(-2)!.sequence)
    ],
    [
      'A13 a head that has lost what a device published',
      'forked',
      (relay, { laptop }) => forge(relay, laptop, { devices: {} })
    ],
    ['A19 a head that demands less', 'rolled-back', (relay, { laptop }) => forge(relay, laptop, { minimumSuite: 0 })],
    ['A14 a bucket taken out of the head', 'omitted', (relay, { laptop }) => forge(relay, laptop, { buckets: {} })],
    ['A14 a bucket kept back', 'omitted', (relay) => relay.buckets.clear()],
    [
      'A14 a record kept back',
      'omitted',
      (relay, { entryId }) => {
        relay.entries.delete(entryId);
      }
    ],
    [
      'A11 an older record',
      'rolled-back',
      (relay, { before, entryId }) => {
        relay.entries.set(entryId, before.entries.get(entryId)!);
      }
    ],
    [
      'A15 a record of noise',
      'foreign',
      (relay, { entryId }) => {
        relay.entries.set(entryId, { ...relay.entries.get(entryId)!, record: randomBytes(600) });
      }
    ],
    [
      'A15 a key wrap of noise',
      'foreign',
      (relay, { entryId }) => {
        relay.entries.set(entryId, { ...relay.entries.get(entryId)!, wrap: randomBytes(230) });
      }
    ],
    [
      'A15 a bucket of noise',
      'foreign',
      (relay) => {
        for (const bucket of relay.buckets.keys()) relay.buckets.set(bucket, randomBytes(600));
      }
    ]
  ];

  for (const [name, why, attack] of attacks) {
    it(`${name}: ${why}, and nothing is changed`, () => expectRefused(attack, why));
  }

  it('A12 a relay that was put back to last week is found out', async () => {
    const { relay, entryId, phone } = await pair();
    const before = relay.copy();
    await editEntry(phone, entryId, { title: 'later' });
    await syncOnce(phone, relay);
    expect(await fetchAll(phone, before)).toMatchObject({ outcome: 'refused', why: 'rolled-back' });
  });

  it('A13 another history, published by the same vault, is found out', async () => {
    const { relay, entryId, phone, laptop } = await pair();
    const fork = relay.copy();
    await editEntry(phone, entryId, { title: 'one' });
    await syncOnce(phone, relay);
    await editEntry(laptop, entryId, { title: 'two' });
    await syncOnce(laptop, fork);
    await editEntry(laptop, entryId, { title: 'three' });
    await syncOnce(laptop, fork);
    expect(await fetchAll(phone, fork)).toMatchObject({ outcome: 'refused', why: 'forked' });
    expect(await syncOnce(phone, relay)).toBe('quiet');
  });

  /** Everything of an honest relay, and something more that nobody asked for. */
  async function withMore(more: (relay: TestRelay, ids: { entryId: EntryId; gone: EntryId }) => Arrival['entries']) {
    const { relay, entryId, phone, laptop } = await pair();
    const gone = newEntryId();
    await addEntry(laptop, gone);
    await settle(relay, laptop, phone);
    const kept = relay.entries.get(gone)!;
    await editEntry(laptop, gone, { title: 'edited, then deleted' });
    await removeEntry(laptop, gone, new Date());
    await editEntry(laptop, entryId, { title: 'new' });
    await syncOnce(laptop, relay);
    relay.entries.set(gone, kept);
    const heads = relay.feed(await recordHash(phone.row.published!.sealed));
    const none = { buckets: [], entries: [], header: null };
    const asked = (await takeIn(phone, { ...none, heads }, new Date())) as Extract<TakeInOutcome, { outcome: 'needs' }>;
    const arrival = { ...relay.give(asked), heads };
    return takeIn(phone, { ...arrival, entries: more(relay, { entryId, gone }) }, new Date());
  }

  it('A15 an entry that no list names is foreign: random, or a copy under a new id', async () => {
    const stranger = newEntryId();
    const noise = { revision: 1, epoch: 1, wrap: randomBytes(230), record: randomBytes(600) };
    expect(await withMore(() => [{ entryId: stranger, sealed: noise }])).toMatchObject({
      why: 'foreign',
      entryId: stranger
    });
    const copy = await withMore((relay, { entryId }) => [{ entryId: stranger, sealed: relay.entries.get(entryId)! }]);
    expect(copy).toMatchObject({ outcome: 'refused', why: 'foreign', entryId: stranger });
  });

  it('A14 a deleted entry that is sent again as it was is undead', async () => {
    const back = await withMore((relay, { gone }) => [{ entryId: gone, sealed: relay.entries.get(gone)! }]);
    expect(back).toMatchObject({ outcome: 'refused', why: 'undead' });
  });

  it('slots with another parameter block are not taken', async () => {
    const { relay, phone, laptop } = await pair();
    await changePassphrase(laptop, await testPassphraseKey(PASSPHRASE), await testPassphraseKey('two'), TEST_KDF);
    await syncOnce(laptop, relay);
    const { header } = relay;
    const slots = header!.slots.map((slot) => ({ ...slot, kdf: slot.kdf && flipped(slot.kdf, 20) }));
    relay.header = { ...header!, slots };
    expect(await fetchAll(phone, relay)).toMatchObject({ outcome: 'refused', why: 'foreign' });
    relay.header = header;
    expect(await fetchAll(phone, relay)).toMatchObject({ outcome: 'taken' });
  });
});
