/** D7 between real vaults and the real relay: what one device writes, the others have, whatever is lost on the way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from '#shared/bytes.ts';
import { newDeviceId, newEntryId, type EntryId } from '#shared/ids.ts';
import type { Arrival } from '#web/model/parcel.ts';
import { exchange, type VaultPort } from '#web/sync/exchange.ts';
import { RelayClient } from '#web/sync/relay-client.ts';
import { editEntry, listTrash, removeEntry, restoreEntry, viewEntry } from './entries.ts';
import { confirmCommit, prepareCommit } from './publish.ts';
import { takeIn } from './rebase.ts';
import { addEntry, sibling } from './testing/device.ts';
import { newVault } from './testing/place.ts';
import type { Vault } from './vault.ts';

/** As much as is used of `server/testing/relay-client.ts`, whose types are Node's. */
interface TestRelay {
  dispose(): Promise<void>;
  fetch(path: string, init: RequestInit, address: string): Promise<Response>;
  client(): TestClient;
}
interface TestClient {
  cookie: string | undefined;
}
interface RelayTesting {
  readonly TestRelay: { temporary(): Promise<TestRelay> };
  readonly TestPerson: new () => {
    signUp(client: TestClient): Promise<unknown>;
    signInFully(client: TestClient): Promise<void>;
  };
}

const TESTING = new URL('../../server/testing/relay-client.ts', import.meta.url).href;
const { signal } = new AbortController();

let relay: TestRelay;
let testing: RelayTesting;

beforeAll(async () => {
  testing = (await import(/* @vite-ignore */ TESTING)) as RelayTesting;
  relay = await testing.TestRelay.temporary();
});

afterAll(() => relay.dispose());

/** Breaks the line before or after a request, so often as it is told. */
class Line {
  before = 0;
  after = 0;
  requests: string[] = [];

  cut(moment: 'before' | 'after', request: string): void {
    if (!request.includes('/vault/commit')) return;
    if (this[moment] === 0) return;
    this[moment]--;
    throw new TypeError('Failed to fetch');
  }
}

function clientOf({ cookie = '' }: TestClient, line = new Line()): RelayClient {
  return new RelayClient(async (path, init) => {
    line.cut('before', path);
    const headers = new Headers(init.headers);
    headers.set('Sec-Fetch-Site', 'same-origin');
    headers.set('Cookie', `__Host-svj=${cookie}`);
    line.requests.push(`${init.method ?? ''} ${path.split('?')[0] ?? ''}`);
    const response = await relay.fetch(path, { ...init, headers }, '192.0.2.7');
    line.cut('after', path);
    return response;
  });
}

function portOf(vault: Vault): VaultPort {
  return {
    published: () => vault.read(() => Promise.resolve(vault.row.published?.sequence ?? 0)),
    prepareCommit: () => prepareCommit(vault),
    confirmCommit: (hash) => confirmCommit(vault, hash),
    takeIn: (arrival: Arrival) => takeIn(vault, arrival, new Date())
  };
}

/** Two devices with one journal, each signed in. */
async function pair() {
  const person = new testing.TestPerson();
  const [one, other] = [relay.client(), relay.client()];
  await person.signUp(one);
  await person.signInFully(other);
  const { place, vault: phone } = await newVault();
  const entryId = newEntryId();
  await addEntry(phone, entryId);
  const { vault: laptop } = await sibling(place, newDeviceId());
  const lines = { phone: new Line(), laptop: new Line() };
  const devices = {
    phone: () => exchange(portOf(phone), clientOf(one, lines.phone), signal),
    laptop: () => exchange(portOf(laptop), clientOf(other, lines.laptop), signal)
  };
  expect(await devices.phone()).toMatchObject({ outcome: 'in-step' });
  expect(await devices.laptop()).toMatchObject({ outcome: 'in-step' });
  return { phone, laptop, entryId, devices, lines, client: one };
}

const recordOf = (vault: Vault, id: EntryId) => vault.read(async () => (await viewEntry(vault, id)).record);

async function inStep(...steps: (() => Promise<{ outcome: string }>)[]): Promise<void> {
  for (const step of [...steps, ...steps]) expect(await step()).toMatchObject({ outcome: 'in-step' });
}

