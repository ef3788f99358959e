/** Laws of the container: open ∘ seal is the identity for any bytes in any chunks, range is slice, sizes agree. */
import { describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { concat, equalInConstantTime, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { Envelope } from '#shared/format/envelope.ts';
import { KIND } from '#shared/format/kind.ts';
import {
  HEAD_BYTES,
  MAX_SEGMENTS,
  SEGMENT_BYTES,
  SEGMENT_PLAINTEXT,
  sealedSize,
  segmentCount
} from '#shared/format/segment.ts';
import { sealKeyFrom } from '#shared/testing/raw-keys.ts';
import { chunked, drain, outcomeOf, through } from '#shared/testing/streams.ts';
import {
  open,
  openRange,
  openStream,
  seal,
  sealStream,
  startOpening,
  startSealing,
  type SealedSource
} from './stream.ts';

// Megabytes through streams, many times.
vi.setConfig({ testTimeout: 60_000 });

const KEY = await sealKeyFrom('5a'.repeat(32));
const ENVELOPE: Envelope = {
  kind: KIND.media,
  epoch: 1,
  revision: 1,
  vaultId: '01'.repeat(16),
  objectId: '02'.repeat(16),
  parent: '03'.repeat(32)
};
const S = SEGMENT_PLAINTEXT;
const BOUNDARIES = [0, 1, 15, 16, 17, S - 1, S, S + 1, 2 * S - 1, 2 * S, 2 * S + 1];

/** Fast to make and never the same in two places. */
function bytesOf(length: number): Bytes {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + 1, 2_654_435_761);
  return new Uint8Array(words.buffer, 0, length);
}

const same = (a: Bytes | null | undefined, b: Bytes): boolean => a?.length === b.length && equalInConstantTime(a, b);

function sourceOf(sealed: Bytes, reads: number[] = []): SealedSource {
  return {
    read(from, to) {
      reads.push(to - from);
      return Promise.resolve(sealed.slice(from, to));
    }
  };
}

async function opened(sealed: Bytes): Promise<NonNullable<Awaited<ReturnType<typeof startOpening>>>> {
  const opener = await startOpening(KEY, ENVELOPE, sealed.subarray(0, HEAD_BYTES));
  if (opener === null) throw new Error('wrong key');
  return opener;
}

const lengths = fc.oneof(fc.constantFrom(...BOUNDARIES), fc.integer({ min: 0, max: 3 * S }));
const cuts = fc.array(fc.oneof(fc.constantFrom(1, 166, S, SEGMENT_BYTES), fc.integer({ min: 1, max: 200_000 })), {
  minLength: 1,
  maxLength: 4
});

describe('sealed objects', () => {
  it.each(BOUNDARIES)('%i bytes: one shot, stream and range give the same back, and sizes agree', async (length) => {
    const data = bytesOf(length);
    const sealed = await seal(KEY, ENVELOPE, data);
    expect(sealed.length).toBe(sealedSize(length));
    expect(same(await open(KEY, ENVELOPE, sealed), data)).toBe(true);
    const streamed = await through(chunked(data, 4_096), sealStream(KEY, ENVELOPE));
    expect(streamed.released.length).toBe(sealedSize(length));
    expect(same(await open(KEY, ENVELOPE, streamed.released), data)).toBe(true);
    expect(same((await through(chunked(sealed, 4_096), openStream(KEY, ENVELOPE))).released, data)).toBe(true);
    const range = await drain(openRange(await opened(sealed), sourceOf(sealed), length, 0, length));
    expect(same(range.released, data)).toBe(true);
  });

  it('open ∘ seal = id for any length and any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, cuts, cuts, async (length, inward, outward) => {
        // One byte at a time has a law of its own below.
        const coarse = (sizes: number[]): number[] => [...sizes, 50_000];
        const data = bytesOf(length);
        const sealed = await through(chunked(data, ...coarse(inward)), sealStream(KEY, ENVELOPE));
        expect(sealed.result).toBe('ok');
        expect(sealed.released.length).toBe(sealedSize(length));
        const back = await through(chunked(sealed.released, ...coarse(outward)), openStream(KEY, ENVELOPE));
        expect(back.result).toBe('ok');
        expect(same(back.released, data)).toBe(true);
        expect(same(await open(KEY, ENVELOPE, sealed.released), data)).toBe(true);
      }),
      { numRuns: 25 }
    );
  });

  it('byte by byte, with empty chunks between', async () => {
    const data = bytesOf(300);
    const withGaps = [...chunked(data, 1)].flatMap((byte) => [new Uint8Array(), byte]);
    const sealed = await through(withGaps, sealStream(KEY, ENVELOPE));
    const gapped = [...chunked(sealed.released, 1)].flatMap((byte) => [byte, new Uint8Array()]);
    expect(same((await through(gapped, openStream(KEY, ENVELOPE))).released, data)).toBe(true);
  });

  it('range = slice', async () => {
    const data = bytesOf(3 * S + 1_000);
    const sealed = await seal(KEY, ENVELOPE, data);
    const opener = await opened(sealed);
    const place = fc.oneof(
      fc.constantFrom(0, 1, S - 1, S, S + 1, 2 * S, 3 * S, data.length - 1, data.length),
      fc.integer({ min: 0, max: data.length })
    );
    await fc.assert(
      fc.asyncProperty(place, place, async (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const { result, released } = await drain(openRange(opener, sourceOf(sealed), data.length, from, to));
        expect(result).toBe('ok');
        expect(same(released, data.slice(from, to))).toBe(true);
      }),
      { numRuns: 50 }
    );
  });

  it('a range reads the segments it touches and no other', async () => {
    const length = 20 * S + 5;
    const sealed = await seal(KEY, ENVELOPE, bytesOf(length));
    const reads: number[] = [];
    await drain(openRange(await opened(sealed), sourceOf(sealed, reads), length, 7 * S + 10, 8 * S + 10));
    expect(reads).toEqual([SEGMENT_BYTES, SEGMENT_BYTES]);
    reads.length = 0;
    await drain(openRange(await opened(sealed), sourceOf(sealed, reads), length, length - 1, length));
    expect(reads).toEqual([32 + 5]);
    reads.length = 0;
    await drain(openRange(await opened(sealed), sourceOf(sealed, reads), length, 9, 9));
    expect(reads).toEqual([]);
  });

  it.each([
    [-1, 5],
    [3, 2],
    [0, 101],
    [Number.NaN, 5],
    [0, Number.NaN],
    [0.5, 5],
    [0, Infinity]
  ])('refuses the range %s to %s of 100 bytes', async (from, to) => {
    const sealed = await seal(KEY, ENVELOPE, bytesOf(100));
    const range = openRange(await opened(sealed), sourceOf(sealed), 100, from, to);
    expect((await drain(range)).result).toBe('range/not-satisfiable');
  });

  it('a range ends when its signal is aborted, and passes on what its source throws', async () => {
    const data = bytesOf(3 * S);
    const sealed = await seal(KEY, ENVELOPE, data);
    const controller = new AbortController();
    const range = openRange(await opened(sealed), sourceOf(sealed), data.length, 0, data.length, controller.signal);
    expect((await range.next()).value?.length).toBe(S);
    controller.abort(new Error('another reason'));
    await expect(range.next()).rejects.toMatchObject({ code: 'call/aborted' });

    const failing = { read: () => Promise.reject(new SvjError('storage/unavailable')) };
    const failed = openRange(await opened(sealed), failing, data.length, 0, data.length);
    expect((await drain(failed)).result).toBe('storage/unavailable');
  });

  it('A3 a trusted length that is not the sealed one is seen', async () => {
    const sealed = await seal(KEY, ENVELOPE, bytesOf(S + 100));
    const read = async (length: number): Promise<string> =>
      (await drain(openRange(await opened(sealed), sourceOf(sealed), length, length - 1, length))).result;
    expect(await read(S + 100)).toBe('ok');
    expect(await read(S + 99)).toBe('seal/truncated');
    expect(await read(S + 101)).toBe('seal/truncated');
    expect(await read(2 * S + 5)).toBe('seal/truncated');
    expect(await read(50)).toBe('seal/truncated');
  });

  it('refuses to seal what no reader would take', async () => {
    const sealer = await startSealing(KEY, ENVELOPE);
    const codeOf = async (work: () => Promise<Bytes>): Promise<string> => (await outcomeOf(work)).result;
    expect(await codeOf(() => sealer.segment(0, new Uint8Array(S), true))).toBe('format/length');
    expect(await codeOf(() => sealer.segment(0, new Uint8Array(S - 1), false))).toBe('format/length');
    expect(await codeOf(() => sealer.segment(0, new Uint8Array(S + 1), false))).toBe('format/length');
    expect(await codeOf(() => sealer.segment(MAX_SEGMENTS, new Uint8Array(1), true))).toBe('seal/too-long');
    expect(await codeOf(() => sealer.segment(MAX_SEGMENTS - 1, new Uint8Array(1), true))).toBe('ok');
    const opener = await opened(await seal(KEY, ENVELOPE, bytesOf(1)));
    expect(await codeOf(() => opener.segment(MAX_SEGMENTS, new Uint8Array(33), true))).toBe('seal/too-long');
    expect(await codeOf(() => opener.segment(0, new Uint8Array(SEGMENT_BYTES), true))).toBe('seal/truncated');
  });

  it('segments sealed and opened in any order, each for itself', async () => {
    const data = bytesOf(2 * S + 9);
    const sealer = await startSealing(KEY, ENVELOPE);
    const part = (i: number): Bytes => data.slice(i * S, (i + 1) * S);
    const sealed = new Map<number, Bytes>();
    for (const i of [2, 0, 1]) sealed.set(i, await sealer.segment(i, part(i), i === 2));
    const object = concat(sealer.head, ...[0, 1, 2].map((i) => sealed.get(i) ?? new Uint8Array()));
    expect(same(await open(KEY, ENVELOPE, object), data)).toBe(true);
    const opener = await opened(object);
    for (const i of [1, 2, 0]) {
      expect(same(await opener.segment(i, sealed.get(i) ?? new Uint8Array(), i === 2), part(i))).toBe(true);
    }
    expect(segmentCount(data.length)).toBe(3);
  });

  it('two sealings of the same bytes have nothing in common behind the envelope', async () => {
    const data = bytesOf(500);
    const [a, b] = [await seal(KEY, ENVELOPE, data), await seal(KEY, ENVELOPE, data)];
    expect(same(a.slice(0, 102), b.slice(0, 102))).toBe(true);
    let equal = 0;
    for (let i = 102; i < a.length; i++) if (a[i] === b[i]) equal++;
    // The length word, and chance.
    expect(equal).toBeLessThan(30);
  });
});
