/**
 * D5: the relay is killed again and again, in the middle of uploads and of commits. Twenty times here; `npm run
 * test:kill-server` does it 500 times. SVJ_KILLS and SVJ_SEED say how often and by which chance.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { RealRelay, requestHead } from '#server/testing/real-relay.ts';
import { TestPerson, type TestClient } from '#server/testing/relay-client.ts';
import { createUpload, objectBytes, offsetAt, patch, patchHeaders } from '#server/testing/tus-client.ts';

const KILLS = Number(process.env['SVJ_KILLS'] ?? 20);
const SEED = Number(process.env['SVJ_SEED'] ?? 20_261_122);
const LENGTH = 24 * 1024 * 1024;
/** Longer than any kill takes on a busy machine. */
const PATIENCE_MS = 120_000 + KILLS * 15_000;
const built = existsSync('build/index.html');

afterEach(() => RealRelay.killAll());

/** Numbers in [0, 1) that a seed repeats. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Sends a PATCH for all of `bytes`, and kills the relay when `count` of them are on their way. */
async function killInPatch(relay: RealRelay, place: string, offset: number, bytes: Uint8Array, count: number) {
  const { socket, closed } = await relay.connection();
  socket.write(requestHead('PATCH', place, patchHeaders(offset, bytes.length)));
  await new Promise<void>((sent) => socket.write(bytes.subarray(0, count), () => sent()));
  await relay.kill();
  socket.destroy();
  await closed;
}

/** One entry more with every commit, so that the number of entries tells how many were made. */
class Publisher {
  last = { sequence: 0, hash: null as string | null };

  /** @returns what sends the commit, once its record is there, and what to believe if it was made */
  async prepare(client: TestClient) {
    const [entryId, record, sealed] = [randomBytes(16).toString('hex'), randomBytes(600), randomBytes(300)];
    const sent = { entryId, revision: 1, epoch: 1, wrap: randomBytes(230).toString('base64') };
    await client.call('POST', '/records', { records: [{ ...sent, record: record.toString('base64') }] });
    const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const body = {
      follows: this.last.hash,
      head: { sequence: this.last.sequence + 1, sealed: sealed.toString('base64') },
      buckets: [],
      entries: [{ entryId, revision: 1, hash: hashOf(record), state: 'live', purgeAt: null }]
    };
    const made = { sequence: this.last.sequence + 1, hash: hashOf(sealed) };
    return { send: () => client.call('POST', '/vault/commit', body), made };
  }

  /** All or nothing: as many entries as heads, and never fewer than were answered for. */
  async check(client: TestClient, made: typeof this.last, isAnswered: boolean): Promise<void> {
    const { json } = await client.call<{ headSequence: number; entries: number }>('GET', '/vault');
    expect(json.entries).toBe(json.headSequence);
    const allowed = isAnswered ? [made.sequence] : [this.last.sequence, made.sequence];
    expect(allowed).toContain(json.headSequence);
    if (json.headSequence === made.sequence) this.last = made;
  }
}

describe.skipIf(!built)('a relay (skipped where the app is not built)', () => {
  it(
    `D5 killed ${String(KILLS)} times (seed ${String(SEED)}) loses nothing that was acknowledged`,
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'svj-killed-'));
      const [bytes, objectId, next] = [randomBytes(LENGTH), randomBytes(16).toString('hex'), random(SEED)];
      let relay = await RealRelay.start(dataDir);
      const client = relay.client();
      await new TestPerson().signUp(client);
      const place = await createUpload(client, objectId, LENGTH);
      const publisher = new Publisher();
      for (let kill = 0, acknowledged = 0; kill < KILLS; kill++) {
        const offset = await offsetAt(client, place);
        expect(offset).toBeGreaterThanOrEqual(acknowledged);
        acknowledged = offset;
        const { send, made } = await publisher.prepare(client);
        let isAnswered = false;
        if (kill % 3 === 2) {
          const sending = send().then(
            ({ status }) => (isAnswered = status === 200),
            () => undefined
          );
          await delay(next() * 20);
          await relay.kill();
          await sending;
        } else {
          const step = Math.floor((next() * LENGTH) / KILLS);
          // Every third time something is acknowledged first: that must be there after the kill.
          if (kill % 3 === 0) {
            const response = await patch(client, place, offset, bytes.subarray(offset, offset + Math.ceil(step / 2)));
            expect(response.status).toBe(204);
            acknowledged = Number(response.headers.get('Upload-Offset'));
          }
          const rest = bytes.subarray(acknowledged);
          await killInPatch(relay, place, acknowledged, rest, Math.min(step, rest.length - 1));
        }
        relay = await RealRelay.start(dataDir);
        client.relay = relay;
        await publisher.check(client, made, isAnswered);
      }
      const offset = await offsetAt(client, place);
      expect((await patch(client, place, offset, bytes.subarray(offset))).status).toBe(204);
      expect(Buffer.compare(await objectBytes(client, objectId), bytes)).toBe(0);
      await relay.kill();
      await rm(dataDir, { recursive: true });
    },
    PATIENCE_MS
  );
});
