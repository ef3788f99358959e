/**
 * D9: whoever keeps connections open by a byte now and then is cut for lack of progress, while an honest upload over a
 * line of 1 Mbit/s goes on beside them. Some seconds here, with looks that come sooner; `npm run test:slow-upload` takes
 * the running relay and SVJ_SLOW_MINUTES.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { afterEach, expect, it } from 'vitest';
import { LocalObjectStore } from '#server/objects/local.ts';
import { RealRelay, requestHead } from '#server/testing/real-relay.ts';
import { TestPerson } from '#server/testing/relay-client.ts';
import { createUpload, objectBytes, patchHeaders } from '#server/testing/tus-client.ts';
import { parseObjectId } from '#shared/ids.ts';
import { placeOf, UploadSubject } from '#server/uploads/testing/upload-subject.ts';

const MINUTES = Number(process.env['SVJ_SLOW_MINUTES'] ?? 0);
const BYTES_PER_SECOND = 125_000;
const SECONDS = MINUTES > 0 ? MINUTES * 60 : 6;
const LOOK_MS = 500;
const DAWDLERS = 100;
const newId = (): string => randomBytes(16).toString('hex');

/** What takes uploads, and is asked for what became of them. */
interface Subject {
  readonly port: number;
  create(objectId: string, length: number): Promise<string>;
  read(objectId: string): Promise<Buffer>;
}

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Its guard looks every half second and not every half minute. */
async function scaled(dataDir: string): Promise<Subject> {
  const ticker = (tick: () => void) => {
    const timer = setInterval(tick, LOOK_MS);
    return () => clearInterval(timer);
  };
  const store = new LocalObjectStore(join(dataDir, 'objects'));
  const subject = await UploadSubject.open({ url: undefined, dataDir }, store, { ticker });
  const server = serve({ fetch: subject.app.fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  closing.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => subject.database.close()
  );
  return {
    port: (server.address() as AddressInfo).port,
    create: async (objectId, length) =>
      placeOf(await subject.create(await subject.ticket(length, parseObjectId(objectId)), length)),
    read: async (objectId) => Buffer.from(await (await subject.get(objectId)).arrayBuffer())
  };
}

async function running(dataDir: string): Promise<Subject> {
  const relay = await RealRelay.start(dataDir, { SESSION_IDLE_MINUTES: '720' });
  closing.push(() => RealRelay.killAll());
  const client = relay.client();
  await new TestPerson().signUp(client);
  return {
    port: relay.port,
    create: (objectId, length) => createUpload(client, objectId, length),
    read: (objectId) => objectBytes(client, objectId)
  };
}

/** Sends a byte five times in a look, until the connection is closed. @returns what it heard */
async function dawdle(port: number, place: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => (heard += String(chunk)));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(requestHead('PATCH', place, { ...patchHeaders(0, 1_000_000), Connection: 'close' }));
  const timer = setInterval(() => socket.write('x'), MINUTES > 0 ? 5_000 : LOOK_MS / 5);
  await closed;
  clearInterval(timer);
  return heard;
}

/** At the speed of its line. */
async function upload(port: number, place: string, bytes: Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => (heard += String(chunk)));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(requestHead('PATCH', place, { ...patchHeaders(0, bytes.length), Connection: 'close' }));
  const started = performance.now();
  for (let sent = 0; sent < bytes.length;) {
    const due = Math.min(bytes.length, Math.floor(((performance.now() - started) / 1000) * BYTES_PER_SECOND));
    if (due > sent) socket.write(bytes.subarray(sent, due));
    sent = Math.max(sent, due);
    await delay(20);
  }
  await closed;
  return heard;
}

it(
  `D9 ${String(DAWDLERS)} connections that dawdle are cut, and an honest upload of ${String(SECONDS)} s beside them is not`,
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'svj-slow-'));
    const subject = await (MINUTES > 0 ? running(dataDir) : scaled(dataDir));
    const [objectId, bytes] = [newId(), randomBytes(SECONDS * BYTES_PER_SECOND)];
    const place = await subject.create(objectId, bytes.length);
    const slow: string[] = [];
    for (let i = 0; i < DAWDLERS; i++) slow.push(await subject.create(newId(), 1_000_000));
    let isUploaded = false;
    const honest = upload(subject.port, place, bytes).finally(() => (isUploaded = true));
    const heard = await Promise.all(slow.map((each) => dawdle(subject.port, each)));
    expect(isUploaded).toBe(false);
    for (const each of heard) expect(each).toMatch(/^HTTP\/1\.1 408 .*upload\/too-slow/s);
    expect(await honest).toMatch(/^HTTP\/1\.1 204 /);
    expect((await subject.read(objectId)).equals(bytes)).toBe(true);
  },
  (SECONDS + 120) * 1000
);
