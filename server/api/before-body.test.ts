/** What is refused is refused before its body is read, and all bodies together have a bound. */
import { BlockList } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPerson, TestRelay } from '#server/testing/relay-client.ts';
import { object, string } from '#shared/schema.ts';
import { api } from './api.ts';
import { BodyBudget } from './body-budget.ts';
import { route } from './route.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('a limit by address or account', () => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await TestRelay.temporary();
  });
  afterAll(() => relay.dispose());

  it.each([
    ['/prelogin', 30],
    ['/account', 10],
    ['/session', 20],
    ['/account/passphrase', 5]
  ])('of %s refuses without a look at the body', async (path, uses) => {
    const client = relay.client();
    if (path === '/account/passphrase') await new TestPerson().signUp(client);
    const headers = { ...JSON_TYPE, Cookie: `__Host-svj=${client.cookie ?? ''}` };
    const ask = async () => {
      let isRead = false;
      const body = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            isRead = true;
            controller.enqueue(new TextEncoder().encode('{}'));
            controller.close();
          }
        },
        { highWaterMark: 0 }
      );
      const init = { method: 'POST', headers, body, duplex: 'half' as const };
      const { status } = await relay.fetch(`/api${path}`, init, client.address);
      return [status, isRead];
    };
    for (let i = 0; i < uses; i++) expect(await ask()).toEqual([400, true]);
    expect(await ask()).toEqual([429, false]);
  });
});

describe('the bodies of all requests together', () => {
  /** A relay of one route, which answers when it is told to. */
  function oneRoute(bytes: number) {
    let answer = (): void => undefined;
    const called = new Promise<void>((resolve) => (answer = resolve));
    const slow = route('POST /slow', { access: 'open', body: object({ text: string() }) }, async ({ body }) => {
      await called;
      return { json: body.text.length };
    });
    const log = { request: () => undefined, failure: () => undefined };
    const budget = new BodyBudget(bytes);
    const app = api({ routes: [slow], mounts: {}, sessions: {} as never, proxies: new BlockList(), log, budget });
    const post = (length: number) =>
      Promise.resolve(
        app.request('/slow', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ text: 'x'.repeat(length) }) })
      );
    return { post, answer };
  }

  it('are held until they are answered, and one more is asked to come again', async () => {
    const { post, answer } = oneRoute(1000);
    const first = post(600);
    // The first has been read by the time that the second is answered.
    await new Promise((resolve) => setImmediate(resolve));
    const second = await post(600);
    expect([second.status, await second.json()]).toMatchObject([503, { code: 'relay/busy' }]);
    expect(second.headers.get('Retry-After')).not.toBeNull();
    answer();
    expect((await first).status).toBe(200);
    expect((await post(600)).status).toBe(200);
  });

  it('give back what a body held that was refused', async () => {
    const { post, answer } = oneRoute(1000);
    answer();
    for (let i = 0; i < 5; i++) expect((await post(2000)).status).toBe(503);
    expect((await post(900)).status).toBe(200);
  });
});
