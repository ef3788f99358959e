/** Objects by range, and to nobody but their account. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { LocalObjectStore } from '#server/objects/local.ts';
import { newObjectId } from '#shared/ids.ts';
import { ALICE, as, BOB, placeOf, someBytes, tus, UploadSubject } from './testing/upload-subject.ts';

const bytes = someBytes(100_000);
const size = bytes.length;
const objectId = newObjectId();
const empty = newObjectId();
let subject: UploadSubject;
let unfinished: string;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'svj-objects-'));
  subject = await UploadSubject.open({ url: undefined, dataDir }, new LocalObjectStore(join(dataDir, 'objects')));
  const created = await subject.create(await subject.ticket(size, objectId), size);
  await subject.patch(placeOf(created), 0, bytes);
  await subject.create(await subject.ticket(0, empty), 0);
  unfinished = newObjectId();
  await subject.create(await subject.ticket(5, unfinished as typeof objectId), 5);
});

const everything = async (response: Response) => [
  response.status,
  [...response.headers].sort(),
  Buffer.from(await response.arrayBuffer()).toString('hex')
];

describe('an object', () => {
  it('is given whole, without a name, a type or a copy', async () => {
    for (const method of ['GET', 'HEAD']) {
      const response = await subject.request(method, `/api/objects/${objectId}`, as(ALICE));
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'accept-ranges': 'bytes',
        'cache-control': 'no-store',
        'content-length': String(size),
        'content-type': 'application/octet-stream'
      });
      const given = Buffer.from(await response.arrayBuffer());
      expect(Buffer.compare(given, method === 'GET' ? bytes : Buffer.alloc(0))).toBe(0);
    }
    const nothing = await subject.get(empty);
    expect([nothing.status, nothing.headers.get('Content-Length')]).toEqual([200, '0']);
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-', 0, size],
    ['bytes=65535-65536', 65_535, 65_537],
    ['bytes=99999-', size - 1, size],
    ['bytes=99990-200000', size - 10, size],
    ['bytes=-1', size - 1, size],
    ['bytes=-200000', 0, size]
  ])('is given by %s', async (range, from, to) => {
    const response = await subject.get(objectId, ALICE, { Range: range });
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Range')).toBe(`bytes ${from}-${to - 1}/${size}`);
    expect(response.headers.get('Content-Length')).toBe(String(to - from));
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), bytes.subarray(from, to))).toBe(0);
  });

  it.each(['bytes=100000-', 'bytes=100000-100001', 'bytes=-0'])('refuses %s with its size', async (range) => {
    for (const method of ['GET', 'HEAD']) {
      const response = await subject.request(method, `/api/objects/${objectId}`, { ...as(ALICE), Range: range });
      expect([response.status, response.headers.get('Content-Range')]).toEqual([416, `bytes */${size}`]);
    }
    expect((await subject.get(empty, ALICE, { Range: 'bytes=0-' })).status).toBe(416);
  });

  it.each(['bytes=5-4', 'bytes=-', 'bytes=a-b', 'bytes=0-1,5-6', 'items=0-1', 'bytes=0x1-2'])(
    'is given whole for %s, which is no single range',
    async (range) => {
      const response = await subject.get(objectId, ALICE, { Range: range });
      expect([response.status, response.headers.get('Content-Length')]).toEqual([200, String(size)]);
    }
  );

  it('C4 of another account is exactly like none, by every method and range', async () => {
    for (const method of ['GET', 'HEAD', 'DELETE']) {
      for (const range of [{}, { Range: 'bytes=0-0' }, { Range: 'bytes=999999-' }]) {
        const ask = (id: string, session: Record<string, string>) =>
          subject.request(method, `/api/objects/${id}`, { ...session, ...range }).then(everything);
        const absent = await ask(newObjectId(), as(ALICE));
        expect(absent[0]).toBe(404);
        expect(await ask(objectId, as(BOB))).toEqual(absent);
        expect(await ask(objectId, {})).toEqual(absent);
        expect(await ask(unfinished, as(ALICE))).toEqual(absent);
        expect(await ask('..%2f..%2fetc%2fpasswd', as(ALICE))).toEqual(absent);
      }
    }
    expect((await subject.get(objectId)).status).toBe(200);
  });

  it('takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'PATCH']) {
      expect((await subject.request(method, `/api/objects/${objectId}`, as(ALICE))).status).toBe(405);
    }
  });

  it('C10 that is deleted leaves nothing: no bytes, no row, no upload, no claim on the quota', async () => {
    const before = await subject.usage();
    const id = newObjectId();
    const where = placeOf(await subject.create(await subject.ticket(7, id), 7));
    await subject.patch(where, 0, someBytes(7));
    expect(await subject.usage()).toBe(before + 7);
    expect((await subject.request('DELETE', `/api/objects/${id}`, as(ALICE))).status).toBe(204);
    expect((await subject.get(id)).status).toBe(404);
    expect((await subject.request('DELETE', `/api/objects/${id}`, as(ALICE))).status).toBe(404);
    expect((await subject.request('HEAD', where, tus({}))).status).toBe(404);
    expect(await subject.usage()).toBe(before);
    expect(await subject.database.query.selectFrom('removals').selectAll().execute()).toEqual([]);
  });
});
