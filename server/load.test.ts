/**
 * Many at once, against the relay as it runs: it answers or refuses all of them, and goes on. Attack row D8, whose 10,000
 * requests are those of `npm run test:load`; SVJ_REQUESTS says how many.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RealRelay } from '#server/testing/real-relay.ts';
import { TestPerson } from '#server/testing/relay-client.ts';
import { createUpload, objectBytes, patch } from '#server/testing/tus-client.ts';

const REQUESTS = Number(process.env['SVJ_REQUESTS'] ?? 2_000);
/** Blocks of addresses: each may ask 30 times in five minutes. */
const BLOCKS = 20;
const MIB = 2 ** 20;
const MOST_MEMORY = 512 * MIB;
const built = existsSync('build/index.html');

interface Heard {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
}

/** Peak of the process, where the system tells it; bytes. */
function peakOf(pid: number | undefined): number {
  const file = `/proc/${String(pid)}/status`;
  return existsSync(file) ? Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1]) * 1024 : 0;
}

describe.skipIf(!built)('a relay that many ask at once (skipped where the app is not built)', () => {
  let relay: RealRelay;
  beforeAll(async () => {
    relay = await RealRelay.start(await mkdtemp(join(tmpdir(), 'svj-load-')));
  });
  afterAll(() => RealRelay.killAll());

  const body = JSON.stringify({ name: 'somebody' });

  function prelogin(agent: Agent, address: string): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'X-Forwarded-For': address };
      const asking = request(
        { port: relay.port, host: '127.0.0.1', method: 'POST', path: '/api/prelogin', agent, headers },
        (response) => {
          response.resume();
          response.once('end', () =>
            resolve({ status: response.statusCode, retryAfter: response.headers['retry-after'] })
          );
        }
      );
      asking.once('error', reject);
      asking.end(body);
    });
  }

  const ready = async () => (await relay.fetch('/readyz', {}, '192.0.2.1')).status;

  it(`D8 answers or refuses ${String(REQUESTS)} small requests, says when to come again, and keeps its memory`, async () => {
    // A connection each: one that is kept may be closed by the relay at the moment in which a client uses it again.
    const agent = new Agent({ maxSockets: 250 });
    const asked = Array.from({ length: REQUESTS }, (_, i) => prelogin(agent, `10.20.${String(i % BLOCKS)}.1`));
    const [meanwhile, heard] = await Promise.all([ready(), Promise.all(asked)]);
    agent.destroy();
    expect(meanwhile).toBe(200);
    expect(heard.filter(({ status }) => status === 200)).toHaveLength(BLOCKS * 30);
    const refused = heard.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(REQUESTS - BLOCKS * 30);
    expect(refused.every(({ retryAfter }) => Number(retryAfter) > 0)).toBe(true);
    expect(await ready()).toBe(200);
    expect(peakOf(relay.child.pid)).toBeLessThan(MOST_MEMORY);
  }, 120_000);

  it('takes fifty uploads at once, each to its own bytes', async () => {
    const client = relay.client();
    await new TestPerson().signUp(client);
    const uploads = Array.from({ length: 50 }, () => ({
      objectId: randomBytes(16).toString('hex'),
      bytes: randomBytes(200_017)
    }));
    const places = await Promise.all(
      uploads.map(({ objectId, bytes }) => createUpload(client, objectId, bytes.length))
    );
    const statuses = await Promise.all(
      uploads.map(async ({ bytes }, i) => (await patch(client, places[i] ?? '', 0, bytes)).status)
    );
    expect(new Set(statuses)).toEqual(new Set([204]));
    for (const { objectId, bytes } of uploads) expect((await objectBytes(client, objectId)).equals(bytes)).toBe(true);
    expect(peakOf(relay.child.pid)).toBeLessThan(MOST_MEMORY);
  }, 120_000);
});
