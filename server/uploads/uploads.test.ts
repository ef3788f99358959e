/** Uploads as laws and attacks, in process; on both engines where the database decides. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { onBothEngines } from '#server/db/testing/databases.ts';
import type { ObjectStore } from '#server/objects/object-store.ts';
import type { Bytes } from '#shared/bytes.ts';
import { newObjectId, type ObjectId } from '#shared/ids.ts';
import { codeOf, embedded, newStore, upload } from './testing/upload-steps.ts';
import { FaultyStore, WAYS } from './testing/faulty-store.ts';
import { ALICE, as, offsetOf, placeOf, someBytes, tus, UploadSubject } from './testing/upload-subject.ts';
import { REMOVAL_GRACE_MS } from './stored-objects.ts';
import { OFFSET_TYPE } from './upload-headers.ts';
import { UPLOAD_MS } from './uploads.ts';

async function count(store: ObjectStore): Promise<number> {
  return (await Array.fromAsync(store.list(''))).length;
}

async function isHeld({ database }: UploadSubject): Promise<boolean> {
  const row = await database.query.selectFrom('uploads').select('lease_holder').executeTakeFirstOrThrow();
  return row.lease_holder !== null;
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** Says `bytes`, and then nothing, or an end that is none. */
function cutBody(bytes: Uint8Array, end: 'fails' | 'stalls'): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
    },
    pull(controller) {
      if (end === 'fails') controller.error(new Error('The connection was cut.'));
    }
  });
}

