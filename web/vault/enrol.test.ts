/** A second device: what it takes from the relay, what it refuses, and what it plays without having it. */
import { describe, expect, it } from 'vitest';
import { concat, randomBytes, type Bytes } from '#shared/bytes.ts';
import { passphraseAuth } from '#shared/crypto/keys.ts';
import { newDeviceId, newEntryId, type ObjectId } from '#shared/ids.ts';
import type { Arrival, Publication, TakeInOutcome } from '#web/model/parcel.ts';
import type { Enrolment } from '#web/workers/contracts.ts';
import type { RemoteAnswer, RemoteQuestion } from '#web/workers/remote-port.ts';
import { accountRequest } from './account-request.ts';
import { enrolDevice } from './enrol.ts';
import { listTrash, removeEntry } from './entries.ts';
import { changePassphrase, recoverVault } from './gate.ts';
import { removeOrphans } from './orphans.ts';
import { readPoster } from './pictures.ts';
import { confirmCommit, prepareCommit, republish } from './publish.ts';
import { publishedHead } from './published.ts';
import { takeIn } from './rebase.ts';
import { wordsOf } from './recovery-words.ts';
import { RemoteObjects } from './remote-objects.ts';
import { openRecoveryCopy } from './slots.ts';
import { addEntry } from './testing/device.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import {
  flipped,
  newVault,
  PASSPHRASE,
  Place,
  readClip,
  recordEntry,
  required,
  TEST_KDF,
  unlocked,
  vaultRow
} from './testing/place.ts';
import { freeObject, storedPlaces, verifyObject } from './verify-object.ts';
import { Vault, type Stores } from './vault.ts';

/** As much of a relay as one device publishes to. */
class Published {
  readonly heads: Bytes[] = [];
  readonly buckets = new Map<number, Bytes>();
  readonly entries = new Map<string, Publication['entries'][number]>();
  readonly passphrases: Publication['passphrase'][] = [];
  header: Publication['header'] = null;

  async from(vault: Vault): Promise<this> {
    const publication = await prepareCommit(vault);
    if (publication === null) return this;
    this.heads.push(publication.head.sealed);
    for (const { bucket, sealed } of publication.buckets) this.buckets.set(bucket, sealed);
    for (const entry of publication.entries) this.entries.set(entry.entryId, entry);
    this.header = publication.header ?? this.header;
    this.passphrases.push(publication.passphrase);
    await confirmCommit(vault, publication.head.hash);
    return this;
  }

  enrolment(vault: Vault, known: Enrolment['known'] = null): Enrolment {
    if (this.header === null) throw new Error('nothing was published');
    return { vaultId: vault.id, header: this.header, heads: this.heads, known };
  }

  async to(vault: Vault): Promise<TakeInOutcome> {
    let arrival: Arrival = { heads: this.heads, buckets: [], entries: [], header: this.header };
    for (;;) {
      const outcome = await takeIn(vault, arrival, new Date());
      if (outcome.outcome !== 'needs') return outcome;
      arrival = {
        ...arrival,
        buckets: [...this.buckets].map(([bucket, sealed]) => ({ bucket, sealed })),
        entries: [...this.entries.values()].map((entry) => ({ entryId: entry.entryId, sealed: entry }))
      };
    }
  }
}

const pwk = () => testPassphraseKey(PASSPHRASE);

async function enrolled(from: Published, vault: Vault, stores: Stores = new Place()): Promise<Vault> {
  const outcome = await enrolDevice(stores, { passphrase: await pwk() }, newDeviceId(), from.enrolment(vault));
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}

/** Objects of one place, as a page would fetch them from the relay. */
function relayOf({ objects }: Place, asked: RemoteQuestion[] = []): RemoteObjects {
  const remote = new RemoteObjects();
  const { port1, port2 } = new MessageChannel();
  remote.connect(port1);
  port2.onmessage = ({ data }: MessageEvent<RemoteQuestion>) => {
    asked.push(data);
    void answer(data).then((said) => {
      port2.postMessage(said);
    });
  };
  const answer = async ({ id, objectId, from, to }: RemoteQuestion): Promise<RemoteAnswer> => {
    const file = await objects.open(objectId);
    return file === null ? { id, failed: 'object/elsewhere' } : { id, bytes: await file.read(from, to) };
  };
  return remote;
}

