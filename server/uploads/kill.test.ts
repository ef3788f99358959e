/** D5 and D6 over a real socket: the process of the relay is killed, or the connection cut, in the middle of a PATCH. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newObjectId } from '#shared/ids.ts';
import { ALICE, as, offsetOf, placeOf, someBytes, tus } from './testing/upload-subject.ts';
import { OFFSET_TYPE, TICKET_HEADER } from './upload-headers.ts';

const KILLS = 20;
const SEED = 20_261_122;
const LENGTH = 24 * 1024 * 1024;
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

class Relay {
  readonly child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  static async start(dataDir: string): Promise<Relay> {
    const child = spawn(process.execPath, ['server/uploads/testing/upload-process.ts', dataDir], {
      stdio: ['ignore', 'pipe', 'inherit']
    });
    running.add(child);
    for await (const said of child.stdout) {
      const port = /port (\d+)/.exec(String(said))?.[1];
      if (port !== undefined) return new Relay(child, Number(port));
    }
    throw new Error('The relay ended before it listened.');
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, init);
  }

  async create(objectId: string, length: number): Promise<string> {
    const body = JSON.stringify({ objectId, length });
    const given = await this.fetch('/api/tickets', { method: 'POST', headers: as(ALICE), body });
    const { ticket } = (await given.json()) as { ticket: string };
    const headers = tus({ [TICKET_HEADER]: ticket, 'Upload-Length': String(length) });
    const created = await this.fetch('/api/uploads', { method: 'POST', headers });
    expect(created.status).toBe(201);
    return placeOf(created);
  }

  async offset(where: string): Promise<number> {
    const response = await this.fetch(where, { method: 'HEAD', headers: tus({}) });
    expect(response.status).toBe(200);
    return offsetOf(response);
  }

  /** Sends a PATCH for all of `bytes`, and does `then` when `count` of them are on their way. */
  async patchUntil(where: string, offset: number, bytes: Uint8Array, count: number, then: () => void): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    const headers = tus({
      Host: 'localhost',
      'Content-Type': OFFSET_TYPE,
      'Content-Length': String(bytes.length),
      'Upload-Offset': String(offset)
    });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`PATCH ${where} HTTP/1.1\r\n${lines.join('')}\r\n`);
    await new Promise<void>((sent) => socket.write(bytes.subarray(0, count), () => sent()));
    then();
    socket.destroy();
    await closed;
  }

  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

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
    let relay = await Relay.start(dataDir);
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
      relay = await Relay.start(dataDir);
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
    const relay = await Relay.start(await mkdtemp(join(tmpdir(), 'svj-cut-')));
    const bytes = someBytes(2 * 1024 * 1024 + 10);
    for (const k of [0, 1, 65_535, 65_536, 65_537, 1_048_575, 1_048_577, bytes.length - 1]) {
      const objectId = newObjectId();
      const where = await relay.create(objectId, bytes.length);
      await relay.patchUntil(where, 0, bytes, k, () => undefined);
      const offset = await relay.offset(where);
      expect(offset).toBeLessThanOrEqual(k);
      const headers = tus({ 'Content-Type': OFFSET_TYPE, 'Upload-Offset': String(offset) });
      const response = await relay.fetch(where, { method: 'PATCH', headers, body: bytes.slice(offset) });
      expect(response.status).toBe(204);
      const stored = await relay.fetch(`/api/objects/${objectId}`, { headers: as(ALICE) });
      expect(Buffer.compare(Buffer.from(await stored.arrayBuffer()), bytes)).toBe(0);
    }
    await relay.kill();
  }, 120_000);

  it('a body that is refused unread gets its answer, and the next request too', async () => {
    const relay = await Relay.start(await mkdtemp(join(tmpdir(), 'svj-refused-')));
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
