/** S3 as it really is: a Ceph object gateway that this file starts, kills, and puts faults in front of. */
import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newObjectId } from '#shared/ids.ts';
import type { ObjectKey } from './object-store.ts';
import { S3Bucket } from './s3.ts';
import { partSize, S3ObjectStore } from './s3-object-store.ts';
import { FaultProxy } from './testing/fault-proxy.ts';
import { mustHold, mustRefuse, newKey, patterned, pieces, readAll } from './testing/object-store-laws.ts';
import { runObjectStoreSuite } from './testing/object-store-suite.ts';
import { KMS_KEY_ID, Radosgw, radosgwMissing } from './testing/radosgw.ts';

const missing = radosgwMissing();
if (missing !== undefined) process.stderr.write(`The tests of the S3 store are skipped: ${missing}.\n`);
const { signal } = new AbortController();
const PART = partSize(1);
let gateway: Radosgw;

beforeAll(async () => {
  if (missing !== undefined) return;
  gateway = await Radosgw.start();
  await gateway.makeBucket('plain');
  await gateway.makeBucket('versions', { versions: true });
}, 120_000);
afterAll(async () => {
  if (missing === undefined) await gateway.stop();
});

function open(bucket = 'plain', endpoint = gateway.endpoint, idleMs = 30_000): S3ObjectStore {
  return new S3ObjectStore(new S3Bucket({ ...gateway.settings(bucket), endpoint }, idleMs));
}

runObjectStoreSuite(
  'objects in S3',
  () => Promise.resolve({ store: open(), reopen: () => Promise.resolve(open()), boundary: PART }),
  missing
);

/** What the bucket holds of a key in any form: names with versions, and unfinished multipart uploads. */
async function traces(bucket: string, key: ObjectKey): Promise<number> {
  const client = gateway.client();
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key })
  );
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }));
  return Versions.length + DeleteMarkers.length + Uploads.length;
}

/** Appends until it is done, as a client would: after every failure it asks for the true offset. */
async function persist(store: S3ObjectStore, key: ObjectKey, bytes: Uint8Array): Promise<void> {
  for (let acknowledged = 0; ;) {
    try {
      const size = await store.size(key);
      const offset = size?.size ?? 0;
      expect(offset).toBeGreaterThanOrEqual(acknowledged);
      if (size?.complete === true) return;
      // In two requests, so that what the first one acknowledged can be missed.
      const half = Math.max(offset, Math.floor(bytes.length / 2));
      const end = offset < half ? half : bytes.length;
      const body = bytes.subarray(offset, end);
      acknowledged = await store.append(key, offset, pieces(body), { signal, expected: body.length });
      if (acknowledged === bytes.length) await store.complete(key);
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'store/unavailable' });
    }
  }
}

