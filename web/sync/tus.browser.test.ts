/** The uploader in a real browser, where tus-js-client is another build: what it asks for, and what it leaves behind. */
import { afterEach, expect, it, vi } from 'vitest';
import { concat, equalInConstantTime, randomBytes, type Bytes } from '#shared/bytes.ts';
import { newObjectId } from '#shared/ids.ts';
import { MemoryTransfers } from './testing/memory-transfers.ts';
import { Uploader } from './uploader.ts';

const PLACE = `/api/uploads/${'ab'.repeat(32)}`;
const bytes = concat(...Array.from({ length: 5 }, () => randomBytes(50_000)));

/** As much of a relay as one upload needs; loses the answer to its second part. */
class SmallRelay {
  readonly asked: string[] = [];
  stored: Bytes = new Uint8Array();
  isCut = false;

  readonly fetch = async (path: string, init: RequestInit): Promise<Response> => {
    const method = init.method ?? '';
    this.asked.push(`${method} ${path}`);
    if (method === 'POST') return new Response(null, { status: 201, headers: { Location: PLACE } });
    if (method === 'PATCH') {
      expect(new Headers(init.headers).get('Upload-Offset')).toBe(String(this.stored.length));
      this.stored = concat(this.stored, new Uint8Array(await new Response(init.body).arrayBuffer()));
    }
    if (this.stored.length === 200_000 && !this.isCut) {
      this.isCut = true;
      throw new TypeError('Failed to fetch');
    }
    const headers = { 'Upload-Offset': String(this.stored.length), 'Upload-Length': String(bytes.length) };
    return new Response(null, { status: method === 'HEAD' ? 200 : 204, headers });
  };
}

afterEach(() => vi.restoreAllMocks());

it('sends slices of a file, goes on after a cut, and writes nothing where a page keeps names', async () => {
  const kept = vi.spyOn(Storage.prototype, 'setItem');
  const relay = new SmallRelay();
  const uploader = new Uploader({
    relay: { ticket: () => Promise.resolve('cd'.repeat(32)), objectSize: () => Promise.resolve(null) },
    fetch: relay.fetch,
    transfers: new MemoryTransfers(),
    open: () => Promise.resolve(new Blob([bytes])),
    pause: () => Promise.resolve(),
    chunkBytes: 100_000
  });
  expect(await uploader.send(newObjectId(), new AbortController().signal)).toBe('backed-up');
  const patch = `PATCH ${PLACE}`;
  expect(relay.asked).toEqual(['POST /api/uploads', patch, patch, `HEAD ${PLACE}`, patch]);
  expect(equalInConstantTime(relay.stored, bytes)).toBe(true);
  expect(kept).not.toHaveBeenCalled();
  expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
});
