/** Recordings under way, sent to the real relay as they grow. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { equalInConstantTime, type Bytes } from '#shared/bytes.ts';
import { newObjectId, type ObjectId } from '#shared/ids.ts';
import type { LiveUpload } from './live-upload.ts';
import { manyRandomBytes, Rig, type Device } from './testing/relay-rig.ts';

const MIB = 1024 * 1024;
const SOON = { interval: 1, timeout: 10_000 };
const { signal } = new AbortController();
let rig: Rig;

beforeAll(async () => {
  rig = await Rig.open();
});

afterAll(() => rig.relay.dispose());

/** Writes as the recorder does: segments one behind the other, with room reserved ahead that holds nothing yet. */
class Recording {
  readonly objectId: ObjectId = newObjectId();
  readonly bytes: Bytes;
  readonly #device: Device;
  readonly #live: LiveUpload;

  constructor(device: Device, size: number, until = signal) {
    this.bytes = manyRandomBytes(size);
    this.#device = device;
    this.#live = device.uploader().live(this.objectId, until);
  }

  /** So much is on the disk, and final. */
  grow(bytes: number): void {
    const reserved = new Uint8Array(bytes + MIB);
    reserved.set(this.bytes.subarray(0, bytes));
    this.#device.files.set(this.objectId, new Blob([reserved]));
    this.#live.grown(bytes);
  }

  /** Grows by 1 MiB at a time; before the next is recorded, less than that is still to be sent. */
  async growAll(until = this.bytes.length - 1): Promise<void> {
    for (let bytes = MIB; bytes <= until; bytes += MIB) {
      this.grow(bytes);
      await this.#sent(bytes);
    }
  }

  close(): Promise<'backed-up'> {
    this.#device.files.set(this.objectId, new Blob([this.bytes]));
    return this.#live.close(this.bytes.length);
  }

  async abandon(): Promise<void> {
    this.#device.files.delete(this.objectId);
    await this.#live.abandon();
  }

  async #sent(bytes: number): Promise<void> {
    await expect.poll(() => this.#device.line.acknowledged, SOON).toBeGreaterThan(bytes - MIB);
  }
}

async function expectWhole({ relay, line, transfers }: Device, { objectId, bytes }: Recording): Promise<void> {
  line.cutAt = () => null;
  expect(await rig.objects(objectId)).toMatchObject([{ size: bytes.length }]);
  // Element by element, as a matcher compares, megabytes take seconds.
  expect(equalInConstantTime(await relay.objectRange(objectId, 0, bytes.length, signal), bytes)).toBe(true);
  expect(await transfers.get(objectId)).toMatchObject({ state: 'backed-up', size: bytes.length, url: null });
}

const SIZE = 2 * MIB + 12_345;
const CHUNK = 8 * MIB;

