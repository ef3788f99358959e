/** Objects as the real relay gives them back, and as one that lies does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { equalInConstantTime } from '#shared/bytes.ts';
import { newObjectId } from '#shared/ids.ts';
import { RelayClient } from './relay-client.ts';
import { Rig, type Device } from './testing/relay-rig.ts';

const { signal } = new AbortController();
const SIZE = 300_000;
let rig: Rig;
let device: Device;

beforeAll(async () => {
  rig = await Rig.open();
  device = await rig.device();
});

afterAll(() => rig.relay.dispose());

describe('an object at the relay', () => {
  it('is there with its length, is given by range and is gone once it is deleted', async () => {
    const { relay } = device;
    const { objectId, bytes } = device.store(SIZE);
    expect(await relay.objectSize(objectId, signal)).toBeNull();
    await device.uploader().send(objectId, signal);
    expect(await relay.objectSize(objectId, signal)).toBe(SIZE);
    for (const [from, to] of [
      [0, 1],
      [65_536, 131_072],
      [SIZE - 1, SIZE],
      [0, SIZE]
    ] as const) {
      const part = await relay.objectRange(objectId, from, to, signal);
      expect(equalInConstantTime(part, bytes.subarray(from, to))).toBe(true);
    }
    await relay.deleteObject(objectId, signal);
    expect(await relay.objectSize(objectId, signal)).toBeNull();
    await expect(relay.objectRange(objectId, 0, 1, signal)).rejects.toMatchObject({ code: 'http/not-found' });
    await expect(relay.deleteObject(objectId, signal)).rejects.toMatchObject({ code: 'http/not-found' });
  });

  it('has no bytes behind its end', async () => {
    const { objectId } = device.store(100);
    await device.uploader().send(objectId, signal);
    for (const [from, to] of [
      [50, 101],
      [100, 101]
    ] as const) {
      const range = device.relay.objectRange(objectId, from, to, signal);
      await expect(range).rejects.toMatchObject({ code: 'relay/answer' });
    }
  });

  it('gets a ticket only where it is not there, and not longer than the relay takes', async () => {
    const { objectId } = device.store(100);
    expect(await device.relay.ticket(objectId, { maximum: 5 }, signal)).toMatch(/^[0-9a-f]{64}$/);
    await device.uploader().send(objectId, signal);
    const again = device.relay.ticket(objectId, { length: 100 }, signal);
    await expect(again).rejects.toMatchObject({ code: 'upload/exists' });
    const long = device.relay.ticket(newObjectId(), { maximum: 2 ** 40 }, signal);
    await expect(long).rejects.toMatchObject({ code: 'upload/too-long' });
  });

  it('is nobody’s business without a session', async () => {
    const stranger = await rig.device();
    const { objectId } = stranger.store(100);
    await stranger.signOut();
    const asked = [
      () => stranger.relay.objectSize(objectId, signal),
      () => stranger.relay.objectRange(objectId, 0, 1, signal),
      () => stranger.relay.ticket(objectId, { length: 1 }, signal),
      () => stranger.relay.deleteObject(objectId, signal)
    ];
    for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'session/absent' });
  });
});

/** A relay that gives this answer to everything. */
const lying = (body: BodyInit | null, init: ResponseInit) =>
  new RelayClient(() => Promise.resolve(new Response(body, init)));

describe('a relay that lies', () => {
  const part = { status: 206, headers: { 'Content-Range': 'bytes 10-19/300' } };

  it.each([
    ['more than was asked for', new Uint8Array(11), part],
    ['less than was asked for', new Uint8Array(9), part],
    ['another range', new Uint8Array(10), { ...part, headers: { 'Content-Range': 'bytes 0-9/300' } }],
    [
      'a range that only begins alike',
      new Uint8Array(10),
      { ...part, headers: { 'Content-Range': 'bytes 10-190/300' } }
    ],
    ['no range', new Uint8Array(10), { status: 206 }],
    ['the whole', new Uint8Array(10), { ...part, status: 200 }]
  ])('and gives %s is refused', async (_what, body, init) => {
    const range = lying(body, init).objectRange(newObjectId(), 10, 20, signal);
    await expect(range).rejects.toMatchObject({ code: 'relay/answer' });
  });

  it('and sends without end is cut off at the first byte too many', async () => {
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given++;
        controller.enqueue(new Uint8Array(8));
      }
    });
    const range = lying(endless, part).objectRange(newObjectId(), 10, 20, signal);
    await expect(range).rejects.toMatchObject({ code: 'relay/answer' });
    expect(given).toBeLessThan(5);
  });

  it.each(['', '-1', '1e3', '9'.repeat(16)])('and calls an object %j bytes long is refused', async (length) => {
    const size = lying(null, { headers: { 'Content-Length': length } }).objectSize(newObjectId(), signal);
    await expect(size).rejects.toMatchObject({ code: 'relay/answer' });
  });

  it.each(['', 'x', `${'0'.repeat(63)}\n`, 'A'.repeat(64)])('and gives the ticket %j is refused', async (ticket) => {
    const given = lying(JSON.stringify({ ticket }), {}).ticket(newObjectId(), { length: 1 }, signal);
    await expect(given).rejects.toMatchObject({ code: 'relay/answer' });
  });
});
