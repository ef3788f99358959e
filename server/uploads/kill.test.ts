/** D5 and D6 over a real socket: the process of the relay is killed, or the connection cut, in the middle of a PATCH. */
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newObjectId } from '#shared/ids.ts';
import { RelayProcess } from './testing/relay-process.ts';
import { ALICE, as, offsetOf, someBytes, tus } from './testing/upload-subject.ts';
import { OFFSET_TYPE } from './upload-headers.ts';

const KILLS = 20;
const SEED = 20_261_122;
const LENGTH = 24 * 1024 * 1024;

afterEach(() => RelayProcess.endAll());

/** Numbers in [0, 1) that a seed repeats. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('uploads to a process', () => {
  it(`D5 killed ${KILLS} times in the middle of a PATCH (seed ${SEED}) lose nothing that was acknowledged`, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'svj-kill-'));
    const bytes = someBytes(LENGTH);
    const objectId = newObjectId();
    const next = random(SEED);
    let relay = await RelayProcess.start(dataDir);
    const where = await relay.create(objectId, LENGTH);
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const offset = await relay.offset(where);
      expect(offset).toBeGreaterThanOrEqual(acknowledged);
      const step = Math.floor(next() * (LENGTH / KILLS));
      // Every third time something is acknowledged first: that must be there after the kill.
      acknowledged = offset;
      if (kill % 3 === 0) {
        const headers = tus({ 'Content-Type': OFFSET_TYPE, 'Upload-Offset': String(offset) });
        const body = bytes.slice(offset, offset + Math.ceil(step / 2));
        const response = await relay.fetch(where, { method: 'PATCH', headers, body });
        expect(response.status).toBe(204);
        acknowledged = offsetOf(response);
      }
      const { child } = relay;
      const rest = bytes.subarray(acknowledged);
      await relay.patchUntil(where, acknowledged, rest, Math.min(step, rest.length - 1), () => child.kill('SIGKILL'));
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      relay = await RelayProcess.start(dataDir);
    }
    const offset = await relay.offset(where);
    expect(offset).toBeGreaterThanOrEqual(acknowledged);
    const headers = tus({ 'Content-Type': OFFSET_TYPE, 'Upload-Offset': String(offset) });
    const last = await relay.fetch(where, { method: 'PATCH', headers, body: bytes.slice(offset) });
    expect(last.status).toBe(204);
    const stored = await relay.fetch(`/api/objects/${objectId}`, { headers: as(ALICE) });
    expect(Buffer.compare(Buffer.from(await stored.arrayBuffer()), bytes)).toBe(0);
  }, 300_000);

  it('D6 a connection cut after k bytes leaves at most k, and goes on to the same bytes', async () => {
    const relay = await RelayProcess.start(await mkdtemp(join(tmpdir(), 'svj-cut-')));
    const bytes = someBytes(2 * 1024 * 1024 + 10);
    for (let k of [0, 1, 65_535, 65_536, 65_537, 1_048_575, 1_048_577, bytes.length - 1]) {
      const objectId = newObjectId();
      const where = await relay.create(objectId, bytes.length);
      await relay.patchUntil(where, 0, bytes, k, () => undefined);
      for (let status = 0; status !== 204;) {
        const offset = await relay.offset(where);
        expect(offset).toBeLessThanOrEqual(k);
        const headers = tus({ 'Content-Type': OFFSET_TYPE, 'Upload-Offset': String(offset) });
        ({ status } = await relay.fetch(where, { method: 'PATCH', headers, body: bytes.slice(offset) }));
        // The relay may hear of the cut connection later than of the new one, which is then asked to come again.
        expect([204, 409, 423]).toContain(status);
        if (status !== 204) k = bytes.length;
      }
      const stored = await relay.fetch(`/api/objects/${objectId}`, { headers: as(ALICE) });
      expect(Buffer.compare(Buffer.from(await stored.arrayBuffer()), bytes)).toBe(0);
    }
    await relay.kill();
  }, 120_000);

  it('a body that is refused unread gets its answer, and the next request too', async () => {
    const relay = await RelayProcess.start(await mkdtemp(join(tmpdir(), 'svj-refused-')));
    const where = await relay.create(newObjectId(), 10);
    const body = someBytes(8 * 1024 * 1024);
    for (let i = 0; i < 5; i++) {
      const headers = tus({ 'Content-Type': OFFSET_TYPE, 'Upload-Offset': '0' });
      const response = await relay.fetch(where, { method: 'PATCH', headers, body });
      expect([response.status, await response.json()]).toMatchObject([413, { code: 'upload/too-long' }]);
      expect(await relay.offset(where)).toBe(0);
    }
    await relay.kill();
  }, 60_000);
});
