/** A page reads an object that a worker is writing, in a real browser: the writer's lock keeps nobody from it. */
import { afterEach, expect, it } from 'vitest';
import { newObjectId } from '#shared/ids.ts';
import { openAsBlob } from './object-blob.ts';

const BLOCK = 65_536;
const NAME = newObjectId();

afterEach(async () => {
  const root = await navigator.storage.getDirectory();
  await (await root.getDirectoryHandle('svj-objects', { create: true })).removeEntry(NAME).catch(() => undefined);
});

it('has none where there is no such object, and makes nothing', async () => {
  expect(await openAsBlob(NAME)).toBeNull();
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('svj-objects', { recursive: true }).catch(() => undefined);
  expect(await openAsBlob(NAME)).toBeNull();
  await expect(root.getDirectoryHandle('svj-objects')).rejects.toMatchObject({ name: 'NotFoundError' });
});

it('gives what is final while a worker holds the file, grows it and writes behind it', async () => {
  const worker = new Worker(new URL('testing/growing.worker.ts', import.meta.url), { type: 'module' });
  const seen = { final: 0, isClosed: false };
  worker.onmessage = ({ data }: MessageEvent<typeof seen>) => {
    Object.assign(seen, data);
  };
  try {
    worker.postMessage(NAME);
    await expect.poll(() => seen.final).toBeGreaterThan(0);
    let whileOpen = 0;
    for (let at = 0, isClosed = false; !isClosed; at = seen.final) {
      // As it was before the file is opened.
      ({ isClosed } = seen);
      const { final } = seen;
      const from = Math.max(0, Math.min(at, final) - 16 * BLOCK);
      const blob = await openAsBlob(NAME);
      const bytes = new Uint8Array((await blob?.slice(from, final).arrayBuffer()) ?? []);
      expect(bytes.length).toBe(final - from);
      for (let offset = 0; offset < bytes.length; offset += BLOCK) {
        const mark = (((from + offset) / BLOCK) % 251) + 1;
        expect(bytes.subarray(offset, offset + BLOCK).every((byte) => byte === mark)).toBe(true);
      }
      if (!isClosed) whileOpen++;
    }
    expect(whileOpen).toBeGreaterThan(5);
    expect((await openAsBlob(NAME))?.size).toBe(seen.final);
  } finally {
    worker.terminate();
  }
});