async function twoDevices() {
  const { place, vault: phone } = await newVault();
  const entry = await recordEntry(phone, [noise(700_000), noise(500_000)]);
  const relay = await new Published().from(phone);
  const asked: RemoteQuestion[] = [];
  const other = new Place();
  const laptop = await enrolled(relay, phone, {
    records: other.records,
    objects: other.objects,
    remote: relayOf(place, asked)
  });
  expect(await relay.to(laptop)).toMatchObject({ outcome: 'taken', changed: [entry.entryId] });
  return { place, phone, relay, laptop, other, entry, asked };
}

describe('a device that is enrolled', () => {
  it('has every entry, under its own id, and opens with the same passphrase after a restart', async () => {
    const { phone, laptop, other, entry } = await twoDevices();
    expect([...laptop.summaries.keys()]).toEqual([entry.entryId]);
    expect(laptop.device).not.toBe(phone.device);
    expect((await unlocked(other)).summaries.size).toBe(1);
  });

  it('publishes on top of what it was given', async () => {
    const { phone, relay, laptop } = await twoDevices();
    const id = newEntryId();
    await addEntry(laptop, id);
    await relay.from(laptop);
    expect(await relay.to(phone)).toMatchObject({ outcome: 'taken', changed: [id] });
    expect(phone.summaries.has(id)).toBe(true);
  });

  it('is let in by the recovery words, which then set a new passphrase', async () => {
    const { phone, relay } = await twoDevices();
    const words = wordsOf(await openRecoveryCopy(phone.row, phone.keys.local));
    const place = new Place();
    const enrolment = relay.enrolment(phone);
    expect(await enrolDevice(place, { words: wordsOf(randomBytes(32)) }, newDeviceId(), enrolment)).toBe('wrong');
    const tablet = await enrolDevice(place, { words }, newDeviceId(), enrolment);
    if (typeof tablet === 'string') throw new Error(tablet);
    expect(await relay.to(tablet)).toMatchObject({ outcome: 'taken' });
    const next = await testPassphraseKey('the next');
    const recovered = await required(recoverVault(place, words, next, TEST_KDF).then((vault) => vault ?? undefined));
    await relay.from(recovered);
    expect(relay.passphrases.at(-1)).toMatchObject({ auth: await passphraseAuth(next, phone.id) });
    expect(await relay.to(phone)).toMatchObject({ outcome: 'taken' });
  });

  it('takes the ways in in whatever order the relay keeps them', async () => {
    const { phone, relay } = await twoDevices();
    const { header } = relay.enrolment(phone);
    const place = new Place();
    const turned = { ...relay.enrolment(phone), header: { ...header, slots: header.slots.toReversed() } };
    expect(await enrolDevice(place, { passphrase: await pwk() }, newDeviceId(), turned)).toBeInstanceOf(Vault);
    expect((await vaultRow(place)).slots).toEqual(phone.row.slots);
  });

  it('refuses a wrong passphrase, other heads, another header and a second journal, and keeps nothing', async () => {
    const { phone, relay, other } = await twoDevices();
    const place = new Place();
    const enrol = (change: Partial<Enrolment>, key = pwk()) =>
      key.then((typed) =>
        enrolDevice(place, { passphrase: typed }, newDeviceId(), { ...relay.enrolment(phone), ...change })
      );
    expect(await enrol({}, testPassphraseKey('another'))).toBe('wrong');
    expect(await enrol({ heads: [] })).toBe('foreign');
    const [head = new Uint8Array()] = relay.heads;
    expect(await enrol({ heads: [flipped(head, 200)] })).toBe('foreign');
    expect(await enrol({ heads: [head, head] })).toBe('forked');
    expect(await enrol({ known: { sequence: 1, hash: '0'.repeat(64) } })).toBe('forked');
    const { header } = relay.enrolment(phone);
    const cut = { ...header, slots: header.slots.filter(({ kind }) => kind === 'passphrase') };
    expect(await enrol({ header: cut })).toBe('foreign');
    expect(await place.records.get('vault', 'vault')).toBeUndefined();
    await expect(
      enrolDevice(other, { passphrase: await pwk() }, newDeviceId(), relay.enrolment(phone))
    ).rejects.toMatchObject({
      code: 'vault/exists'
    });
  });

  it('is let in by a head that another device vouched for', async () => {
    const { phone, relay } = await twoDevices();
    const { sequence, hash } = await required(publishedHead(phone).then((head) => head ?? undefined));
    const outcome = await enrolDevice(
      new Place(),
      { passphrase: await pwk() },
      newDeviceId(),
      relay.enrolment(phone, { sequence, hash })
    );
    expect(outcome).toBeInstanceOf(Vault);
  });
});

