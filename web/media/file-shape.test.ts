import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { readShape } from './file-shape.ts';
import { pickedFile } from './foreign-file.ts';

function box(type: string, content: number[] = [], announced?: number): number[] {
  const size = announced ?? content.length + 8;
  return [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255, ...utf8(type), ...content];
}

const file = (...boxes: number[][]) => pickedFile(new Blob([Uint8Array.from(boxes.flat())]));
const FTYP = box('ftyp', [...utf8('isom')]);
/** 3 January 2025, 12:00:00 UTC, in seconds since 1904. */
const SECONDS = Date.UTC(2025, 0, 3, 12) / 1000 + 2_082_844_800;
const mvhd = (seconds: number) =>
  box('mvhd', [0, 0, 0, 0, seconds >>> 24, (seconds >>> 16) & 255, (seconds >>> 8) & 255, seconds & 255, 0, 0, 0, 0]);
const MOOV = box('moov', mvhd(SECONDS));
const MDAT = box('mdat', [1, 2]);
const NONSENSE = [200, 17, 4, 99, 1, 240, 33, 8, 70, 71, 72];

describe('the shape of a file', () => {
  it('tells when an MP4 was made', async () => {
    expect(await readShape(file(FTYP, box('moov', mvhd(SECONDS)), box('mdat', [1, 2])))).toMatchObject({
      headerTime: '2025-01-03T12:00:00.000Z'
    });
  });

  it('takes no date from a camera that never had one', async () => {
    expect((await readShape(file(FTYP, box('moov', mvhd(0))))).headerTime).toBeNull();
  });

  it.each([
    ['a box that is longer than the file', [FTYP, box('mdat', [1, 2, 3], 5000)]],
    ['a box shorter than its own header', [FTYP, box('mdat', [], 3)]],
    ['half a header', [FTYP, [0, 0, 0]]],
    ['nonsense in place of the pictures', [FTYP, MOOV, NONSENSE]],
    ['nonsense in place of the index', [FTYP, MDAT, NONSENSE]],
    ['an announced box behind a whole film', [FTYP, MOOV, MDAT, box('mdat', [1, 2, 3], 5000)]],
    ['nonsense among fragments', [FTYP, MOOV, box('moof'), MDAT, NONSENSE]]
  ])('is refused with %s', async (_, boxes) => {
    await expect(readShape(file(...boxes))).rejects.toMatchObject({ code: 'media/truncated' });
  });

  it.each([
    ['nonsense', NONSENSE],
    ['a box shorter than its own header', box('free', [], 3)],
    ['a long box shorter than its own header', [0, 0, 0, 1, ...utf8('free'), 0, 0, 0, 0, 0, 0, 0, 15]],
    ['a few bytes', [1, 2, 3]],
    ['zeros', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
  ])('is told of a whole film with %s behind it', async (_, tail) => {
    for (const film of [
      [FTYP, MOOV, MDAT],
      [FTYP, MDAT, MOOV],
      [FTYP, MOOV, box('moof'), MDAT, box('mfra')]
    ]) {
      expect((await readShape(file(...film, tail))).headerTime).toBe('2025-01-03T12:00:00.000Z');
    }
  });

  it('of anything at all is told in bounded time, or refused by name', async () => {
    const start = fc.constantFrom<number[]>([], FTYP, [0x1a, 0x45, 0xdf, 0xa3]);
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ minLength: 1, maxLength: 300 }), async (head, rest) => {
        const outcome = await readShape(file([...head, ...rest])).then(
          () => 'read',
          (thrown: unknown) => (thrown as { code?: string }).code
        );
        expect(['read', 'media/truncated', 'media/foreign']).toContain(outcome);
      })
    );
  });
});