onBothEngines((newPlace) => {
  it('C6 of fifty uses of one ticket at once exactly one makes an upload', async () => {
    const subject = await UploadSubject.open(await newPlace(), await newStore());
    const ticket = await subject.ticket(10);
    const answers = await Promise.all(Array.from({ length: 50 }, () => subject.create(ticket, 10)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(await Promise.all(refused.map(codeOf)))).toEqual(new Set(['ticket/refused']));
    const rows = await subject.database.query.selectFrom('uploads').selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(await subject.usage()).toBe(10);
    await subject.database.close();
  });

  it('fifty tickets at once do not go over the quota together', async () => {
    const subject = await UploadSubject.open(await newPlace(), await newStore(), { quota: 1000 });
    const tickets = await Promise.all(Array.from({ length: 50 }, () => subject.ticket(100)));
    const answers = await Promise.all(tickets.map((ticket) => subject.create(ticket, 100)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(await subject.usage()).toBe(1000);
    await subject.database.close();
  });

  it('a second request takes an upload over, and not a byte of the two is mixed', async () => {
    const place = await newPlace();
    const store = await newStore();
    const first = await UploadSubject.open(place, store);
    // Two processes where the engine is made for that.
    const second = first.database.isPostgres ? await UploadSubject.open(place, store) : first;
    const bytes = someBytes(200_000);
    const objectId = newObjectId();
    const where = placeOf(await first.create(await first.ticket(bytes.length, objectId), bytes.length));
    const stalled = first.patch(where, 0, cutBody(bytes.subarray(0, 70_000), 'stalls'));
    while (!(await isHeld(first))) await delay(5);

    const offset = offsetOf(await second.head(where));
    expect((await stalled).status).toBe(423);
    expect([0, 70_000]).toContain(offset);
    const both = await Promise.all([first, second].map((at) => at.patch(where, offset, bytes.slice(offset))));
    const statuses = both.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(204);
    expect([204, 409, 413, 423]).toContain(statuses[1]);
    expect(Buffer.compare(await bytesOf(await second.get(objectId)), bytes)).toBe(0);
    for (const subject of new Set([first, second])) await subject.database.close();
  });
});

describe('an upload', () => {
  it('whose place another took is not said to be complete', async () => {
    const subject = await embedded();
    const objectId = newObjectId();
    const secret = async () =>
      placeOf(await subject.create(await subject.ticket(3, objectId), 3))
        .split('/')
        .at(-1) ?? '';
    const old = await subject.uploads.find(await secret(), null);
    await secret();
    await expect(subject.uploads.complete(old, 3)).rejects.toMatchObject({ code: 'http/not-found' });
    expect(await subject.objects.find(ALICE, objectId)).toBeNull();
  });

  it('goes on without a session, at a relative address that repeats no Host', async () => {
    const subject = await embedded();
    const created = await subject.create(await subject.ticket(3), 3, { Host: 'evil.example' });
    expect(placeOf(created)).toMatch(/^\/api\/uploads\/[0-9a-f]{64}$/);
    expect((await subject.patch(placeOf(created), 0, new Uint8Array(3))).status).toBe(204);
  });

  it('takes no metadata, no parts of others and no other method than its own', async () => {
    const subject = await embedded();
    for (const [name, value] of [
      ['Upload-Metadata', 'filename aG9saWRheS5tcDQ='],
      ['Upload-Metadata', ''],
      ['Upload-Concat', 'partial'],
      ['X-HTTP-Method-Override', 'DELETE']
    ] as const) {
      const response = await subject.create(await subject.ticket(3), 3, { [name]: value });
      expect([response.status, await codeOf(response)]).toEqual([400, 'upload/header']);
    }
    const where = placeOf(await subject.create(await subject.ticket(3), 3));
    const override = await subject.request('POST', where, tus({ 'X-HTTP-Method-Override': 'PATCH' }));
    expect(override.status).toBe(405);
    expect((await subject.request('GET', where, tus({}))).status).toBe(405);
    expect(offsetOf(await subject.head(where))).toBe(0);
  });

  it('of unknown length is bounded by its ticket, and its length once said stays', async () => {
    const subject = await embedded();
    const bytes = someBytes(100);
    const objectId = newObjectId();
    const where = placeOf(await subject.create(await subject.ticket(null, objectId, ALICE, 100), null));
    expect(await subject.usage()).toBe(100);
    expect((await subject.patch(where, 0, bytes.slice(0, 40))).status).toBe(204);
    for (const [length, status] of [
      ['39', 400],
      ['101', 413]
    ] as const)
      expect((await subject.patch(where, 40, new Uint8Array(), { 'Upload-Length': length })).status).toBe(status);
    expect((await subject.patch(where, 40, bytes.slice(40, 50), { 'Upload-Length': '60' })).status).toBe(204);
    expect((await subject.patch(where, 50, bytes.slice(50, 60), { 'Upload-Length': '61' })).status).toBe(400);
    expect((await subject.patch(where, 50, bytes.slice(50, 60))).status).toBe(204);
    expect(await bytesOf(await subject.get(objectId))).toEqual(Buffer.from(bytes.slice(0, 60)));
    expect(await subject.usage()).toBe(60);
  });

  it('never grows past its length, told beforehand or not', async () => {
    const subject = await embedded();
    const bytes = someBytes(12);
    const told = placeOf(await subject.create(await subject.ticket(10), 10));
    expect((await subject.patch(told, 0, bytes, { 'Content-Length': '12' })).status).toBe(413);
    expect(offsetOf(await subject.head(told))).toBe(0);
    const objectId = newObjectId();
    const untold = placeOf(await subject.create(await subject.ticket(10, objectId), 10));
    expect((await subject.patch(untold, 0, bytes)).status).toBe(413);
    expect(await bytesOf(await subject.get(objectId))).toEqual(Buffer.from(bytes.slice(0, 10)));
  });

  it('gives way to a new one of the same object, and what it still sends goes nowhere', async () => {
    let now = 1_000;
    const store = await newStore();
    const subject = await embedded({ now: () => now }, store);
    const objectId = newObjectId();
    const old = placeOf(await subject.create(await subject.ticket(10, objectId), 10));
    await subject.patch(old, 0, new Uint8Array(4).fill(9));
    const bytes = someBytes(10);
    await upload(subject, bytes, objectId);
    expect((await subject.patch(old, 4, new Uint8Array(6))).status).toBe(404);
    // The old request may still be writing: its bytes go when that is over.
    now += REMOVAL_GRACE_MS - 1;
    await subject.objects.purge();
    expect(await count(store)).toBe(2);
    now += 1;
    await subject.objects.purge();
    expect(await count(store)).toBe(1);
    expect(await bytesOf(await subject.get(objectId))).toEqual(Buffer.from(bytes));
    expect(await subject.usage()).toBe(10);
  });

  it('of an object that is there is refused, also with a ticket of before', async () => {
    const subject = await embedded();
    const objectId = newObjectId();
    const before = await subject.ticket(3, objectId);
    await upload(subject, someBytes(3), objectId);
    expect((await subject.create(before, 3)).status).toBe(409);
    expect(await subject.usage()).toBe(3);
  });

  it('that expired is gone, with its bytes and what was set aside for it; one that was continued is not', async () => {
    let now = 5_000;
    const store = await newStore();
    const subject = await embedded({ now: () => now }, store);
    const [left, kept] = (await Promise.all(
      [0, 1].map(async () => placeOf(await subject.create(await subject.ticket(10), 10)))
    )) as [string, string];
    for (const where of [left, kept]) await subject.patch(where, 0, new Uint8Array(4));
    now += UPLOAD_MS - 1;
    await subject.patch(kept, 4, new Uint8Array(1));
    now += 1;
    expect((await subject.head(left)).status).toBe(404);
    await subject.uploads.purge();
    expect(await subject.usage()).toBe(10);
    now += REMOVAL_GRACE_MS;
    await subject.objects.purge();
    expect(await count(store)).toBe(1);
    expect(offsetOf(await subject.head(kept))).toBe(5);
  });

  it('D9 that does not move is cut off, and keeps what it brought; a slow one is not', async () => {
    let tick: () => void = () => undefined;
    const subject = await embedded({
      ticker: (call) => {
        tick = call;
        return () => undefined;
      }
    });
    const where = placeOf(await subject.create(await subject.ticket(300_000), 300_000));
    let say: (bytes: Uint8Array) => void = () => undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        say = (bytes) => controller.enqueue(bytes);
      }
    });
    const answered = subject.patch(where, 0, body);
    const turns = async () => {
      for (let i = 0; i < 20; i++) await new Promise((next) => setTimeout(next, 1));
    };
    await turns();
    for (let i = 0; i < 10; i++) {
      say(new Uint8Array(16 * 1024));
      await turns();
      tick();
    }
    // Nothing more: the second look in a row that finds nothing ends it.
    tick();
    tick();
    const response = await answered;
    expect([response.status, await codeOf(response)]).toEqual([408, 'upload/too-slow']);
    expect(offsetOf(await subject.head(where))).toBe(10 * 16 * 1024);
  });

  it('D6 cut anywhere goes on where it was cut, into one object of the same bytes', async () => {
    const subject = await embedded();
    const bytes = someBytes(200_000);
    for (const k of [0, 1, 65_535, 65_536, 65_537, 199_999, 200_000]) {
      const objectId = newObjectId();
      const where = placeOf(await subject.create(await subject.ticket(bytes.length, objectId), bytes.length));
      await subject.patch(where, 0, cutBody(bytes.subarray(0, k), 'fails'));
      expect(offsetOf(await subject.head(where))).toBe(k);
      if (k < bytes.length) expect((await subject.patch(where, k, bytes.slice(k))).status).toBe(204);
      expect(Buffer.compare(await bytesOf(await subject.get(objectId)), bytes)).toBe(0);
    }
  });

  it('D4 whichever call of the store fails, and however, nothing acknowledged is missing at the end', async () => {
    const faulty = new FaultyStore(await newStore());
    let now = Date.now();
    const subject = await embedded({ now: () => now }, faulty.store);
    const bytes = someBytes(150_000);
    for (const way of WAYS) {
      let reached = true;
      for (let nth = 1; reached; nth++) {
        Object.assign(faulty, { calls: 0, failing: nth, way });
        const objectId = newObjectId();
        await persist(subject, objectId, bytes);
        reached = faulty.calls >= nth;
        faulty.failing = Infinity;
        expect(Buffer.compare(await bytesOf(await subject.get(objectId)), bytes)).toBe(0);
        expect((await subject.request('DELETE', `/api/objects/${objectId}`, as(ALICE))).status).toBe(204);
      }
    }
    now += REMOVAL_GRACE_MS;
    await subject.objects.purge();
    expect(await count(faulty.store)).toBe(0);
    expect(await subject.usage()).toBe(0);
  });
});

/** Uploads in pieces as a device does: after a failure it asks, and only a lost address needs a new ticket. */
async function persist(subject: UploadSubject, objectId: ObjectId, bytes: Bytes): Promise<void> {
  const piece = 60_000;
  let where = '';
  for (let acknowledged = 0; acknowledged < bytes.length;) {
    if (where === '') {
      const created = await subject.create(await subject.ticket(bytes.length, objectId), bytes.length);
      if (created.status !== 201) continue;
      where = placeOf(created);
    }
    const head = await subject.head(where);
    if (head.status !== 200) continue;
    const offset = offsetOf(head);
    expect(offset).toBeGreaterThanOrEqual(acknowledged);
    acknowledged = offset;
    const response = await subject.patch(where, offset, bytes.slice(offset, offset + piece), {
      'Content-Type': OFFSET_TYPE
    });
    if (response.status === 204) acknowledged = offsetOf(response);
    else expect(response.status).toBe(503);
  }
  // The last answer may have been lost: whoever asks finds the object made.
  while ((await subject.head(where)).status !== 200);
}