describe('another account for the same journal', () => {
  it('is given everything again, and a new device finds all of it', async () => {
    const { phone, entry } = await twoDevices();
    const deleted = newEntryId();
    await addEntry(phone, deleted);
    await removeEntry(phone, deleted, new Date());
    await republish(phone);
    const second = await new Published().from(phone);
    expect(second.heads).toHaveLength(1);
    const tablet = await enrolled(second, phone);
    expect(await second.to(tablet)).toMatchObject({ outcome: 'taken' });
    expect([...tablet.summaries.keys()]).toEqual([entry.entryId]);
    expect((await listTrash(tablet)).map(({ summary }) => summary.id)).toEqual([deleted]);
    expect(await prepareCommit(phone)).toBeNull();
  });
});

describe('what lies on the relay', () => {
  it('plays by range without being fetched whole, and pictures stay once they were seen', async () => {
    const { laptop, other, entry, asked } = await twoDevices();
    expect(await readClip(laptop, entry.clipId)).toEqual(entry.data);
    expect(await other.objects.open(entry.clipId)).toBeNull();
    const poster = await required(Promise.resolve(entry.view.record.clips[0]?.poster?.object));
    const picture = await readPoster(laptop, entry.entryId, poster);
    asked.length = 0;
    expect(await readPoster(laptop, entry.entryId, poster)).toEqual(picture);
    expect(asked).toEqual([]);
    expect((await storedPlaces(laptop)).objects.find(({ objectId }) => objectId === poster)?.isHere).toBe(true);
  });

  it('is said to be elsewhere without a relay, and while the relay does not have it', async () => {
    const { other, entry, laptop, place } = await twoDevices();
    await expect(readClip(await unlocked(other), entry.clipId)).rejects.toMatchObject({ code: 'object/elsewhere' });
    await place.objects.remove(entry.clipId);
    await expect(readClip(laptop, entry.clipId)).rejects.toMatchObject({ code: 'object/elsewhere' });
  });

  it('A1 that was altered there does not play', async () => {
    const { laptop, entry, place } = await twoDevices();
    await alter(place, entry.clipId, 300_000);
    await expect(readClip(laptop, entry.clipId)).rejects.toMatchObject({ code: 'seal/damaged' });
    expect(await verifyObject(laptop, entry.clipId)).toBe('verified');
    await alter(place, entry.clipId, 200);
    expect(await verifyObject(laptop, entry.clipId)).toBe('damaged');
  });

  it('keeps nobody from writing while the relay takes its time, nor for ever when it is gone', async () => {
    const { laptop, other, entry } = await twoDevices();
    const remote = new RemoteObjects();
    const { port1, port2 } = new MessageChannel();
    remote.connect(port1);
    const slow = await unlocked({ records: other.records, objects: other.objects, remote });
    const poster = await required(Promise.resolve(entry.view.record.clips[0]?.poster?.object));
    const asked = new Promise((resolve) => (port2.onmessage = resolve));
    const waiting = [readPoster(slow, entry.entryId, poster), readClip(slow, entry.clipId)].map((reading) =>
      reading.catch((thrown: unknown) => thrown)
    );
    await asked;
    await addEntry(laptop, newEntryId());
    port2.postMessage({ closed: true } satisfies RemoteAnswer);
    for (const outcome of await Promise.all(waiting)) expect(outcome).toMatchObject({ code: 'object/elsewhere' });
    await expect(readClip(slow, entry.clipId)).rejects.toMatchObject({ code: 'object/elsewhere' });
  });

  it('A5 a picture that the relay altered is no reason to make another', async () => {
    const { laptop, entry, place } = await twoDevices();
    const poster = await required(Promise.resolve(entry.view.record.clips[0]?.poster?.object));
    await alter(place, poster, 200);
    await expect(readPoster(laptop, entry.entryId, poster)).rejects.toMatchObject({ code: 'relay/damaged' });
    const head = await required(Promise.resolve(entry.view.record.clips[0]?.head.object));
    await alter(place, head, 200);
    await expect(readClip(laptop, entry.clipId)).rejects.toMatchObject({ code: 'relay/damaged' });
    expect((await laptop.item(entry.entryId))?.revision).toBe(entry.view.summary.revision);
  });

  it('takes no file here for what should be there: one that was cut goes', async () => {
    const { laptop, other, entry } = await twoDevices();
    const writer = await other.objects.create(entry.clipId);
    writer.write(randomBytes(100), 0);
    writer.flush();
    writer.close();
    expect(await readClip(laptop, entry.clipId)).toEqual(entry.data);
    await removeOrphans(laptop);
    expect(await other.objects.open(entry.clipId)).toBeNull();
    expect(await readClip(laptop, entry.clipId)).toEqual(entry.data);
  });

  it('frees a recording here only when it opens there', async () => {
    const { place, phone, entry } = await twoDevices();
    const backup = place.copy();
    const device: Stores = { records: place.records, objects: place.objects, remote: relayOf(backup) };
    const vault = await unlocked(device);
    await backup.objects.remove(entry.clipId);
    expect(await freeObject(vault, entry.clipId)).toBe('absent');
    expect(await readClip(phone, entry.clipId)).toEqual(entry.data);
    const whole: Stores = { ...device, remote: relayOf(place.copy()) };
    const other = await unlocked(whole);
    expect(await freeObject(other, entry.clipId)).toBe('verified');
    expect(await place.objects.open(entry.clipId)).toBeNull();
    expect(await readClip(other, entry.clipId)).toEqual(entry.data);
    const poster = await required(Promise.resolve(entry.view.record.clips[0]?.poster?.object));
    await expect(freeObject(other, poster)).rejects.toMatchObject({ code: 'object/absent' });
  });
});

