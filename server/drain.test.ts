/** SIGTERM while devices listen, upload, and dawdle: the process ends by itself, and nothing that it took is lost. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { RealRelay, requestHead } from '#server/testing/real-relay.ts';
import { TestPerson } from '#server/testing/relay-client.ts';
import { createUpload, offsetAt, patch, patchHeaders, objectBytes } from '#server/testing/tus-client.ts';

const LENGTH = 3 * 1024 * 1024;
const built = existsSync('build/index.html');

afterEach(() => RealRelay.killAll());

describe.skipIf(!built)('a relay that is told to end (skipped where the app is not built)', () => {
  it('ends its streams, takes no new upload, cuts a running one where it is durable, and is gone', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'svj-drain-'));
    const relay = await RealRelay.start(dataDir);
    const client = relay.client();
    await new TestPerson().signUp(client);
    const own = { Cookie: `__Host-svj=${client.cookie ?? ''}`, 'X-Forwarded-For': client.address };
    const [objectId, bytes] = [randomBytes(16).toString('hex'), randomBytes(LENGTH)];
    const place = await createUpload(client, objectId, LENGTH);

    const [listening, asking, uploading, dawdling] = await Promise.all(
      Array.from({ length: 4 }, () => relay.connection())
    );
    if (!listening || !asking || !uploading || !dawdling) throw new Error('no connections');
    listening.socket.write(requestHead('GET', '/api/vault/feed', own));
    await expect.poll(() => listening.heard).toContain('data: {"feed":0}');
    const body = JSON.stringify({ objectId: 'a'.repeat(32), length: 1 });
    const head = requestHead('POST', '/api/tickets', {
      ...own,
      'Content-Type': 'application/json',
      'Content-Length': String(body.length)
    });
    asking.socket.write(head.slice(0, 20));
    uploading.socket.write(requestHead('PATCH', place, patchHeaders(0, LENGTH)));
    uploading.socket.write(bytes.subarray(0, LENGTH - 1));
    dawdling.socket.write(requestHead('POST', '/api/prelogin', { 'Content-Length': '100' }));
    dawdling.socket.write('{');

    const [order, exit] = [[] as string[], once(relay.child, 'exit')];
    void listening.closed.then(() => order.push('feed'));
    void uploading.closed.then(() => order.push('upload'));
    const started = performance.now();
    relay.child.kill('SIGTERM');
    await listening.closed;
    asking.socket.write(head.slice(20) + body);
    await asking.closed;
    expect(asking.heard).toMatch(/^HTTP\/1\.1 503 /);
    expect(asking.heard).toMatch(/\r\nretry-after: \d+\r\n/i);
    expect(asking.heard).toContain('"relay/unreachable"');

    expect(await exit).toEqual([0, null]);
    // The promise to the operator, whose tools kill what takes longer.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(uploading.heard).toMatch(/^HTTP\/1\.1 503 /);
    expect(order).toEqual(['feed', 'upload']);

    client.relay = await RealRelay.start(dataDir);
    expect(await offsetAt(client, place)).toBe(LENGTH - 1);
    expect((await patch(client, place, LENGTH - 1, bytes.subarray(LENGTH - 1))).status).toBe(204);
    expect((await objectBytes(client, objectId)).equals(bytes)).toBe(true);
  }, 60_000);
});
