/** One chain of heads, all or nothing: what devices rely on when they publish. Attack rows D5, D7 of the design. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onBothEngines } from '#server/db/testing/databases.ts';
import { TestPerson, TestRelay, vaultHeader, type TestClient } from '#server/testing/relay-client.ts';

const DAY = 24 * 60 * 60_000;

const newId = (): string => randomBytes(16).toString('hex');
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Entry {
  readonly entryId: string;
  readonly revision: number;
  readonly epoch: number;
  readonly wrap: string;
  readonly record: string;
}

function entry(revision = 1, entryId = newId()): Entry {
  const some = (length: number) => randomBytes(length).toString('base64');
  return { entryId, revision, epoch: 1, wrap: some(230), record: some(600) };
}

const named = ({ entryId, revision, record }: Entry, state = 'live', purgeAt: number | null = null) => ({
  entryId,
  revision,
  hash: hashOf(Buffer.from(record, 'base64')),
  state,
  purgeAt
});

/** Publishes as a device does; keeps what it published last. */
class Device {
  readonly client: TestClient;
  last: { sequence: number; hash: string } | null = null;

  constructor(client: TestClient) {
    this.client = client;
  }

  async stage(...records: Entry[]) {
    return this.client.call('POST', '/records', { records });
  }

  body(entries: readonly object[], more: object = {}) {
    const sealed = randomBytes(300);
    const head = { sequence: (this.last?.sequence ?? 0) + 1, sealed: sealed.toString('base64') };
    const buckets = [{ bucket: 7, revision: head.sequence, sealed: randomBytes(200).toString('base64') }];
    return { follows: this.last?.hash ?? null, head, buckets, entries, ...more };
  }

  async commit(body: ReturnType<Device['body']>) {
    const answer = await this.client.call<{ feed?: number; code?: string }>('POST', '/vault/commit', body);
    if (answer.status === 200) {
      this.last = { sequence: body.head.sequence, hash: hashOf(Buffer.from(body.head.sealed, 'base64')) };
    }
    return answer;
  }

  async publish(...entries: Entry[]) {
    await this.stage(...entries);
    return this.commit(this.body(entries.map((each) => named(each))));
  }

  async changes(after = '') {
    const { json } = await this.client.call<{ records: Record<string, unknown>[]; cursor: string; more: boolean }>(
      'GET',
      `/records?after=${after}`
    );
    return json;
  }
}

