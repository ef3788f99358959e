/** The app's side of the API against the relay itself: what one of them says, the other understands. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeAt } from '#server/accounts/totp.ts';
import { fromBase32, TestRelay } from '#server/testing/relay-client.ts';
import { SvjError, type ErrorCode } from '#shared/errors.ts';
import { RelayClient } from '#web/sync/relay-client.ts';

const { signal } = new AbortController();
const bytes = (length: number) => Uint8Array.from(randomBytes(length));
const newId = () => randomBytes(16).toString('hex');

let relay: TestRelay;

beforeAll(async () => {
  relay = await TestRelay.temporary();
});

afterAll(() => relay.dispose());

/** A browser's fetch, as far as the client sees: it keeps the cookie. */
function browser(): RelayClient {
  let cookie = '';
  const address = `100.${[...randomBytes(2)].join('.')}.9`;
  return new RelayClient(async (path, init) => {
    const headers = new Headers(init.headers);
    headers.set('Sec-Fetch-Site', 'same-origin');
    headers.set('Cookie', cookie);
    const response = await relay.fetch(path, { ...init, headers }, address);
    cookie = response.headers.get('Set-Cookie')?.split(';')[0] ?? cookie;
    return response;
  });
}

function person() {
  const auth = bytes(32);
  const slot = { slotId: newId(), kind: 'passphrase' as const, kdf: bytes(48), wrap: bytes(230) };
  return {
    name: randomBytes(6).toString('hex'),
    auth,
    request: {
      vaultId: newId(),
      deviceId: newId(),
      kdf: slot.kdf,
      auth,
      recoveryAuth: bytes(32),
      vault: {
        slots: [slot],
        recoveryCopy: bytes(230),
        inbox: { number: 1, publicKey: bytes(65), privateKey: bytes(300) }
      }
    }
  };
}

async function signUp(client: RelayClient) {
  const { name, auth, request } = person();
  expect(await client.signUp({ name, ...request }, signal)).toEqual({ stage: 'enrolling' });
  const { secret } = await client.setUpTotp(signal);
  const { recoveryCodes } = await client.confirmTotp(codeAt(fromBase32(secret), relay.now), signal);
  expect(recoveryCodes).toHaveLength(10);
  return { name, auth, request, recoveryCodes };
}

it('signs up, publishes, and reads on another device what was published', async () => {
  const phone = browser();
  const { name, auth, request, recoveryCodes } = await signUp(phone);
  const record = { entryId: newId(), revision: 1, epoch: 1, wrap: bytes(230), record: bytes(700) };
  await phone.stage({ records: [record] }, signal);
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', record.record)).toString('hex');
  const head = { sequence: 3, sealed: bytes(400) };
  const bucket = { bucket: 17, revision: 3, sealed: bytes(200) };
  const entries = [{ entryId: record.entryId, revision: 1, hash, state: 'live' as const, purgeAt: null }];
  expect(await phone.commit({ follows: null, head, buckets: [bucket], entries }, signal)).toEqual({ feed: 1 });

  const laptop = browser();
  const { vaultId, kdf } = await laptop.prelogin(name, signal);
  expect({ vaultId, kdf }).toEqual({ vaultId: request.vaultId, kdf: request.kdf });
  await laptop.signIn({ name, deviceId: newId(), auth }, signal);
  await laptop.signInFully({ recoveryCode: recoveryCodes[0] ?? '' }, signal);
  expect(await laptop.vault(signal)).toEqual({ vaultId, entries: 1, headSequence: 3, feed: 1, ...request.vault });
  expect(await laptop.heads(0, signal)).toEqual({ heads: [head], more: false });
  expect(await laptop.buckets([17, 18], signal)).toEqual({ buckets: [bucket] });
  const { records, more, cursor } = await laptop.changes('', signal);
  expect({ records, more }).toEqual({ records: [{ ...record, hash, state: 'live', purgeAt: null }], more: false });
  expect(await laptop.changes(cursor, signal)).toMatchObject({ records: [] });
  const { sessions, current } = await laptop.sessions(signal);
  const other = sessions.find(({ sessionId }) => sessionId !== current)?.sessionId ?? '';
  await laptop.endSession(other, signal);
  await expect(phone.session(signal)).rejects.toMatchObject({ code: 'session/absent' });
  await laptop.signOut(signal);
  await expect(laptop.vault(signal)).rejects.toMatchObject({ code: 'session/absent' });
});

it('hears of what another device publishes', async () => {
  const client = browser();
  await signUp(client);
  const stop = new AbortController();
  const feed = client.feed(stop.signal);
  expect(await feed.next()).toEqual({ done: false, value: 0 });
  const next = feed.next();
  await client.commit({ follows: null, head: { sequence: 1, sealed: bytes(9) }, buckets: [], entries: [] }, signal);
  expect(await next).toEqual({ done: false, value: 1 });
  stop.abort();
  await feed.return(undefined).catch(() => undefined);
});

describe('whatever comes instead of an answer', () => {
  const answering = (response: () => Response | Promise<Response>) =>
    new RelayClient(() => Promise.resolve().then(response));

  it.each<[string, ErrorCode, () => Response | Promise<Response>]>([
    ['no network', 'relay/unreachable', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['a cancelled request', 'call/aborted', () => Promise.reject(new DOMException('', 'AbortError'))],
    ['a page of a proxy', 'relay/answer', () => new Response('<h1>Hello</h1>')],
    ['a proxy without a relay', 'relay/unreachable', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['too little', 'relay/answer', () => Response.json({ stage: 'full' })],
    ['too much', 'relay/answer', () => Response.json({ stage: 'root', sessionId: newId(), accountId: newId() })],
    [
      'a code with another status',
      'relay/answer',
      () => Response.json({ code: 'session/absent', message: '' }, { status: 404 })
    ],
    [
      'a code that is not the relay’s to say',
      'relay/unreachable',
      () => Response.json({ code: 'storage/quota', message: '' }, { status: 507 })
    ],
    ['no code but too many', 'relay/too-many', () => new Response('', { status: 429 })],
    ['a known code', 'session/absent', () => Response.json({ code: 'session/absent', message: '' }, { status: 401 })]
  ])('%s is named %s', async (_what, code, response) => {
    const asking = answering(response).session(signal);
    await expect(asking).rejects.toBeInstanceOf(SvjError);
    await expect(asking).rejects.toMatchObject({ code });
  });

  it('bytes that are none are refused with the whole answer', async () => {
    for (const kdf of ['', 'AAAA', `${'A'.repeat(62)}==`, '!'.repeat(64), 5]) {
      const asking = answering(() => Response.json({ vaultId: newId(), kdf })).prelogin('x', signal);
      await expect(asking, String(kdf)).rejects.toMatchObject({ code: 'relay/answer' });
    }
  });
});
