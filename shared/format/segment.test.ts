/** Geometry: sizes and their inverse, exact up to the limit and refused beyond it. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { SvjError } from '#shared/errors.ts';
import {
  HEAD_BYTES,
  MAX_PLAINTEXT,
  MAX_SEGMENTS,
  plaintextSize,
  SEGMENT_BYTES,
  SEGMENT_OVERHEAD,
  SEGMENT_PLAINTEXT,
  sealedSize,
  segmentCount,
  segmentOffset
} from './segment.ts';

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (thrown) {
    return thrown instanceof SvjError ? thrown.code : 'other';
  }
}

const plaintexts = fc.oneof(
  fc.integer({ min: 0, max: MAX_PLAINTEXT }),
  fc
    .record({ full: fc.nat({ max: MAX_SEGMENTS - 2 }), more: fc.constantFrom(0, 1, SEGMENT_PLAINTEXT - 1) })
    .map(({ full, more }) => full * SEGMENT_PLAINTEXT + more)
);

describe('sizes', () => {
  it('are the constants of FORMAT.md', () => {
    expect([HEAD_BYTES, SEGMENT_BYTES, SEGMENT_PLAINTEXT, SEGMENT_OVERHEAD]).toEqual([166, 65_536, 65_504, 32]);
    expect(80 * SEGMENT_BYTES).toBe(5 * 2 ** 20);
    expect(MAX_SEGMENTS).toBe(1_048_575);
    expect(segmentCount(MAX_PLAINTEXT)).toBe(MAX_SEGMENTS);
  });

  it('plaintextSize ∘ sealedSize = id, up to 64 GiB', () => {
    fc.assert(
      fc.property(plaintexts, (length) => {
        const sealed = sealedSize(length);
        expect(plaintextSize(sealed)).toBe(length);
        const last = segmentCount(length) - 1;
        expect(sealed - segmentOffset(last)).toBe(SEGMENT_OVERHEAD + (length % SEGMENT_PLAINTEXT));
        expect(sealed - segmentOffset(last)).toBeLessThan(SEGMENT_BYTES);
      })
    );
  });

  it('each sealed length is either that of one plaintext length or refused', () => {
    for (let sealed = 0; sealed < HEAD_BYTES + 2 * SEGMENT_BYTES + 100; sealed += 1) {
      const body = sealed - HEAD_BYTES;
      const last = ((body % SEGMENT_BYTES) + SEGMENT_BYTES) % SEGMENT_BYTES;
      if (body < SEGMENT_OVERHEAD || last < SEGMENT_OVERHEAD) {
        expect(codeOf(() => plaintextSize(sealed))).toBe('seal/truncated');
      } else if (sealedSize(plaintextSize(sealed)) !== sealed) throw new Error(String(sealed));
    }
  });

  it('refuses what is no length and what is beyond the limit', () => {
    for (const odd of [-1, 0.5, Number.NaN, Infinity]) {
      expect(codeOf(() => sealedSize(odd))).toBe('format/length');
      expect(codeOf(() => plaintextSize(odd))).toBe('seal/truncated');
    }
    expect(codeOf(() => sealedSize(MAX_PLAINTEXT))).toBe('ok');
    expect(codeOf(() => sealedSize(MAX_PLAINTEXT + 1))).toBe('seal/too-long');
    expect(plaintextSize(sealedSize(MAX_PLAINTEXT))).toBe(MAX_PLAINTEXT);
    expect(codeOf(() => plaintextSize(segmentOffset(MAX_SEGMENTS) + SEGMENT_OVERHEAD))).toBe('seal/too-long');
  });
});
