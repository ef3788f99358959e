/** Files made to hurt: each ends within a second, indexed or refused, and nothing else ever comes out. */
import { describe, expect, it } from 'vitest';
import { listVectors, readVector, readVectorText, vectorsPresent } from 'virtual:vectors';
import { concat, utf8 } from '#shared/bytes.ts';
import { type ContainerHead, containerIndex, sniffContainer } from './container-index.ts';
import { Id } from './ebml.ts';
import { box, full, initialization } from './testing/mp4-builder.ts';
import { checkMp4, checkWebm, virtualFile } from './testing/virtual-file.ts';
import { ebmlHeader, element, openElement, trackEntry } from './testing/webm-builder.ts';

const TYPES = ['video/webm', 'video/mp4'] as const;

/** A vector takes milliseconds; what is made here by the megabyte takes longer on a busy machine. */
const VECTOR_MS = 1000;
const FLOOD_MS = 10_000;

/** Indexes in slices of `step`; null where it was refused. */
function index(type: string, bytes: Uint8Array, step = 65_536, withinMs = VECTOR_MS): ContainerHead | null {
  const reading = containerIndex(type);
  const begun = performance.now();
  try {
    for (let at = 0; at < bytes.length; at += step) reading.append(bytes.subarray(at, at + step));
    return reading.finish();
  } catch (thrown) {
    expect(thrown).toMatchObject({ name: 'SvjError', code: 'media/foreign' });
    // Refused once, refused for good; and a head can still be asked for.
    expect(() => reading.append(bytes)).toThrow(expect.objectContaining({ code: 'media/foreign' }));
    expect(reading.finish()).toMatchObject({ durationMs: 0, bodyFrom: 0, bodyTo: 0 });
    return null;
  } finally {
    expect(performance.now() - begun).toBeLessThan(withinMs);
  }
}

function isSound(head: ContainerHead | null): void {
  if (head === null) return;
  expect(Number.isFinite(head.durationMs)).toBe(true);
  expect(head.bodyFrom).toBeLessThanOrEqual(head.bodyTo);
}

const files = (await listVectors('media')).filter((name) => /\.(?:webm|mkv|mp4|3gp|avif)$|clusterfuzz/.test(name));

describe.skipIf(!vectorsPresent)('the vectors', () => {
  it.each(files)('%s', async (name) => {
    const bytes = (await readVector(name)) ?? new Uint8Array(0);
    for (const type of TYPES) {
      const head = index(type, bytes);
      isSound(head);
      expect(index(type, bytes, 7)).toEqual(head);
      if (head === null || head.bytes.length === 0 || !name.includes('/valid/')) continue;
      checkWebm(virtualFile(head, bytes), head.bytes.length, head.hasVideo);
    }
  });

  it('indexes every valid libwebm file but the one with nothing but text', async () => {
    const bare: string[] = [];
    for (const name of files.filter((file) => file.includes('libwebm/valid/'))) {
      const head = index('video/webm', (await readVector(name)) ?? new Uint8Array(0));
      if (head?.bytes.length === 0) bare.push(name.replace('media/libwebm/valid/', ''));
    }
    expect(bare).toEqual(['metadata_block.webm']);
  });

  it('the fuzzing corpus of libwebm', async () => {
    const lines = ((await readVectorText('media/libwebm-fuzz.jsonl')) ?? '').split('\n').filter((line) => line !== '');
    expect(lines.length).toBeGreaterThan(300);
    for (const line of lines) {
      const { base64 } = JSON.parse(line) as { base64: string };
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      for (const type of TYPES) isSound(index(type, bytes));
      // Most begin with the Segment: with a header before it they get further.
      const headed = concat(ebmlHeader, bytes);
      const head = index('video/webm', headed);
      isSound(head);
      expect(index('video/webm', headed, 1)).toEqual(head);
    }
  });
});