describe('a live upload', () => {
  it('has sent all but the end when the recording ends, and of that the rest alone', async () => {
    const device = await rig.device(CHUNK);
    const recording = new Recording(device, SIZE);
    await recording.growAll();
    expect(await device.transfers.get(recording.objectId)).toMatchObject({ state: 'sending', size: 0 });
    const before = device.line.sent.length;
    expect(await recording.close()).toBe('backed-up');
    const [last, ...more] = device.line.sent.slice(before);
    expect(more).toEqual([]);
    expect([last?.method, last?.bytes, last?.headers.get('Upload-Length')]).toEqual(['PATCH', 12_345, String(SIZE)]);
    expect(device.line.bytes).toBe(SIZE);
    await expectWhole(device, recording);
  });

  it('states the length alone where everything was sent before', async () => {
    const device = await rig.device(CHUNK);
    const recording = new Recording(device, 2 * MIB);
    await recording.growAll();
    recording.grow(2 * MIB);
    await expect.poll(() => device.line.acknowledged, SOON).toBe(2 * MIB);
    expect(await recording.close()).toBe('backed-up');
    expect(device.line.sent.at(-1)?.bytes).toBe(0);
    await expectWhole(device, recording);
  });

  it('of a recording shorter than a step is an upload like others', async () => {
    const device = await rig.device(CHUNK);
    const recording = new Recording(device, MIB - 1);
    recording.grow(MIB - 1000);
    expect(device.line.sent).toEqual([]);
    expect(await recording.close()).toBe('backed-up');
    expect(device.line.sent.map(({ headers }) => headers.get('Upload-Defer-Length'))).not.toContain('1');
    await expectWhole(device, recording);
  });

  it.each(['before', 'within', 'after'] as const)('survives a cut %s any one request', async (cut) => {
    for (let nth = 0, requests = 1; nth < requests; nth++) {
      const device = await rig.device(CHUNK);
      const recording = new Recording(device, SIZE);
      device.line.cutAt = (n) => (n === nth ? cut : null);
      await recording.growAll();
      expect(await recording.close()).toBe('backed-up');
      requests = device.line.sent.length;
      await expectWhole(device, recording);
    }
  });

  it('tries for as long as the recording goes on', async () => {
    const device = await rig.device(CHUNK);
    const recording = new Recording(device, SIZE);
    device.line.cutAt = () => 'before';
    recording.grow(MIB);
    await expect.poll(() => device.pauses.length, SOON).toBeGreaterThan(20);
    expect(Math.max(...device.pauses)).toBe(15_000);
    device.line.cutAt = () => null;
    await recording.growAll();
    expect(await recording.close()).toBe('backed-up');
    await expectWhole(device, recording);
  });

  it('that was closed without a network is finished later, from where it was', async () => {
    const device = await rig.device(CHUNK);
    const recording = new Recording(device, SIZE);
    await recording.growAll();
    device.line.cutAt = () => 'before';
    await expect(recording.close()).rejects.toMatchObject({ code: 'relay/unreachable' });
    device.line.cutAt = () => null;
    const before = device.line.bytes;
    expect(await device.uploader().send(recording.objectId, signal)).toBe('backed-up');
    expect(device.line.bytes - before).toBe(12_345);
    await expectWhole(device, recording);
  });

  it('without a session begins nothing, and is sent when there is one', async () => {
    const device = await rig.device(CHUNK);
    await device.signOut();
    const recording = new Recording(device, SIZE);
    recording.grow(MIB);
    await expect.poll(() => device.line.requests, SOON).toEqual(['POST /api/tickets']);
    recording.grow(2 * MIB);
    await expect(recording.close()).rejects.toMatchObject({ code: 'session/absent' });
    await device.signIn();
    expect(await device.uploader().send(recording.objectId, signal)).toBe('backed-up');
    await expectWhole(device, recording);
  });

  it('whose session ends goes on', async () => {
    const device = await rig.device(CHUNK);
    const recording = new Recording(device, SIZE);
    recording.grow(MIB);
    await expect.poll(() => device.line.acknowledged, SOON).toBe(MIB);
    await device.signOut();
    await recording.growAll();
    expect(await recording.close()).toBe('backed-up');
    await device.signIn();
    await expectWhole(device, recording);
  });

  it('asks for less room where the relay has no more', async () => {
    const device = await rig.device(CHUNK);
    const recording = new Recording(device, SIZE);
    await recording.growAll();
    // The relay of these tests takes 16 MiB at most.
    expect(await rig.uploads(recording.objectId)).toMatchObject([{ maximum: 8 * MIB, length: null }]);
    await recording.close();
  });

  it('that outgrows the room set aside for it is sent anew when it is closed', async () => {
    const device = await rig.device(CHUNK);
    const recording = new Recording(device, 9 * MIB + 1);
    await recording.growAll(8 * MIB);
    recording.grow(9 * MIB);
    expect(await recording.close()).toBe('backed-up');
    await expectWhole(device, recording);
  });

  it('that is stopped asks for nothing more, and is finished later from where it was', async () => {
    const device = await rig.device(CHUNK);
    const stop = new AbortController();
    const recording = new Recording(device, SIZE, stop.signal);
    recording.grow(MIB);
    await expect.poll(() => device.line.acknowledged, SOON).toBe(MIB);
    stop.abort();
    const before = device.line.sent.length;
    recording.grow(2 * MIB);
    await expect(recording.close()).rejects.toMatchObject({ code: 'call/aborted' });
    expect(device.line.sent).toHaveLength(before);
    expect(await device.uploader().send(recording.objectId, signal)).toBe('backed-up');
    expect(device.line.bytes).toBe(SIZE);
    await expectWhole(device, recording);
  });

  it('that is abandoned leaves nothing anywhere', async () => {
    const device = await rig.device(CHUNK);
    const recording = new Recording(device, SIZE);
    recording.grow(MIB);
    await expect.poll(() => device.line.acknowledged, SOON).toBe(MIB);
    await recording.abandon();
    recording.grow(2 * MIB);
    await expect(recording.close()).rejects.toMatchObject({ code: 'call/aborted' });
    expect(await rig.uploads(recording.objectId)).toEqual([]);
    expect(await device.transfers.all()).toEqual([]);
  });
});
