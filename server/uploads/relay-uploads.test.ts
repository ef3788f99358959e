/** Uploads as part of the whole relay: behind its sessions, its check of the origin, its log. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestPerson, TestRelay, type TestClient } from '#server/testing/relay-client.ts';

let relay: TestRelay;

beforeAll(async () => {
  relay = await TestRelay.temporary();
});

afterAll(() => relay.dispose());

function send(
  client: TestClient | null,
  method: string,
  path: string,
  headers = {},
  body?: Uint8Array
): Promise<Response> {
  const cookie = client === null ? {} : { Cookie: `__Host-svj=${client.cookie ?? ''}` };
  const init = { method, headers: { 'Sec-Fetch-Site': 'same-origin', ...cookie, ...headers } };
  return relay.fetch(path, body === undefined ? init : { ...init, body: Buffer.from(body) }, '192.0.2.1');
}

const tus = { 'Tus-Resumable': '1.0.0' };

it('takes an object from one device and gives it to another by range, and to nobody else', async () => {
  const phone = relay.client();
  const person = await new TestPerson().signUp(phone);
  const objectId = randomBytes(16).toString('hex');
  const bytes = randomBytes(300_000);
  expect(await relay.client().call('POST', '/tickets', { objectId, length: 1 })).toMatchObject({ status: 401 });
  const { json } = await phone.call('POST', '/tickets', { objectId, length: bytes.length });
  const created = await send(phone, 'POST', '/api/uploads', {
    ...tus,
    'Upload-Length': String(bytes.length),
    'Upload-Ticket': String(json['ticket'])
  });
  expect(created.status).toBe(201);
  const place = created.headers.get('Location') ?? '';
  const patch = { ...tus, 'Content-Type': 'application/offset+octet-stream' };
  const first = await send(phone, 'PATCH', place, { ...patch, 'Upload-Offset': '0' }, bytes.subarray(0, 100_000));
  expect([first.status, first.headers.get('Upload-Offset')]).toEqual([204, '100000']);
  // The session ends in between: a recording is not lost for that.
  await phone.call('DELETE', '/session');
  const rest = await send(null, 'PATCH', place, { ...patch, 'Upload-Offset': '100000' }, bytes.subarray(100_000));
  expect([rest.status, rest.headers.get('Upload-Offset')]).toEqual([204, '300000']);

  const laptop = relay.client();
  await person.signInFully(laptop);
  const part = await send(laptop, 'GET', `/api/objects/${objectId}`, { Range: 'bytes=65536-131071' });
  expect([part.status, part.headers.get('Content-Range')]).toEqual([206, 'bytes 65536-131071/300000']);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(65_536, 131_072))).toBe(true);

  const stranger = relay.client();
  await new TestPerson().signUp(stranger);
  const [foreign, absent] = [
    await send(stranger, 'GET', `/api/objects/${objectId}`),
    await send(stranger, 'GET', `/api/objects/${'0'.repeat(32)}`)
  ];
  expect([foreign.status, await foreign.text()]).toEqual([absent.status, await absent.text()]);
  expect(foreign.status).toBe(404);
  expect((await send(null, 'GET', `/api/objects/${objectId}`)).status).toBe(401);
  expect((await send(laptop, 'GET', `/api/objects/${objectId}`, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);

  // C11: neither the ticket nor the secret of the address is in the log.
  await relay.relay.log.close();
  const [name = ''] = await readdir(join(relay.dataDir, 'logs'));
  const log = await readFile(join(relay.dataDir, 'logs', name), 'utf8');
  expect(log).toContain('"route":"/uploads"');
  for (const secret of [String(json['ticket']), place.split('/').at(-1) ?? '', objectId])
    expect(log).not.toContain(secret);
});