const webmStart = concat(ebmlHeader, openElement(Id.Segment));
const webmTrack = element(Id.Tracks, trackEntry(1));
const CLUSTER = openElement(Id.Cluster);
const block = element(Id.SimpleBlock, Uint8Array.of(0x81, 0, 0, 0x80, 1, 2, 3));

describe('WebM', () => {
  const hugeSize = Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe);
  it.each([
    ['an element of 2^56 bytes', concat(webmStart, Uint8Array.of(0xec), hugeSize), 0],
    ['Tracks of 2^56 bytes', concat(webmStart, Uint8Array.of(0x16, 0x54, 0xae, 0x6b), hugeSize), null],
    ['a block of 2^56 bytes', concat(webmStart, webmTrack, CLUSTER, Uint8Array.of(0xa3), hugeSize), 0],
    ['Tracks of unknown size', concat(webmStart, Uint8Array.of(0x16, 0x54, 0xae, 0x6b, 0xff)), null],
    ['a block group of unknown size', concat(webmStart, webmTrack, CLUSTER, Uint8Array.of(0xa0, 0xff)), null],
    ['an id of zero', concat(webmStart, Uint8Array.of(0)), null],
    ['clusters without Tracks', concat(webmStart, CLUSTER), null],
    ['no EBML header', webmTrack, null],
    ['another DocType', element(Id.Ebml, element(Id.DocType, utf8('exe'))), null],
    ['no DocType', element(Id.Ebml, new Uint8Array(0)), null],
    ['an EBML header of 5 kB', element(Id.Ebml, element(Id.Void, new Uint8Array(5000))), null],
    ['a timestamp scale of 0', concat(webmStart, element(Id.Info, element(Id.TimestampScale, Uint8Array.of(0)))), null],
    [
      'a block without a payload or flags',
      concat(webmStart, webmTrack, CLUSTER, element(Id.SimpleBlock, Uint8Array.of(0x81))),
      null
    ],
    [
      'a time of 2^64',
      concat(webmStart, webmTrack, CLUSTER, element(Id.Timestamp, new Uint8Array(8).fill(0xff)), block),
      null
    ]
  ])('%s', (_, bytes, durationMs) => {
    expect(index('video/webm', bytes)?.durationMs ?? null).toBe(durationMs);
    expect(index('video/webm', bytes, 1)?.durationMs ?? null).toBe(durationMs);
  });

  it('a quarter million empty Voids', () => {
    const voids = new Uint8Array(500_000);
    for (let i = 0; i < voids.length; i += 2) voids.set([0xec, 0x80], i);
    const bytes = concat(webmStart, webmTrack, voids, CLUSTER, block, voids, block);
    expect(index('video/webm', bytes, 65_536, FLOOD_MS)).toMatchObject({ keyFrames: 2 });
  });

  it('a hundred thousand clusters at one time', () => {
    const cluster = concat(CLUSTER, block);
    const many = new Uint8Array(100_000 * cluster.length);
    for (let i = 0; i < 100_000; i++) many.set(cluster, i * cluster.length);
    const head = index('video/webm', concat(webmStart, webmTrack, many), 65_536, FLOOD_MS);
    expect(head).toMatchObject({ keyFrames: 100_000 });
    // One place to start from.
    expect(head?.bytes.length).toBeLessThan(400);
  });

  it('damage after what is playable leaves it playable', () => {
    const head = index('video/webm', concat(webmStart, webmTrack, CLUSTER, block, new Uint8Array(100)));
    expect(head).toMatchObject({ durationMs: 33, keyFrames: 1 });
  });
});

const mp4Start = initialization({ id: 1, defaults: [40, 0, 0] });
const fragment = (...runs: Uint8Array[]) => box('moof', box('traf', full('tfhd', 0x2_0000, 1), ...runs));

