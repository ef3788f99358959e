/** D6 over a real socket: the connection is cut in the middle of a PATCH. What is killed is in ../killed.test.ts. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newObjectId } from '#shared/ids.ts';
import { RelayProcess } from './testing/relay-process.ts';
import { ALICE, as, someBytes, tus } from './testing/upload-subject.ts';
import { OFFSET_TYPE } from './upload-headers.ts';

afterEach(() => RelayProcess.endAll());

describe('uploads to a process', () => {
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
