/** Somebody who knows nothing but a name guesses without end: its owner comes in all the same. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onBothEngines } from '#server/db/testing/databases.ts';
import { TestPerson, TestRelay } from '#server/testing/relay-client.ts';

const MINUTE = 60_000;

onBothEngines((newPlace) => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await TestRelay.open(await newPlace());
  });
  afterAll(() => relay.relay.close());

  const wrong = (kind: 'auth' | 'recoveryAuth') => ({ [kind]: randomBytes(32).toString('base64') }) as { auth: string };

  /** From an address of its own each time, until the name is refused. */
  async function lock(person: TestPerson, kind: 'auth' | 'recoveryAuth', times: number): Promise<number[]> {
    const statuses: number[] = [];
    for (let i = 0; i < times; i++) statuses.push((await person.signIn(relay.client(), wrong(kind))).status);
    return statuses;
  }

  it('a device that signed in before is not refused for the guesses of others, wherever it is', async () => {
    const device = relay.client();
    const person = await new TestPerson().signUp(device);
    expect(await lock(person, 'auth', 7)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    device.address = '203.0.113.200';
    expect(await person.signIn(device)).toMatchObject({ status: 200 });
    // What remains: a device that nobody knows waits, for by its passphrase it may be one that guesses.
    expect(await person.signIn(relay.client())).toMatchObject({ status: 429 });
  });

  it('is itself refused when it guesses', async () => {
    const device = relay.client();
    const person = await new TestPerson().signUp(device);
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await person.signIn(device, wrong('auth'))).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('is known from its second factor on, and not before', async () => {
    const person = await new TestPerson().signUp(relay.client());
    const [half, whole] = [relay.client(), relay.client()];
    await person.signIn(half);
    await person.signInFully(whole);
    await lock(person, 'auth', 6);
    expect(await person.signIn(half)).toMatchObject({ status: 429 });
    expect(await person.signIn(whole)).toMatchObject({ status: 200 });
  });

  it('recovery words are refused where they are guessed, and taken from every other address', async () => {
    const person = await new TestPerson().signUp(relay.client());
    const guesser = relay.client();
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await person.signIn(guesser, wrong('recoveryAuth'))).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    await lock(person, 'auth', 6);
    const owner = relay.client();
    expect(await person.signIn(owner, { recoveryAuth: person.recoveryAuth })).toMatchObject({ status: 200 });
    expect(await person.signIn(guesser, { recoveryAuth: person.recoveryAuth })).toMatchObject({ status: 429 });
    relay.pass(60 * MINUTE);
    expect(await person.signIn(guesser, { recoveryAuth: person.recoveryAuth })).toMatchObject({ status: 200 });
  });

  it('C2 a thousand guesses are no more than the limit, also after a restart', async () => {
    const place = await newPlace();
    const clock = { now: relay.now };
    let first = await TestRelay.open(place, clock);
    const person = await new TestPerson().signUp(first.client());
    const statuses = new Map<number, number>();
    for (let i = 0; i < 1000; i++) {
      if (i % 250 === 249) {
        await first.relay.close();
        first = await TestRelay.open(place, clock);
      }
      const { status } = await person.signIn(first.client(), wrong('auth'));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(Object.fromEntries(statuses)).toEqual({ 401: 5, 429: 995 });
    await first.relay.close();
  }, 120_000);

  it('forgets a device that stayed away for more than a year', async () => {
    const device = relay.client();
    const person = await new TestPerson().signUp(device);
    relay.pass(401 * 24 * 60 * MINUTE);
    await relay.relay.tidy();
    await lock(person, 'auth', 5);
    expect(await person.signIn(device)).toMatchObject({ status: 429 });
  });
});
