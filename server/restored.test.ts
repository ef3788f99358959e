/**
 * D15: the relay's data was put back to an older state, by an honest mistake. What a device then hears is named, and
 * nothing that the device has can be lost by it: the relay takes no commit on top of a head that it does not know.
 */
import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestPerson, TestRelay, type TestClient } from '#server/testing/relay-client.ts';
import { createUpload, objectBytes, patch } from '#server/testing/tus-client.ts';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const newId = (): string => randomBytes(16).toString('hex');

interface Published {
  readonly sequence: number;
  readonly hash: string | null;
}

/** Publishes a new entry with a clip of its own, on top of `last`. */
async function publish(client: TestClient, last: Published) {
  const [entryId, objectId, bytes] = [newId(), newId(), randomBytes(50_000)];
  const place = await createUpload(client, objectId, bytes.length);
  expect((await patch(client, place, 0, bytes)).status).toBe(204);
  const record = randomBytes(600);
  const sent = { entryId, revision: 1, epoch: 1, wrap: randomBytes(230).toString('base64') };
  await client.call('POST', '/records', { records: [{ ...sent, record: record.toString('base64') }] });
  const sealed = randomBytes(300);
  const body = {
    follows: last.hash,
    head: { sequence: last.sequence + 1, sealed: sealed.toString('base64') },
    buckets: [{ bucket: 7, revision: last.sequence + 1, sealed: randomBytes(200).toString('base64') }],
    entries: [{ entryId, revision: 1, hash: hashOf(record), state: 'live', purgeAt: null }]
  };
  const answer = await client.call('POST', '/vault/commit', body);
  return { answer, body, objectId, bytes, published: { sequence: last.sequence + 1, hash: hashOf(sealed) } };
}

it('D15 refuses by name what stands on a state that it lost, and takes the objects again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'svj-restored-'));
  const [dataDir, backup] = [join(folder, 'data'), join(folder, 'backup')];
  const clock = { now: Date.UTC(2026, 10, 22) };
  let relay = await TestRelay.open({ url: undefined, dataDir }, clock);
  const client = relay.client();
  await new TestPerson().signUp(client);
  const first = await publish(client, { sequence: 0, hash: null });
  await relay.relay.close();
  await cp(dataDir, backup, { recursive: true });

  relay = await TestRelay.open({ url: undefined, dataDir }, clock);
  client.relay = relay;
  const second = await publish(client, first.published);
  const third = await publish(client, second.published);
  expect(third.answer.status).toBe(200);
  await relay.relay.close();
  await rm(dataDir, { recursive: true });
  await cp(backup, dataDir, { recursive: true });
  relay = await TestRelay.open({ url: undefined, dataDir }, clock);
  client.relay = relay;

  // The older head is there for the device to see: that is how it knows.
  expect((await client.call('GET', '/vault')).json).toMatchObject({ headSequence: 1, entries: 1 });
  expect((await client.call('GET', '/vault/heads?above=1')).json).toEqual({ heads: [], more: false });
  // Its cursor is ahead of the feed, which is no failure.
  expect(await client.call('GET', '/records?after=3')).toMatchObject({
    status: 200,
    json: { records: [], more: false }
  });
  // Nothing of its next step is taken, and neither is one that was taken before.
  const fourth = await publish(client, third.published);
  expect(fourth.answer).toMatchObject({ status: 409, json: { code: 'vault/conflict' } });
  expect(await client.call('POST', '/vault/commit', third.body)).toMatchObject({
    status: 409,
    json: { code: 'vault/conflict' }
  });
  expect((await client.call('GET', '/vault')).json).toMatchObject({ headSequence: 1, entries: 1 });

  // What newer records name and is gone is absent by name, and can be sent again under its own id.
  const headers = { Cookie: `__Host-svj=${client.cookie ?? ''}`, 'Sec-Fetch-Site': 'same-origin' };
  const gone = await relay.fetch(`/api/objects/${third.objectId}`, { headers }, client.address);
  expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'http/not-found' }]);
  const place = await createUpload(client, third.objectId, third.bytes.length);
  expect((await patch(client, place, 0, third.bytes)).status).toBe(204);
  expect((await objectBytes(client, third.objectId)).equals(third.bytes)).toBe(true);
  expect((await objectBytes(client, first.objectId)).equals(first.bytes)).toBe(true);
  // The commit that the restored head allows goes on: second again, as the device keeps it.
  const again = await client.call('POST', '/vault/commit', second.body);
  expect(again).toMatchObject({ status: 409, json: { code: 'vault/not-staged' } });
  await relay.relay.close();
  await rm(folder, { recursive: true });
});

it('D15 names an object whose bytes the store lost, as it does one that never was', async () => {
  const relay = await TestRelay.temporary();
  const client = relay.client();
  await new TestPerson().signUp(client);
  const { objectId } = await publish(client, { sequence: 0, hash: null });
  await rm(join(relay.dataDir, 'objects'), { recursive: true });
  const headers = { Cookie: `__Host-svj=${client.cookie ?? ''}`, 'Sec-Fetch-Site': 'same-origin' };
  const lost = await relay.fetch(`/api/objects/${objectId}`, { headers }, client.address);
  expect([lost.status, await lost.json()]).toMatchObject([404, { code: 'store/absent' }]);
  await relay.dispose();
});