describe('D7 an exchange', () => {
  it('brings a new entry and its words to the other device, and says which', async () => {
    const { phone, laptop, devices } = await pair();
    const id = newEntryId();
    await addEntry(phone, id);
    await editEntry(phone, id, { title: 'From the phone' });
    await devices.phone();
    expect(await devices.laptop()).toEqual({ outcome: 'in-step', changed: new Set([id]) });
    expect((await recordOf(laptop, id)).title.value).toBe('From the phone');
    expect(await devices.laptop()).toEqual({ outcome: 'in-step', changed: new Set() });
  });

  it('of edits on both without a network loses none', async () => {
    const { phone, laptop, entryId, devices } = await pair();
    await editEntry(phone, entryId, { title: 'one', note: 'only here' });
    await editEntry(laptop, entryId, { title: 'other', mood: 'good' });
    await inStep(devices.phone, devices.laptop);
    const [a, b] = [await recordOf(phone, entryId), await recordOf(laptop, entryId)];
    expect(a).toEqual(b);
    expect([a.note.value, a.mood.value]).toEqual(['only here', 'good']);
    expect([a.title.value, ...(a.title.lost ?? []).map(({ value }) => value)].sort()).toEqual(['one', 'other']);
  });

  it.each(['before', 'after'] as const)('goes on where the line broke %s the commit was answered', async (moment) => {
    const { phone, laptop, entryId, devices, lines } = await pair();
    await editEntry(phone, entryId, { title: 'sent twice' });
    lines.phone[moment] = 1;
    await expect(devices.phone()).rejects.toMatchObject({ code: 'relay/unreachable' });
    await editEntry(phone, entryId, { note: 'and then this' });
    await inStep(devices.phone, devices.laptop);
    const { title, note } = await recordOf(laptop, entryId);
    expect([title.value, note.value]).toEqual(['sent twice', 'and then this']);
    expect(await recordOf(phone, entryId)).toEqual(await recordOf(laptop, entryId));
  });

  it('moves a deleted entry to the trash of the other device, where it can be restored', async () => {
    const { phone, laptop, entryId, devices } = await pair();
    await removeEntry(phone, entryId, new Date());
    await inStep(devices.phone, devices.laptop);
    expect((await laptop.read(() => listTrash(laptop))).map(({ summary }) => summary.id)).toEqual([entryId]);
    await restoreEntry(laptop, entryId);
    await inStep(devices.laptop, devices.phone);
    expect(phone.summaries.has(entryId)).toBe(true);
  });

  it('takes an entry that was made and deleted before the first exchange', async () => {
    const { phone, laptop, devices } = await pair();
    const id = newEntryId();
    await addEntry(phone, id);
    await removeEntry(phone, id, new Date());
    await inStep(devices.phone, devices.laptop);
    expect(laptop.summaries.has(id)).toBe(false);
  });

  it('of two that publish at once both get through', async () => {
    const { phone, laptop, entryId, devices } = await pair();
    for (let i = 0; i < 5; i++) {
      await editEntry(phone, entryId, { title: `phone ${String(i)}` });
      await editEntry(laptop, entryId, { note: `laptop ${String(i)}` });
      const both = await Promise.all([devices.phone(), devices.laptop()]);
      expect(both).toMatchObject([{ outcome: 'in-step' }, { outcome: 'in-step' }]);
    }
    await inStep(devices.phone, devices.laptop);
    const { title, note } = await recordOf(laptop, entryId);
    expect([title.value, note.value]).toEqual(['phone 4', 'laptop 4']);
  });

  it('asks for nothing again that it has', async () => {
    const { devices, lines } = await pair();
    lines.laptop.requests = [];
    await devices.laptop();
    expect(lines.laptop.requests).toEqual(['GET /api/vault/heads']);
  });

  it('gives hundreds of entries in batches, and fetches them in pages', async () => {
    const { phone, laptop, devices, lines } = await pair();
    const ids = Array.from({ length: 620 }, newEntryId);
    for (const id of ids) await addEntry(phone, id);
    lines.phone.requests = [];
    await devices.phone();
    expect(lines.phone.requests.filter((request) => request === 'POST /api/records')).toHaveLength(2);
    const taken = await devices.laptop();
    expect(taken).toEqual({ outcome: 'in-step', changed: new Set(ids) });
    expect(laptop.summaries.size).toBe(621);
  });

  it('A15 refuses what another journal made, and takes nothing of it', async () => {
    const { phone, devices } = await pair();
    const person = new testing.TestPerson();
    const client = relay.client();
    await person.signUp(client);
    const { vault: stranger } = await newVault();
    for (let i = 0; i < 5; i++) await addEntry(stranger, newEntryId());
    await exchange(portOf(stranger), clientOf(client), signal);
    const before = phone.head;
    const refused = await exchange(portOf(phone), clientOf(client), signal);
    expect(refused).toMatchObject({ outcome: 'refused', why: 'foreign' });
    expect(phone.head).toBe(before);
    expect(await devices.phone()).toMatchObject({ outcome: 'in-step' });
  });

  it('A12 refuses a relay that has gone back to before what it had accepted', async () => {
    const { phone, devices } = await pair();
    const person = new testing.TestPerson();
    const empty = relay.client();
    await person.signUp(empty);
    const refused = await exchange(portOf(phone), clientOf(empty), signal);
    expect(refused).toEqual({ outcome: 'refused', why: 'rolled-back', entryId: null });
    expect(await devices.phone()).toMatchObject({ outcome: 'in-step' });
  });

  it('does not ask for ever where a relay gives what nobody asked for', async () => {
    const { phone, entryId, devices, laptop, client } = await pair();
    await editEntry(laptop, entryId, { title: 'kept back' });
    await devices.laptop();
    const foreign = {
      ...{ entryId: newEntryId(), state: 'live', revision: 1, hash: '0'.repeat(64), epoch: 1, purgeAt: null },
      ...{ wrap: randomBytes(230), record: randomBytes(600) }
    };
    const honest = clientOf(client);
    const asked: (readonly string[])[] = [];
    const lying = Object.assign(Object.create(honest) as RelayClient, {
      heads: (above: number) => honest.heads(above, signal),
      buckets: (numbers: readonly number[]) => honest.buckets(numbers, signal),
      vault: () => honest.vault(signal),
      wanted: (ids: readonly string[]) => {
        asked.push(ids);
        return Promise.resolve({ records: [foreign] });
      }
    });
    expect(await exchange(portOf(phone), lying, signal)).toMatchObject({ outcome: 'refused', why: 'omitted' });
    expect(asked).toHaveLength(1);
  });
});
