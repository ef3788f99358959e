/**
 * Who may call what, made from the table of routes: every route × every method × every kind of caller. A new route is in
 * it without being written here. Attack rows C4 and C5 of the design.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPerson, TestRelay, type TestClient } from '#server/testing/relay-client.ts';
import type { Route } from './route.ts';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'] as const;
const CALLERS = ['nobody', 'expired', 'ended', 'forged', 'password', 'enrolling', 'full'] as const;
type CallerKind = (typeof CALLERS)[number];

let relay: TestRelay;
let routes: readonly Route[];

beforeAll(async () => {
  relay = await TestRelay.temporary();
  ({ routes } = relay.relay);
});

afterAll(() => relay.dispose());

/** Each kind of caller, made anew: some calls end their session. */
async function newCaller(kind: CallerKind): Promise<TestClient> {
  const client = relay.client();
  if (kind === 'nobody') return client;
  if (kind === 'forged') {
    client.cookie = 'A'.repeat(43);
    return client;
  }
  const person = new TestPerson();
  if (kind === 'enrolling') {
    await client.call('POST', '/account', person.signUpBody(client));
    return client;
  }
  await person.signUp(client);
  if (kind === 'password') await person.signIn(client);
  if (kind === 'ended') {
    const { cookie } = client;
    await client.call('DELETE', '/session');
    client.cookie = cookie;
  }
  if (kind === 'expired') relay.pass(31 * 60_000);
  return client;
}

const REFUSED = {
  ...{ nobody: 'session/absent', expired: 'session/absent', ended: 'session/absent', forged: 'session/absent' },
  ...{ password: 'session/second-factor', enrolling: 'session/second-factor' }
} as const;

function expectedRefusal(route: Route, kind: CallerKind): string | null {
  if (route.access === 'open') return null;
  if (route.access.some((stage) => stage === kind)) return null;
  return kind === 'full' ? 'http/not-found' : REFUSED[kind];
}

describe.each(CALLERS)('asked by: %s', (kind) => {
  it('each route answers those whom it is for, and refuses all others before it looks at anything', async () => {
    for (const route of routes) {
      // Open so long as the device listens; what it says is tested with the feed.
      if (route.path === '/vault/feed' && kind === 'full') continue;
      const client = await newCaller(kind);
      const path = route.path.replace(':id', 'a'.repeat(32));
      const { json, status, headers } = await client.call<{ code?: string }>(
        route.method,
        path,
        route.body === null ? undefined : {}
      );
      const refused = expectedRefusal(route, kind);
      const place = `${route.method} ${route.path}`;
      if (refused === null) expect(['session/absent', 'session/second-factor'], place).not.toContain(json.code);
      else expect(json.code, place).toBe(refused);
      expect(status, place).not.toBe(500);
      expect(headers.get('Cache-Control'), place).toBe('no-store');
      if (route.body !== null && refused === null) expect(json.code, place).toBe('relay/body');
    }
  });

  it('no other method is there', async () => {
    const client = await newCaller(kind);
    for (const path of new Set(routes.map((route) => route.path))) {
      for (const method of METHODS) {
        if (routes.some((route) => route.path === path && route.method === method)) continue;
        const answer = await client.call(method, path.replace(':id', 'a'.repeat(32)));
        expect(answer.status, `${method} ${path}`).toBe(405);
        if (method !== 'HEAD') expect(answer.json, `${method} ${path}`).toMatchObject({ code: 'http/method' });
      }
    }
  });
});

describe('parts with a protocol of their own', () => {
  const places = [
    ['POST', '/tickets'],
    ['GET', `/objects/${'a'.repeat(32)}`],
    ['DELETE', `/objects/${'a'.repeat(32)}`]
  ] as const;

  it.each(CALLERS)('asked by: %s', async (kind) => {
    for (const [method, path] of places) {
      const client = await newCaller(kind);
      const answer = await client.call(method, path, method === 'POST' ? {} : undefined);
      const code = kind === 'full' ? (method === 'POST' ? 'relay/body' : 'http/not-found') : REFUSED[kind];
      expect(answer.json, `${method} ${path}`).toMatchObject({ code });
    }
  });

  it('uploads go by the secret in their address: a made-up one is nowhere, whoever asks', async () => {
    for (const kind of CALLERS) {
      const client = await newCaller(kind);
      for (const method of ['HEAD', 'PATCH', 'DELETE']) {
        const headers = {
          'Tus-Resumable': '1.0.0',
          'Content-Type': 'application/offset+octet-stream',
          'Upload-Offset': '0',
          Cookie: `__Host-svj=${client.cookie ?? ''}`
        };
        const response = await relay.fetch(`/api/uploads/${'a'.repeat(64)}`, { method, headers }, client.address);
        expect(response.status, `${kind} ${method}`).toBe(404);
      }
    }
  });
});

describe('C5 a request from another site', () => {
  it.each<Record<string, string>>([
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'http://evil.test' },
    { Origin: 'null' },
    { Origin: 'http://relay.test.evil.test' },
    { Origin: 'http://evil.test', 'Sec-Fetch-Site': 'none' },
    { Origin: 'http://relay.test', 'Sec-Fetch-Site': 'cross-site' }
  ])('is refused by every route: %o', async (headers) => {
    const client = await newCaller('full');
    for (const { method, path } of routes) {
      const init = { method, headers: { Host: 'relay.test', Cookie: `__Host-svj=${client.cookie ?? ''}`, ...headers } };
      const response = await relay.fetch(`/api${path}`, init, client.address);
      expect(await response.json(), `${method} ${path}`).toMatchObject({ code: 'relay/foreign-origin' });
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
    }
  });

  it('is not mistaken for one of our own', async () => {
    const client = await newCaller('full');
    const headers = { Host: 'relay.test', Origin: 'http://relay.test', Cookie: `__Host-svj=${client.cookie ?? ''}` };
    expect((await relay.fetch('/api/session', { headers }, client.address)).status).toBe(200);
  });
});
