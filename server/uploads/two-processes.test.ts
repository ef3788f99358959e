/**
 * Beyond one machine: two processes of the relay on one PostgreSQL and one S3. An upload goes from one to the other, and
 * is taken over from one that is killed while it works on it.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresServer } from '#server/db/testing/postgres-server.ts';
import { Radosgw, radosgwMissing } from '#server/objects/testing/radosgw.ts';
import { newObjectId } from '#shared/ids.ts';
import { RelayProcess } from './testing/relay-process.ts';
import { ALICE, as, offsetOf, someBytes, tus } from './testing/upload-subject.ts';
import { OFFSET_TYPE } from './upload-headers.ts';

const MIB = 1024 * 1024;
const missing = radosgwMissing() ?? (PostgresServer.isAvailable() ? undefined : 'no PostgreSQL');
if (missing !== undefined) process.stderr.write(`Two processes on one store are not tried: ${missing}.\n`);
const title = 'two processes on one PostgreSQL and one S3';

describe.skipIf(missing !== undefined)(missing === undefined ? title : `${title} (skipped: ${missing})`, () => {
  let gateway: Radosgw;
  let postgres: PostgresServer;

  beforeAll(async () => {
    gateway = await Radosgw.start();
    await gateway.makeBucket('shared');
    postgres = await PostgresServer.start();
  }, 180_000);
  afterAll(async () => {
    RelayProcess.endAll();
    await gateway.stop();
    await postgres.stop();
  });

  it('D5 carry one upload between them, also over the death of one', async () => {
    const env = {
      DATABASE_URL: await postgres.database(),
      STORAGE: 's3',
      S3_BUCKET: 'shared',
      S3_ENDPOINT: gateway.endpoint,
      S3_FORCE_PATH_STYLE: 'true'
    };
    const folder = await mkdtemp(join(tmpdir(), 'svj-two-'));
    const [one, two] = [await RelayProcess.start(folder, env), await RelayProcess.start(folder, env)];
    const bytes = someBytes(16 * MIB + 5);
    const objectId = newObjectId();
    const patch = async (relay: RelayProcess, offset: number, end: number) => {
      const headers = tus({ 'Content-Type': OFFSET_TYPE, 'Upload-Offset': String(offset) });
      const response = await relay.fetch(where, { method: 'PATCH', headers, body: bytes.slice(offset, end) });
      expect([response.status, offsetOf(response)]).toEqual([204, end]);
    };

    const where = await one.create(objectId, bytes.length);
    await patch(one, 0, MIB + 1);
    expect(await two.offset(where)).toBe(MIB + 1);
    await patch(two, MIB + 1, 6 * MIB);
    await two.patchUntil(where, 6 * MIB, bytes.subarray(6 * MIB), 7 * MIB, () => two.child.kill('SIGKILL'));
    // Its lease runs out while this waits; what it took since the last answer may or may not be there.
    const offset = await one.offset(where);
    expect(offset).toBeGreaterThanOrEqual(6 * MIB);
    expect(offset).toBeLessThanOrEqual(13 * MIB);
    await patch(one, offset, bytes.length);

    const three = await RelayProcess.start(folder, env);
    for (const relay of [one, three]) {
      const stored = await relay.fetch(`/api/objects/${objectId}`, { headers: as(ALICE) });
      expect(Buffer.compare(Buffer.from(await stored.arrayBuffer()), bytes)).toBe(0);
    }
  }, 120_000);
});