onBothEngines((newPlace) => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await TestRelay.open(await newPlace());
  });
  afterAll(() => relay.relay.close());

  async function newDevice(): Promise<{ device: Device; person: TestPerson }> {
    const client = relay.client();
    const person = await new TestPerson().signUp(client);
    return { device: new Device(client), person };
  }

  async function second(person: TestPerson, first: Device): Promise<Device> {
    const client = relay.client();
    await person.signInFully(client);
    const device = new Device(client);
    device.last = first.last;
    return device;
  }

  it('gives another device what one published, byte for byte', async () => {
    const { device, person } = await newDevice();
    const entries = [entry(), entry()].sort((a, b) => (a.entryId < b.entryId ? -1 : 1));
    await device.stage(...entries);
    const body = device.body(entries.map((each) => named(each)));
    expect(await device.commit(body)).toMatchObject({ status: 200, json: { feed: 1 } });

    const other = await second(person, device);
    const { records, more } = await other.changes();
    expect(more).toBe(false);
    expect(records).toEqual(
      entries.map(({ wrap, record, epoch, ...each }) => ({
        ...named({ ...each, wrap, record, epoch }),
        epoch,
        wrap,
        record
      }))
    );
    const { json: heads } = await other.client.call('GET', '/vault/heads?above=0');
    expect(heads).toEqual({ heads: [body.head], more: false });
    const { json: buckets } = await other.client.call('GET', '/vault/buckets?only=6,7,8');
    expect(buckets).toEqual({ buckets: body.buckets });
    expect((await other.client.call('GET', '/vault')).json).toMatchObject({ entries: 2, headSequence: 1, feed: 1 });
  });

  it('D7 of two devices on the same head one publishes, and the other hears of it', async () => {
    const { device, person } = await newDevice();
    await device.publish(entry());
    const other = await second(person, device);
    const answers = await Promise.all([device.publish(entry()), other.publish(entry())]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.json).toMatchObject({ code: 'vault/conflict' });
    expect((await device.changes()).records).toHaveLength(2);
  });

  it('of twenty commits at once on one head exactly one is made', async () => {
    const { device } = await newDevice();
    const bodies = Array.from({ length: 20 }, () => device.body([]));
    const answers = await Promise.all(bodies.map((body) => device.client.call('POST', '/vault/commit', body)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { json } = await device.client.call<{ heads: unknown[] }>('GET', '/vault/heads?above=0');
    expect(json.heads).toHaveLength(1);
  });

  it('D5 answers the same commit again as it did the first time', async () => {
    const { device } = await newDevice();
    const one = entry();
    await device.stage(one);
    const body = device.body([named(one)]);
    expect(await device.commit(body)).toMatchObject({ status: 200, json: { feed: 1 } });
    expect(await device.commit(body)).toMatchObject({ status: 200, json: { feed: 1 } });
    expect((await device.changes()).records).toHaveLength(1);
  });

  it('makes nothing of a commit that names a record which was not sent', async () => {
    const { device } = await newDevice();
    const [sent, missing] = [entry(), entry()];
    await device.stage(sent);
    const body = device.body([named(sent), named(missing)]);
    expect(await device.commit(body)).toMatchObject({ status: 409, json: { code: 'vault/not-staged' } });
    expect((await device.changes()).records).toEqual([]);
    expect((await device.client.call('GET', '/vault/heads?above=0')).json).toEqual({ heads: [], more: false });
    await device.stage(missing);
    expect(await device.commit(body)).toMatchObject({ status: 200 });
  });

  it.each([
    ['an older revision', 1],
    ['the same revision with other bytes', 2]
  ])('takes for an entry neither %s', async (_what, revision) => {
    const { device } = await newDevice();
    const first = entry(2);
    await device.publish(first);
    expect(await device.publish(entry(revision, first.entryId))).toMatchObject({
      status: 409,
      json: { code: 'vault/conflict' }
    });
    expect(await device.publish(entry(3, first.entryId))).toMatchObject({ status: 200 });
  });

  it('takes no head whose sequence does not rise', async () => {
    const { device } = await newDevice();
    await device.publish(entry());
    for (const sequence of [1, 0]) {
      const body = device.body([]);
      const answer = await device.commit({ ...body, head: { ...body.head, sequence } });
      expect(answer.status, String(sequence)).toBe(sequence === 0 ? 400 : 409);
    }
    // A gap is none of its business.
    const body = device.body([]);
    expect(await device.commit({ ...body, head: { ...body.head, sequence: 40 } })).toMatchObject({ status: 200 });
  });

  it('keeps a deleted entry as it was, gives it back, and destroys it for good', async () => {
    const { device } = await newDevice();
    const one = entry();
    await device.publish(one);
    const only = async () => (await device.changes()).records[0];
    const deletion = { entryId: one.entryId, revision: 2, hash: null, state: 'trash', purgeAt: relay.now + 7 * DAY };
    expect(await device.commit(device.body([deletion]))).toMatchObject({ status: 200 });
    const kept = { wrap: one.wrap, record: one.record, hash: named(one).hash };
    expect(await only()).toMatchObject({ ...kept, state: 'trash', revision: 2, purgeAt: relay.now + 7 * DAY });
    // Back to life with the same revision: that would be somebody else's doing.
    expect(await device.commit(device.body([{ ...named(one), revision: 2 }]))).toMatchObject({ status: 409 });
    const restored = entry(3, one.entryId);
    expect(await device.publish(restored)).toMatchObject({ status: 200 });
    expect(await only()).toMatchObject({ state: 'live', revision: 3, purgeAt: null, record: restored.record });
    const end = { ...deletion, revision: 4, state: 'destroyed', purgeAt: null };
    expect(await device.commit(device.body([end]))).toMatchObject({ status: 200 });
    expect(await only()).toMatchObject({ state: 'destroyed', hash: null, wrap: null, record: null });
    // Another device kept it and changed it meanwhile: that is newer.
    const kept9 = entry(9, one.entryId);
    expect(await device.publish(kept9)).toMatchObject({ status: 200 });
    expect(await only()).toMatchObject({ state: 'live', record: kept9.record });
  });

  it('takes no entry to be alive without its record, none twice, and none that goes back', async () => {
    const { device } = await newDevice();
    const one = entry(5);
    await device.publish(one);
    const live = { entryId: newId(), revision: 1, hash: null, state: 'live', purgeAt: null };
    expect(await device.commit(device.body([live]))).toMatchObject({ json: { code: 'vault/not-staged' } });
    const lower = { ...named(one), revision: 2 };
    expect(await device.commit(device.body([lower]))).toMatchObject({ json: { code: 'vault/conflict' } });
    expect(await device.commit(device.body([named(one), named(one)]))).toMatchObject({ json: { code: 'relay/body' } });
    expect(await device.commit(device.body([named(one)]))).toMatchObject({ status: 200 });
  });

  it('takes a key that is wrapped anew for a record that is there', async () => {
    const { device } = await newDevice();
    const one = entry(1);
    await device.publish(one);
    const rewrapped = { ...one, revision: 2, epoch: 2, wrap: randomBytes(230).toString('base64') };
    expect(await device.publish(rewrapped)).toMatchObject({ status: 200 });
    expect((await device.changes()).records).toMatchObject([{ epoch: 2, wrap: rewrapped.wrap, record: one.record }]);
  });

  it('takes the deletion of an entry that was never published', async () => {
    const { device } = await newDevice();
    const entryId = newId();
    const deletion = { entryId, revision: 2, hash: null, state: 'trash', purgeAt: relay.now };
    expect(await device.commit(device.body([deletion]))).toMatchObject({ status: 200 });
    expect((await device.changes()).records).toMatchObject([{ entryId, state: 'trash', record: null }]);
  });

  it('gives records by name, those of this account only', async () => {
    const [{ device }, { device: other }] = [await newDevice(), await newDevice()];
    const [one, two, theirs] = [entry(), entry(), entry()];
    await device.publish(one, two);
    await other.publish(theirs);
    const ask = async (...entryIds: string[]) => {
      const { json } = await device.client.call<{ records: { entryId: string }[] }>('POST', '/records/wanted', {
        entryIds
      });
      return json.records.map(({ entryId }) => entryId);
    };
    expect(await ask(two.entryId)).toEqual([two.entryId]);
    expect(await ask(one.entryId, theirs.entryId, newId())).toEqual([one.entryId]);
  });

  it('gives the feed in pages that miss nothing and repeat nothing', async () => {
    const { device } = await newDevice();
    const many = Array.from({ length: 1203 }, () => entry());
    for (const some of [many.slice(0, 700), many.slice(700)]) await device.stage(...some);
    await device.commit(device.body(many.map((each) => named(each))));
    const seen: unknown[] = [];
    let cursor = '';
    for (let more = true; more;) {
      const page = await device.changes(cursor);
      seen.push(...page.records.map(({ entryId }) => entryId));
      ({ cursor, more } = page);
    }
    expect(seen).toEqual(many.map(({ entryId }) => entryId).sort());
    const [changed] = many;
    if (changed) await device.publish(entry(2, changed.entryId));
    expect((await device.changes(cursor)).records).toMatchObject([{ entryId: changed?.entryId, revision: 2 }]);
  });

  it('refuses cursors and buckets that are none', async () => {
    const { device } = await newDevice();
    for (const query of ['', '?only=', '?only=x', '?only=1,', '?only=-1', `?only=${'1,'.repeat(256)}1`]) {
      expect(await device.client.call('GET', `/vault/buckets${query}`), query).toMatchObject({ status: 400 });
    }
    for (const cursor of ['x', '-1', '1.zz', '1e3', '9'.repeat(16)]) {
      const answer = await device.client.call('GET', `/records?after=${cursor}`);
      expect(answer, cursor).toMatchObject({ status: 400, json: { code: 'relay/body' } });
    }
  });

  it('tells a device that waits within a moment', async () => {
    const { device, person } = await newDevice();
    const other = await second(person, device);
    const stop = new AbortController();
    const headers = { 'Sec-Fetch-Site': 'same-origin', Cookie: `__Host-svj=${other.client.cookie ?? ''}` };
    const response = await relay.fetch('/api/vault/feed', { headers, signal: stop.signal }, '192.0.2.1');
    expect(response.headers.get('Content-Type')).toBe('text/event-stream');
    const heard: string[] = [];
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) heard.push(decoder.decode(chunk));
    })();
    await expect.poll(() => heard).toEqual(['data: {"feed":0}\n\n']);
    await device.publish(entry());
    await expect.poll(() => heard).toEqual(['data: {"feed":0}\n\n', 'data: {"feed":1}\n\n']);
    stop.abort();
    await reading;
  });

  it('exchanges the passphrase with the head that knows the new slot, both or none, and ends other sessions', async () => {
    const { device, person } = await newDevice();
    await device.publish(entry());
    const other = await second(person, device);
    const auth = randomBytes(32).toString('base64');
    const kdf = randomBytes(48).toString('base64');
    const vault = vaultHeader();
    const change = (proof: object, commit: object) =>
      device.client.call('POST', '/account/passphrase', { proof, kdf, auth, commit });
    const commit = device.body([], { vault });
    expect(await change({ auth: randomBytes(32).toString('base64') }, commit)).toMatchObject({ status: 401 });
    expect(await change({ auth: person.auth }, { ...commit, follows: null })).toMatchObject({ status: 409 });
    expect(await person.signIn(relay.client())).toMatchObject({ status: 200 });

    expect(await change({ auth: person.auth }, commit)).toMatchObject({ status: 200 });
    expect((await other.client.call('GET', '/session')).status).toBe(401);
    expect((await device.client.call('GET', '/session')).status).toBe(200);
    expect(await person.signIn(relay.client())).toMatchObject({ status: 401 });
    person.auth = auth;
    expect(await person.signIn(relay.client())).toMatchObject({ status: 200 });
    const { json } = await relay.client().call('POST', '/prelogin', { name: person.name });
    expect(json['kdf']).toBe(kdf);
    const { json: header } = await device.client.call<{ slots: object[] }>('GET', '/vault');
    expect(header.slots).toHaveLength(2);
    expect(header.slots).toEqual(expect.arrayContaining(vault.slots));
  });

  it('keeps every head, and records that no commit came for a day', async () => {
    const { device, person } = await newDevice();
    await device.publish(entry());
    await device.publish(entry());
    const left = entry();
    await device.stage(left);
    const heads = async () => {
      const client = relay.client();
      await person.signInFully(client);
      const { json } = await client.call<{ heads: { sequence: number }[] }>('GET', '/vault/heads?above=0');
      return json.heads.map(({ sequence }) => sequence);
    };
    const isStaged = async () => {
      const rows = await relay.relay.database.query
        .selectFrom('staged_records')
        .select('hash')
        .where('entry_id', '=', left.entryId)
        .execute();
      return rows.length === 1;
    };
    await relay.relay.tidy();
    expect(await isStaged()).toBe(true);
    relay.pass(DAY + 1);
    await relay.relay.tidy();
    expect(await isStaged()).toBe(false);
    // A device that is new on day 91 proves the chain from its beginning.
    relay.pass(90 * DAY);
    await relay.relay.tidy();
    expect(await heads()).toEqual([1, 2]);
  });

  it('knows nothing of other accounts', async () => {
    const [{ device: mine }, { device: theirs }] = [await newDevice(), await newDevice()];
    const one = entry();
    await theirs.publish(one);
    expect((await mine.changes()).records).toEqual([]);
    // Named, but not sent by this account.
    expect(await mine.commit(mine.body([named(one)]))).toMatchObject({ json: { code: 'vault/not-staged' } });
  });
});
