/** Signing up and in, against those who guess, replay and listen. Attack rows C1, C2, C3, C9 of the design. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBothEngines } from '#server/db/testing/databases.ts';
import { TestPerson, TestRelay } from '#server/testing/relay-client.ts';

const MINUTE = 60_000;

onBothEngines((newPlace) => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await TestRelay.open(await newPlace());
  });
  afterAll(() => relay.relay.close());

  describe('signing up', () => {
    it('makes an account with its second factor, and nothing before that', async () => {
      const client = relay.client();
      const person = new TestPerson();
      const made = await client.call('POST', '/account', person.signUpBody(client));
      expect(made).toMatchObject({ status: 201, json: { stage: 'enrolling' } });
      expect(await client.call('GET', '/vault')).toMatchObject({
        status: 403,
        json: { code: 'session/second-factor' }
      });
      // The name is nobody's yet.
      expect(await person.signIn(relay.client())).toMatchObject({ status: 401 });
      await person.setUpFactor(client);
      const wrong = await client.call('POST', '/second-factor/totp/confirm', { code: '000000' });
      expect(wrong).toMatchObject({ status: 401, json: { code: 'factor/wrong-code' } });
      const right = await client.call('POST', '/second-factor/totp/confirm', { code: person.code(relay) });
      expect(right.json).toMatchObject({ stage: 'full', recoveryCodes: { length: 10 } });
      expect((await client.call('GET', '/vault')).json).toMatchObject({ vaultId: person.vaultId, headSequence: 0 });
    });

    it('sends a cookie that no other host, script or site can have', async () => {
      const client = relay.client();
      const { headers } = await client.call('POST', '/account', new TestPerson().signUpBody(client));
      expect(headers.get('Set-Cookie')).toMatch(/^__Host-svj=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    });

    it('C1 a name that somebody has is answered like any other until the second factor is there', async () => {
      const first = await new TestPerson('Taken').signUp(relay.client());
      const client = relay.client();
      const second = new TestPerson(' tAKEN ');
      expect(await client.call('POST', '/account', second.signUpBody(client))).toMatchObject({
        status: 201,
        json: { stage: 'enrolling' }
      });
      await second.setUpFactor(client);
      const end = await client.call('POST', '/second-factor/totp/confirm', { code: second.code(relay) });
      expect(end).toMatchObject({ status: 409, json: { code: 'account/unavailable' } });
      // The first one is untouched, and the other one left nothing.
      expect(await first.signIn(relay.client())).toMatchObject({ status: 200 });
      expect(await client.call('GET', '/session')).toMatchObject({ status: 401 });
    });

    it('C2 two good codes at once make one account, and do not take it away again', async () => {
      const client = relay.client();
      const person = new TestPerson();
      await client.call('POST', '/account', person.signUpBody(client));
      await person.setUpFactor(client);
      const first = person.code(relay);
      relay.pass(30_000);
      const second = person.code(relay);
      const confirm = (code: string) => client.call('POST', '/second-factor/totp/confirm', { code });
      const { cookie } = client;
      const answers = await Promise.all([first, second].map(confirm));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      client.cookie = cookie;
      relay.pass(30_000);
      expect(await person.signIn(relay.client())).toMatchObject({ status: 200 });
    });

    it('takes a body that fits and no other', async () => {
      const client = relay.client();
      const body = new TestPerson().signUpBody(client);
      for (const [path, odd] of [
        ['auth', randomBytes(31).toString('base64')],
        ['kdf', randomBytes(49).toString('base64')],
        ['vaultId', 'zz'],
        ['name', ''],
        ['name', 'x'.repeat(201)],
        ['deviceId', 5],
        ['vault', null]
      ] as const) {
        const answer = await client.call('POST', '/account', { ...body, [path]: odd });
        expect(answer, path).toMatchObject({ status: 400, json: { code: 'relay/body' } });
      }
    });
  });

  describe('prelogin', () => {
    it('C1 answers for a name that nobody has, always the same, like for one that somebody has', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const client = relay.client();
      const ask = async (name: string) => (await client.call('POST', '/prelogin', { name })).json;
      const known = await ask(person.name);
      expect(known['vaultId']).toBe(person.vaultId);
      const unknown = await ask('nobody at all');
      expect(await ask('Nobody at all ')).toEqual(unknown);
      expect(Object.keys(unknown)).toEqual(Object.keys(known));
      expect(await ask('nobody else')).not.toEqual(unknown);
      const kdf = Buffer.from(String(unknown['kdf']), 'base64');
      expect(kdf.length).toBe(48);
      expect([...kdf.subarray(0, 4), kdf.readUInt32BE(8), kdf.readUInt32BE(12)]).toEqual([1, 0x13, 0, 0, 3, 1]);
      expect([65_536, 131_072, 262_144]).toContain(kdf.readUInt32BE(4));
    });
  });

  describe('signing in', () => {
    it('needs the proof and then the second factor', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const client = relay.client();
      expect(await person.signIn(client)).toMatchObject({ status: 200, json: { stage: 'password' } });
      expect(await client.call('GET', '/vault')).toMatchObject({
        status: 403,
        json: { code: 'session/second-factor' }
      });
      const second = await client.call('POST', '/session/second-factor', { code: person.code(relay) });
      expect(second).toMatchObject({ status: 200, json: { stage: 'full' } });
      expect(await client.call('GET', '/vault')).toMatchObject({ status: 200 });
    });

    it('C1 refuses a wrong proof and a name that nobody has in the same words', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const wrong = await person.signIn(relay.client(), { auth: randomBytes(32).toString('base64') });
      const unknown = await new TestPerson().signIn(relay.client());
      expect(wrong).toMatchObject({ status: 401, json: { code: 'account/refused' } });
      expect({ ...unknown, headers: null }).toEqual({ ...wrong, headers: null });
      // By recovery words too; and one proof does not stand in for the other.
      const words = await person.signIn(relay.client(), { recoveryAuth: person.auth });
      expect({ ...words, headers: null }).toEqual({ ...wrong, headers: null });
      expect(await person.signIn(relay.client(), { recoveryAuth: person.recoveryAuth })).toMatchObject({ status: 200 });
    });

    it('looks at five proofs in five minutes for one name, from wherever they come', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const statuses: number[] = [];
      for (let i = 0; i < 8; i++) {
        const client = relay.client();
        client.address = `198.51.${String(i)}.7`;
        const { status, headers } = await person.signIn(client, { auth: randomBytes(32).toString('base64') });
        statuses.push(status);
        if (status === 429) expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
      }
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
      // Not even the right one is looked at, until the oldest is five minutes old.
      expect(await person.signIn(relay.client())).toMatchObject({ status: 429 });
      relay.pass(5 * MINUTE);
      expect(await person.signIn(relay.client())).toMatchObject({ status: 200 });
    });

    it('looks at twenty proofs in five minutes for one block of addresses, whatever the names', async () => {
      let refused = 0;
      for (let i = 0; i < 25; i++) {
        const client = relay.client();
        client.address = `203.0.113.${String(i)}`;
        if ((await new TestPerson().signIn(client)).status === 429) refused++;
      }
      expect(refused).toBe(5);
    });

    it('C9 recovery words are tried three times in an hour from one block of addresses', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const guesser = relay.client();
      const wrong = { recoveryAuth: randomBytes(32).toString('base64') };
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++) statuses.push((await person.signIn(guesser, wrong)).status);
      expect(statuses).toEqual([401, 401, 401, 429]);
      relay.pass(60 * MINUTE);
      expect((await person.signIn(guesser, wrong)).status).toBe(401);
    });
  });

  describe('the second factor', () => {
    it('C2 of ten requests with the same code exactly one is right', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const clients = Array.from({ length: 5 }, () => relay.client());
      for (const client of clients) await person.signIn(client);
      const code = person.code(relay);
      const answers = await Promise.all(
        clients.map((client) => client.call('POST', '/session/second-factor', { code }))
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    });

    it('C2 takes the step before, this one and the next, each after the other, and none twice', async () => {
      const person = await new TestPerson().signUp(relay.client());
      relay.pass(10 * MINUTE);
      const codes = [-2, -1, 0, 1, 2].map((step) => {
        relay.pass(step * 30_000);
        const code = person.code(relay);
        relay.pass(-step * 30_000);
        return code;
      });
      const statuses: number[] = [];
      for (const code of [...codes, ...codes]) {
        const client = relay.client();
        await person.signIn(client);
        statuses.push((await client.call('POST', '/session/second-factor', { code })).status);
      }
      expect(statuses).toEqual([401, 200, 200, 200, 401, 401, 401, 401, 401, 429]);
    });

    it('C2 of a thousand guesses five are looked at in five minutes', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const client = relay.client();
      await person.signIn(client);
      const statuses = new Map<number, number>();
      for (let i = 0; i < 100; i++) {
        const { status } = await client.call('POST', '/session/second-factor', { code: String(i).padStart(6, '0') });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      expect(Object.fromEntries(statuses)).toEqual({ 401: 5, 429: 95 });
    });

    it('C9 a recovery code stands in for it once, however it is typed', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const [code = ''] = person.recoveryCodes;
      const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o');
      const statuses: number[] = [];
      for (const recoveryCode of [typed, code, 'nonsense']) {
        const client = relay.client();
        await person.signIn(client);
        statuses.push((await client.call('POST', '/session/second-factor', { recoveryCode })).status);
      }
      expect(statuses).toEqual([200, 401, 401]);
    });
  });

  describe('C3 a session', () => {
    it('ends 30 minutes after the last request', async () => {
      const client = relay.client();
      await new TestPerson().signUp(client);
      await client.call('GET', '/session');
      for (let i = 0; i < 3; i++) {
        relay.pass(30 * MINUTE - 1);
        expect((await client.call('GET', '/session')).status).toBe(200);
      }
      relay.pass(30 * MINUTE);
      expect(await client.call('GET', '/session')).toMatchObject({ status: 401, json: { code: 'session/absent' } });
    });

    it('ends 12 hours after it began, whatever happens', async () => {
      const client = relay.client();
      await new TestPerson().signUp(client);
      for (let i = 0; i < 35; i++) {
        relay.pass(20 * MINUTE);
        expect((await client.call('GET', '/session')).status).toBe(200);
      }
      relay.pass(20 * MINUTE);
      expect((await client.call('GET', '/session')).status).toBe(401);
    });

    it('gets another token with the second factor, and the one before is worth nothing', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const client = relay.client();
      await person.signIn(client);
      const { cookie } = client;
      await client.call('POST', '/session/second-factor', { code: person.code(relay) });
      expect(client.cookie).not.toBe(cookie);
      client.cookie = cookie;
      expect((await client.call('GET', '/session')).status).toBe(401);
    });

    it('is listed with the others and ended from another device', async () => {
      const [phone, laptop] = [relay.client(), relay.client()];
      const person = await new TestPerson().signUp(phone);
      await person.signInFully(laptop);
      const { json } = await phone.call<{ sessions: { sessionId: string; deviceId: string }[] }>('GET', '/sessions');
      expect(json.sessions.map(({ deviceId }) => deviceId).sort()).toEqual([phone.deviceId, laptop.deviceId].sort());
      const other = json.sessions.find(({ deviceId }) => deviceId === laptop.deviceId)?.sessionId ?? '';
      expect((await phone.call('DELETE', `/sessions/${other}`)).status).toBe(204);
      expect((await laptop.call('GET', '/session')).status).toBe(401);
      expect((await phone.call('DELETE', `/sessions/${other}`)).status).toBe(404);
    });

    it('that was ended does not rise again with its second factor', async () => {
      const person = await new TestPerson().signUp(relay.client());
      const client = relay.client();
      await person.signIn(client);
      const caller = await relay.relay.database.query
        .selectFrom('sessions')
        .select(['account_id', 'session_id', 'stage', 'device_id'])
        .where('device_id', '=', client.deviceId)
        .executeTakeFirstOrThrow();
      await client.call('DELETE', '/session');
      const { account_id: accountId, session_id: sessionId, stage, device_id: deviceId } = caller;
      const rising = relay.relay.accounts.signInFully(
        { accountId, sessionId, stage, deviceId },
        { code: person.code(relay) }
      );
      await expect(rising).rejects.toMatchObject({ code: 'session/absent' });
    });

    it('is over after signing out, and its cookie is taken back', async () => {
      const client = relay.client();
      await new TestPerson().signUp(client);
      const { cookie } = client;
      const { headers } = await client.call('DELETE', '/session');
      expect(headers.get('Set-Cookie')).toMatch(/^__Host-svj=; .*Max-Age=0$/);
      client.cookie = cookie;
      expect((await client.call('GET', '/session')).status).toBe(401);
    });
  });

  it('forgets accounts whose second factor never came, and no others', async () => {
    const person = await new TestPerson().signUp(relay.client());
    const client = relay.client();
    await client.call('POST', '/account', new TestPerson().signUpBody(client));
    const count = async () =>
      (
        await relay.relay.database.query
          .selectFrom('accounts')
          .select('state')
          .where('state', '=', 'enrolling')
          .execute()
      ).length;
    expect(await count()).toBeGreaterThan(0);
    relay.pass(61 * MINUTE);
    await relay.relay.tidy();
    expect(await count()).toBe(0);
    expect(await person.signIn(relay.client())).toMatchObject({ status: 200 });
  });
});