describe.skipIf(missing !== undefined)(missing === undefined ? 'S3' : `S3 (skipped: ${missing})`, () => {
  it('every part but the last has its size by its number, and 64 GiB fit', () => {
    let total = 0;
    for (let number = 1; number <= 10_000; number++) total += partSize(number);
    expect(total).toBeGreaterThanOrEqual(64 * 2 ** 30);
    expect(partSize(1)).toBe(80 * 65_536);
  });

  it('carries the account as a tag on small and large objects', async () => {
    const store = open();
    for (const length of [10, PART + 10]) {
      const account = newObjectId();
      const key = newKey(account);
      await store.append(key, 0, pieces(patterned(length)), { signal });
      await store.complete(key);
      const command = new GetObjectTaggingCommand({ Bucket: 'plain', Key: key });
      const { TagSet } = await gateway.client().send(command);
      expect(TagSet).toEqual([{ Key: 'account', Value: account }]);
    }
  });

  it('asks the store to encrypt with the key that is set', async () => {
    const store = new S3ObjectStore(new S3Bucket(gateway.settings('plain', 'aws:kms')));
    for (const length of [10, PART + 10]) {
      const key = newKey();
      await store.append(key, 0, pieces(patterned(length)), { signal });
      await store.complete(key);
      const head = await gateway.client().send(new HeadObjectCommand({ Bucket: 'plain', Key: key }));
      expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KMS_KEY_ID });
      mustHold(await readAll(store, key), patterned(length));
    }
  });

  it('C10 leaves no version, no marker and no unfinished multipart upload behind', async () => {
    for (const bucket of ['plain', 'versions']) {
      const store = open(bucket);
      for (const complete of [false, true]) {
        const key = newKey();
        await store.append(key, 0, pieces(patterned(PART + 10)), { signal });
        await store.append(key, PART + 10, pieces(patterned(10)), { signal });
        if (complete) await store.complete(key);
        expect(await traces(bucket, key)).toBeGreaterThan(0);
        await store.remove(key);
        expect(await traces(bucket, key)).toBe(0);
      }
    }
  });

  it('leaves of a completed object the object alone', async () => {
    const store = open();
    const key = newKey();
    await store.append(key, 0, pieces(patterned(PART + 10)), { signal });
    await store.complete(key);
    expect(await traces('plain', key)).toBe(1);
  });

  it('D4 an endpoint killed in the middle of a part loses nothing that was acknowledged', async () => {
    const store = open();
    const key = newKey();
    const whole = patterned(3 * PART + 1000);
    expect(await store.append(key, 0, pieces(whole.subarray(0, 100_000)), { signal })).toBe(100_000);
    async function* killing() {
      yield* pieces(whole.subarray(100_000, PART + PART / 2));
      await gateway.kill();
      yield* pieces(whole.subarray(PART + PART / 2));
    }
    const append = store.append(key, 100_000, killing(), { signal, expected: whole.length - 100_000 });
    await mustRefuse('store/unavailable', append);
    await mustRefuse('store/unavailable', store.size(key));
    await gateway.resume();
    const size = await store.size(key);
    expect(size?.size).toBeGreaterThanOrEqual(100_000);
    await persist(store, key, whole);
    mustHold(await readAll(store, key), whole);
  }, 60_000);

  it.each([
    // As often in a row as the library tries, so that it gives up.
    ['is refused', 'unavailable', 3, /./],
    ['is done and its answer lost', 'answer-lost', 1, /./],
    ['is cut off in its middle', { resetAfter: PART / 2 }, 3, /^PUT/]
  ] as const)(
    'D4 whichever request %s, acknowledged bytes are never missing',
    async (_, fault, times, which) => {
      const whole = patterned(PART + 300_000);
      const proxy = await FaultProxy.start(gateway.endpoint);
      for (let nth = 1, reached = true; reached; nth++) {
        const store = open('plain', proxy.endpoint);
        const key = newKey();
        let count = 0;
        proxy.plan = (method) => {
          if (!which.test(method)) return undefined;
          count += 1;
          return count >= nth && count < nth + times ? fault : undefined;
        };
        await persist(store, key, whole);
        reached = count >= nth;
        proxy.plan = () => undefined;
        mustHold(await readAll(store, key), whole);
        await store.remove(key);
        expect(await traces('plain', key)).toBe(0);
      }
      proxy.stop();
    },
    300_000
  );

  /** A body that says `first`, and nothing more until it is let go. */
  function held(first: Uint8Array) {
    let letGo = (): void => undefined;
    const gone = new Promise<void>((resolve) => (letGo = resolve));
    let isRead = (): void => undefined;
    const read = new Promise<void>((resolve) => (isRead = resolve));
    async function* body() {
      if (first.length > 0) yield first;
      isRead();
      await gone;
    }
    return { body: body(), letGo, read };
  }

  it.each([
    ['a rest', 0, 100, 500],
    ['a part', 0, 100, PART + 10],
    ['a part, and itself has received nothing', 100, 0, PART + 10]
  ])(
    'D5 a request that notices late that it lost its lease, after its successor stored %s, changes nothing',
    async (_, before, late, stored) => {
      const key = newKey();
      const whole = patterned(before + stored);
      if (before > 0) await open().append(key, 0, pieces(whole.subarray(0, before)), { signal });
      const { body, letGo, read } = held(patterned(late, 7));
      const losing = open().append(key, before, body, { signal });
      await read;
      const successor = open();
      expect(await successor.append(key, before, pieces(whole.subarray(before)), { signal })).toBe(whole.length);
      letGo();
      await mustRefuse('upload/busy', losing);
      expect(await open().size(key)).toEqual({ size: whole.length, complete: false });
      await successor.complete(key);
      mustHold(await readAll(open(), key), whole);
      await successor.remove(key);
      expect(await traces('plain', key)).toBe(0);
    }
  );

  it('D4 an endpoint that says nothing any more is given up', async () => {
    const proxy = await FaultProxy.start(gateway.endpoint);
    const store = open('plain', proxy.endpoint, 100);
    const key = newKey();
    proxy.plan = (method, path) => (method === 'PUT' && path.includes('partNumber') ? 'stall' : undefined);
    const append = store.append(key, 0, pieces(patterned(PART + 10)), { signal, expected: PART + 10 });
    await mustRefuse('store/unavailable', append);
    expect(await store.size(key)).toEqual({ size: 0, complete: false });
    proxy.stop();
  });

  it('passes a part on while it comes in', async () => {
    const proxy = await FaultProxy.start(gateway.endpoint);
    const store = open('plain', proxy.endpoint);
    let before = 0;
    async function* body() {
      yield patterned(1000);
      // The part is far from full; the request that takes it is there all the same.
      while (!proxy.seen.some((line) => line.includes('partNumber=1'))) await new Promise((go) => setTimeout(go, 5));
      before = proxy.seen.length;
      yield patterned(PART - 1000, 1000);
    }
    const key = newKey();
    await store.append(key, 0, body(), { signal, expected: PART });
    expect(before).toBeGreaterThan(0);
    await store.complete(key);
    mustHold(await readAll(store, key), patterned(PART));
    proxy.stop();
  });
});
