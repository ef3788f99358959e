/** The published known answers of FLOE (five implementations), both directions, and its edges. */
import { describe, expect, it } from 'vitest';
import { listVectors, readVectorText } from 'virtual:vectors';
import { concat, fromHex, utf8, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { sealKeyFrom } from '#shared/testing/raw-keys.ts';
import { replaying } from '#shared/testing/replay.ts';
import { FloeMessage, SUITE_1, type FloeGeometry } from './floe.ts';

interface Parameters {
  readonly key: string;
  readonly aadUtf8: string;
  readonly segmentLengthBySuffix: Readonly<Record<string, number>>;
  readonly rotationMaskBitsBySuffix: Readonly<Record<string, number>>;
  readonly rotationMaskBitsDefault: number;
}

const HEADER = 74;
const OVERHEAD = 32;

/** Segments of a FLOE body: all full but the last, which FLOE (unlike our format) lets be full. */
function segmentsOf(body: Bytes, size: number): Bytes[] {
  const count = Math.max(1, Math.ceil(body.length / size));
  return Array.from({ length: count }, (_, i) => body.slice(i * size, (i + 1) * size));
}

function knownAnswers(parameters: Parameters, names: readonly string[]): void {
  const geometryOf = (suffix: string): FloeGeometry => ({
    segmentBytes: parameters.segmentLengthBySuffix[suffix] ?? 0,
    rotationBits: parameters.rotationMaskBitsBySuffix[suffix] ?? parameters.rotationMaskBitsDefault
  });
  const read = async (path: string): Promise<Bytes> =>
    fromHex(((await readVectorText(path)) ?? '').trim().toLowerCase());

  it.each(names)('%s opens, and seals to the same bytes', async (name) => {
    const suffix = name.replace(/^[^_]*_/, '');
    const geometry = geometryOf(suffix);
    const [sealed, plaintext] = [await read(`floe/${name}_ct.txt`), await read(`floe/${name}_pt.txt`)];
    const key = await sealKeyFrom(parameters.key);
    const aad = utf8(parameters.aadUtf8);
    const segments = segmentsOf(sealed.slice(HEADER), geometry.segmentBytes);
    const last = segments.length - 1;

    const opening = await FloeMessage.startOpening(key, aad, sealed.slice(0, HEADER), geometry);
    if (opening === null) throw new Error('wrong key');
    const opened = await Promise.all(segments.map((segment, i) => opening.openSegment(i, segment, i === last)));
    expect(concat(...opened)).toEqual(plaintext);

    const draws = [sealed.slice(10, 42), ...segments.map((segment) => segment.slice(4, 16))];
    const resealed = await replaying(draws, async () => {
      const message = await FloeMessage.startSealing(key, aad, geometry);
      const parts = [message.header];
      for (const [i, part] of opened.entries()) parts.push(...(await message.sealSegment(i, part, i === last)));
      return concat(...parts);
    });
    expect(resealed).toEqual(sealed);
  });

  it('there is an answer of every geometry', () => {
    for (const suffix of Object.keys(parameters.segmentLengthBySuffix)) {
      expect(names.some((name) => name.endsWith(suffix))).toBe(true);
    }
  });
}

const text = await readVectorText('floe/params.json');
if (text === null) it.skip('floe/ is not on this machine', () => undefined);
else {
  const files = await listVectors('floe');
  const names = files.flatMap((file) => /^floe\/(.*)_ct\.txt$/.exec(file)?.[1] ?? []);
  describe('FLOE known answers', () => knownAnswers(JSON.parse(text) as Parameters, names));
}

describe('FLOE', () => {
  const aad = utf8('context');
  const small: FloeGeometry = { segmentBytes: 64, rotationBits: 2 };
  const ROOM = small.segmentBytes - OVERHEAD;
  const key = () => sealKeyFrom('11'.repeat(32));
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'ok',
      (thrown: unknown) => (thrown instanceof SvjError ? thrown.code : 'other')
    );

  it('derives another key for each group of segments, and finds it again in any order', async () => {
    const sealing = await FloeMessage.startSealing(await key(), aad, small);
    const plaintexts = Array.from({ length: 10 }, (_, i) => new Uint8Array(ROOM).fill(i));
    const sealed: Bytes[] = [];
    for (const [i, part] of plaintexts.entries()) sealed.push(concat(...(await sealing.sealSegment(i, part, i === 9))));
    const opening = await FloeMessage.startOpening(await key(), aad, sealing.header, small);
    for (const i of [9, 0, 5, 3, 4, 8, 1]) {
      expect(await opening?.openSegment(i, sealed[i] ?? new Uint8Array(), i === 9)).toEqual(plaintexts[i]);
    }
    // The same bytes one group further: same position in the group, another key and index.
    expect(await codeOf(opening?.openSegment(4, sealed[0] ?? new Uint8Array(), false) ?? Promise.resolve())).toBe(
      'seal/damaged'
    );
  });

  it('copies a segment before the call returns, so that its buffer may be used again', async () => {
    const sealing = await FloeMessage.startSealing(await key(), aad);
    const buffer = new Uint8Array(100).fill(7);
    const sealing0 = sealing.sealSegment(0, buffer, true);
    buffer.fill(9);
    const sealed = concat(...(await sealing0));
    const opening = await FloeMessage.startOpening(await key(), aad, sealing.header);
    const opening0 = opening?.openSegment(0, sealed, true);
    sealed.fill(0);
    expect(await opening0).toEqual(new Uint8Array(100).fill(7));
  });

  it('seals a repeated index under another IV', async () => {
    const sealing = await FloeMessage.startSealing(await key(), aad);
    const [first] = await sealing.sealSegment(0, utf8('a'), true);
    const [second] = await sealing.sealSegment(0, utf8('b'), true);
    expect(first).not.toEqual(second);
  });

  it('refuses plaintext that does not fill a segment, and more than one holds', async () => {
    const sealing = await FloeMessage.startSealing(await key(), aad, small);
    expect(await codeOf(sealing.sealSegment(0, new Uint8Array(ROOM - 1), false))).toBe('format/length');
    expect(await codeOf(sealing.sealSegment(0, new Uint8Array(ROOM + 1), false))).toBe('format/length');
    expect(await codeOf(sealing.sealSegment(0, new Uint8Array(ROOM + 1), true))).toBe('format/length');
    expect(await codeOf(sealing.sealSegment(0, new Uint8Array(ROOM), true))).toBe('ok');
    expect(await codeOf(sealing.sealSegment(-1, new Uint8Array(1), true))).toBe('format/length');
  });

  it('refuses a header that is too short or of another geometry before it uses the key', async () => {
    const { header } = await FloeMessage.startSealing(await key(), aad, small);
    const start = async (bytes: Bytes, geometry?: FloeGeometry): Promise<unknown> =>
      FloeMessage.startOpening(await key(), aad, bytes, geometry);
    expect(await codeOf(start(header.slice(0, 73), small))).toBe('format/too-short');
    expect(await codeOf(start(header, SUITE_1))).toBe('format/floe-parameters');
    expect(await codeOf(start(header, small))).toBe('ok');
  });

  it('names what is wrong with the length of a segment', async () => {
    const sealing = await FloeMessage.startSealing(await key(), aad, small);
    const full = concat(...(await sealing.sealSegment(0, new Uint8Array(ROOM), false)));
    const opening = await FloeMessage.startOpening(await key(), aad, sealing.header, small);
    const open = (bytes: Bytes, last: boolean): Promise<string> =>
      codeOf(opening?.openSegment(0, bytes, last) ?? Promise.resolve());
    expect(await open(full, false)).toBe('ok');
    expect(await open(full.slice(0, 31), true)).toBe('seal/truncated');
    expect(await open(full.slice(0, 63), false)).toBe('seal/truncated');
    expect(await open(full, true)).toBe('seal/truncated');
    expect(await open(concat(full, new Uint8Array(1)), false)).toBe('seal/trailing-data');
  });
});