describe('MP4', () => {
  it.each([
    [
      'a box of 2^63 bytes',
      concat(box('ftyp'), Uint8Array.of(0, 0, 0, 1, 0x66, 0x72, 0x65, 0x65, 0x7f, 255, 255, 255, 255, 255, 255, 255)),
      0
    ],
    ['a moov of 4 GiB', concat(box('ftyp'), Uint8Array.of(255, 255, 255, 255, 0x6d, 0x6f, 0x6f, 0x76)), null],
    ['a moof of 4 GiB', concat(mp4Start, Uint8Array.of(255, 255, 255, 255, 0x6d, 0x6f, 0x6f, 0x66)), null],
    ['a box of 7 bytes', concat(box('ftyp'), Uint8Array.of(0, 0, 0, 7, 0x66, 0x72, 0x65, 0x65)), null],
    [
      'an mdat to the end of the file',
      concat(mp4Start, Uint8Array.of(0, 0, 0, 0, 0x6d, 0x64, 0x61, 0x74), new Uint8Array(99)),
      0
    ],
    ['no ftyp', box('moov'), null],
    ['samples before moov', concat(box('ftyp'), box('mdat')), null],
    ['fragments before moov', concat(box('ftyp'), fragment()), null],
    ['2^32 samples of no bytes', concat(mp4Start, fragment(full('trun', 0, 0xffff_ffff))), null],
    ['2^32 sizes in four bytes', concat(mp4Start, fragment(full('trun', 0x200, 0xffff_ffff, 1))), null],
    ['data 2 GiB before the file', concat(mp4Start, fragment(full('trun', 0x201, 1, 0x8000_0000, 1))), null],
    ['data that never comes', concat(mp4Start, fragment(full('trun', 0x201, 1, 0x7fff_ffff, 1))), 0],
    [
      'a time of 2^32 s',
      concat(mp4Start, fragment(full('trun', 0x100, 3, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff))),
      null
    ]
  ])('%s', (_, bytes, durationMs) => {
    expect(index('video/mp4', bytes)?.durationMs ?? null).toBe(durationMs);
    expect(index('video/mp4', bytes, 1)?.durationMs ?? null).toBe(durationMs);
  });

  it('a fragment of 60,000 runs of 65,536 empty samples each', () => {
    const run = full('trun', 0, 65_536);
    const runs = new Uint8Array(60_000 * run.length);
    for (let i = 0; i < 60_000; i++) runs.set(run, i * run.length);
    index('video/mp4', concat(mp4Start, fragment(runs)), 1 << 22, FLOOD_MS);
  });

  it('a hundred thousand empty boxes', () => {
    const empty = box('free');
    const many = new Uint8Array(100_000 * empty.length);
    for (let i = 0; i < 100_000; i++) many.set(empty, i * empty.length);
    expect(index('video/mp4', concat(mp4Start, many), 65_536, FLOOD_MS)?.durationMs).toBe(0);
  });

  it('damage after what is playable leaves it playable', () => {
    const whole = concat(mp4Start, fragment(full('trun', 0x200, 2, 3, 4)), box('mdat', new Uint8Array(7)));
    const head = index('video/mp4', concat(whole, new Uint8Array(100)));
    expect(head).toMatchObject({ durationMs: 80, keyFrames: 2 });
    expect(head && checkMp4(virtualFile(head, whole))[0]?.samples).toHaveLength(2);
  });
});

it('tells containers apart', () => {
  expect(sniffContainer(webmStart)).toBe('webm');
  expect(sniffContainer(mp4Start)).toBe('mp4');
  expect(sniffContainer(new Uint8Array(0))).toBeNull();
  expect(sniffContainer(utf8('%PDF-1.7'))).toBeNull();
  expect(containerIndex(' Video/MP4 ; codecs="avc1"').container).toBe('mp4');
  for (const type of ['', 'video/quicktime', 'text/html', 'video/webmx']) {
    expect(() => containerIndex(type)).toThrow(expect.objectContaining({ code: 'media/foreign' }));
  }
});
