/** 64 KiB from somewhere in a long sealed file on disk. `ms` is that of one seek. */
import { randomInt } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { randomBytes, toHex, type Bytes } from '../../shared/bytes.ts';
import { entryKey, objectKey, objectParent } from '../../shared/crypto/keys.ts';
import { openRange, sealStream, startOpening, type SealedSource } from '../../shared/crypto/stream.ts';
import { KIND } from '../../shared/format/kind.ts';
import { HEAD_BYTES } from '../../shared/format/segment.ts';
import { newEntryId, newObjectId, newVaultId } from '../../shared/ids.ts';
import { pattern, plaintextOf, type StreamPeer } from './stream.ts';
import type { LoadPeer } from './stream-columns.ts';

export interface SeekColumn {
  /** `product`, `limit`, or a peer that can only read from the head. */
  readonly by: string;
  readonly bytes: number;
  /** Where the file is written; removed by the driver. */
  readonly directory: string;
}

interface SeekRun {
  readonly ms: number;
  readonly extra: { readonly openedBytes: number };
}

const WANTED = 65_536;
const TAG = 16;
const SEEKS = 64;

export function prepareSeek(column: SeekColumn, loadPeer: LoadPeer): Promise<() => Promise<SeekRun>> {
  if (column.by === 'product') return product(column);
  if (column.by === 'limit') return limit(column);
  return peer(column, loadPeer);
}

async function product({ bytes, directory }: SeekColumn): Promise<() => Promise<SeekRun>> {
  const entryId = newEntryId();
  const objectId = newObjectId();
  const parent = toHex(await objectParent(entryId));
  const envelope = { kind: KIND.media, epoch: 1, revision: 1, vaultId: newVaultId(), objectId, parent };
  const { seal } = await objectKey(await entryKey(randomBytes(32)), objectId, KIND.media);
  const path = join(directory, 'product');
  await plaintextOf(pattern(), bytes).pipeThrough(sealStream(seal, envelope)).pipeTo(fileSink(path));
  const file = await open(path);
  const opener = await startOpening(seal, envelope, await readAt(file, 0, HEAD_BYTES));
  if (opener === null) throw new Error('the file does not open');
  let read = 0;
  const source: SealedSource = {
    async read(from, to) {
      read += to - from;
      return readAt(file, from, to - from);
    }
  };
  return async () => {
    read = 0;
    const started = performance.now();
    for (let seek = 0; seek < SEEKS; seek++) {
      const from = randomInt(bytes - WANTED);
      let length = 0;
      for await (const part of openRange(opener, source, bytes, from, from + WANTED)) length += part.length;
      if (length !== WANTED) throw new Error(`a seek gave ${length} bytes`);
    }
    return { ms: (performance.now() - started) / SEEKS, extra: { openedBytes: read / SEEKS } };
  };
}

/** One raw AES-256-GCM call on one read, at a boundary. */
async function limit({ bytes, directory }: SeekColumn): Promise<() => Promise<SeekRun>> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const algorithm = { name: 'AES-GCM', iv: randomBytes(12) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, randomBytes(WANTED)));
  const count = Math.ceil(bytes / WANTED);
  const path = join(directory, 'limit');
  await plaintextOf(sealed, count * sealed.length).pipeTo(fileSink(path));
  const file = await open(path);
  return async () => {
    const started = performance.now();
    for (let seek = 0; seek < SEEKS; seek++) {
      const part = await readAt(file, randomInt(count) * (WANTED + TAG), WANTED + TAG);
      await crypto.subtle.decrypt(algorithm, key, part);
    }
    return { ms: (performance.now() - started) / SEEKS, extra: { openedBytes: WANTED + TAG } };
  };
}

/** Formats without random access are opened from the head to the wanted place, here the middle. */
async function peer({ by, bytes, directory }: SeekColumn, loadPeer: LoadPeer): Promise<() => Promise<SeekRun>> {
  const cipher = await ((await loadPeer(by)) as StreamPeer).streamCipher();
  const path = join(directory, by);
  await (await cipher.seal(plaintextOf(pattern(), bytes))).pipeTo(fileSink(path));
  const end = Math.floor(bytes / 2) + WANTED;
  return async () => {
    const started = performance.now();
    const file = createReadStream(path, { highWaterMark: 2 ** 20 });
    const reader = (await cipher.open(Readable.toWeb(file) as ReadableStream<Bytes>)).getReader();
    let opened = 0;
    while (opened < end) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`${by} ended after ${opened} bytes`);
      opened += value.length;
    }
    const ms = performance.now() - started;
    await reader.cancel().catch(() => undefined);
    file.destroy();
    return { ms, extra: { openedBytes: opened } };
  };
}

function fileSink(path: string): WritableStream<Bytes> {
  return Writable.toWeb(createWriteStream(path)) as WritableStream<Bytes>;
}

async function readAt(file: FileHandle, from: number, length: number): Promise<Bytes> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, from);
  return bytes.subarray(0, bytesRead);
}
