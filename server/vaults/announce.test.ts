/** Word of a change that cannot be sent takes nothing back: what is committed stays, and is answered so. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onBothEngines } from '#server/db/testing/databases.ts';
import { TestPerson, TestRelay } from '#server/testing/relay-client.ts';

onBothEngines((newPlace) => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await TestRelay.open(await newPlace());
    relay.relay.database.signals.send = () => Promise.reject(new Error('the connection broke'));
  });
  afterAll(() => relay.relay.close());

  const some = (length: number): string => randomBytes(length).toString('base64');
  const firstCommit = () => ({ follows: null, head: { sequence: 1, sealed: some(300) }, buckets: [], entries: [] });

  it('a commit is answered with its place in the feed', async () => {
    const client = relay.client();
    await new TestPerson().signUp(client);
    expect(await client.call('POST', '/vault/commit', firstCommit())).toMatchObject({ status: 200, json: { feed: 1 } });
  });

  it('a new passphrase is answered with the cookie of the session that goes on', async () => {
    const client = relay.client();
    const person = await new TestPerson().signUp(client);
    const before = client.cookie;
    const body = { proof: { auth: person.auth }, kdf: some(48), auth: some(32), commit: firstCommit() };
    expect(await client.call('POST', '/account/passphrase', body)).toMatchObject({ status: 200, json: { feed: 1 } });
    expect(client.cookie).not.toBe(before);
    expect(await client.call('GET', '/session')).toMatchObject({ status: 200, json: { stage: 'full' } });
  });
});