async function alter({ objects }: Place, id: ObjectId, at: number): Promise<void> {
  const file = await required(objects.open(id).then((found) => found ?? undefined));
  const bytes = flipped(await file.read(0, file.size), at);
  const writer = await objects.create(id);
  writer.write(bytes, 0);
  writer.flush();
  writer.close();
}

describe('an account for a journal', () => {
  it('is not made before the recovery words are confirmed, nor with another passphrase', async () => {
    const { vault } = await newVault();
    await expect(accountRequest(vault, await pwk())).rejects.toMatchObject({ code: 'vault/words-unconfirmed' });
    expect(await accountRequest(vault, await testPassphraseKey('another'))).toBe('wrong');
    await confirmWords(vault);
    expect(await accountRequest(vault, await pwk())).toMatchObject({
      vaultId: vault.id,
      kdf: TEST_KDF,
      auth: await passphraseAuth(await pwk(), vault.id)
    });
  });

  it('learns of a changed passphrase with the head that changes it, from the tab that knows it', async () => {
    const { place, phone, relay } = await twoDevices();
    const otherTab = await unlocked(place);
    const next = await testPassphraseKey('the next');
    expect(await changePassphrase(phone, await pwk(), next, TEST_KDF)).toBe('changed');
    await expect(prepareCommit(otherTab)).rejects.toMatchObject({ code: 'vault/unlock-again' });
    await relay.from(phone);
    expect(relay.passphrases.at(-1)).toMatchObject({ kdf: TEST_KDF, auth: await passphraseAuth(next, phone.id) });
    await addEntry(phone, newEntryId());
    await relay.from(phone);
    expect(relay.passphrases.at(-1)).toBeNull();
  });
});

function confirmWords(vault: Vault): Promise<undefined> {
  return vault.commit((transaction) => {
    const { recovery } = transaction.head;
    transaction.head = { ...transaction.head, recovery: { ...recovery, confirmed: ['2026-03-01T10:00:00.000Z'] } };
    return Promise.resolve(undefined);
  });
}

function noise(length: number): Bytes {
  return concat(...Array.from({ length: length / 50_000 }, () => randomBytes(50_000)));
}
