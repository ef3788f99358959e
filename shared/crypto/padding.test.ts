/** A21: what a stored length tells is a Padmé class and nothing finer. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { SvjError } from '#shared/errors.ts';
import { MAX_PLAINTEXT, plaintextSize, sealedSize } from '#shared/format/segment.ts';
import { KIND } from '#shared/format/kind.ts';
import { sealKeyFrom } from '#shared/testing/raw-keys.ts';
import { pad, paddedSize, padme, RECORD_FLOOR, unpad } from './padding.ts';
import { sealRecord } from './record.ts';

/** The definition, word for word: clear the last E - S bits, rounding up. */
function padmeByDefinition(length: bigint): bigint {
  if (length < 2n) return length;
  const e = BigInt(length.toString(2).length - 1);
  const s = BigInt(e.toString(2).length);
  if (e <= s) return length;
  const mask = (1n << (e - s)) - 1n;
  return (length + mask) & ~mask;
}

const lengths = fc.oneof(
  fc.nat({ max: 5_000 }),
  fc.integer({ min: 0, max: MAX_PLAINTEXT }),
  fc
    .record({ power: fc.integer({ min: 1, max: 47 }), off: fc.integer({ min: -2, max: 2 }) })
    .map(({ power, off }) => 2 ** power + off)
);

describe('padding', () => {
  it('is Padmé for every length', () => {
    fc.assert(
      fc.property(lengths, (length) => BigInt(padme(length)) === padmeByDefinition(BigInt(length))),
      { numRuns: 2_000 }
    );
    for (let length = 0; length < 3_000; length++)
      expect(padme(length)).toBe(Number(padmeByDefinition(BigInt(length))));
  });

  it('never shrinks, never falls, is idempotent, and adds at most 12 %', () => {
    fc.assert(
      fc.property(lengths, (length) => {
        const size = padme(length);
        expect(size).toBeGreaterThanOrEqual(length);
        expect(padme(size)).toBe(size);
        expect(padme(length + 1)).toBeGreaterThanOrEqual(size);
        expect(size).toBeLessThanOrEqual(Math.max(length + 1, 1.12 * length));
        if (length >= 2 ** 30) expect(size).toBeLessThanOrEqual(1.035 * length);
      })
    );
  });

  it('unpad ∘ pad = id, also for data that look like padding', () => {
    const data = fc.array(fc.constantFrom(0, 0x80, 1, 0xff), { maxLength: 600 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(data, fc.constantFrom(0, RECORD_FLOOR), (bytes, floor) => {
        const padded = pad(bytes, floor);
        expect(padded).toHaveLength(paddedSize(bytes.length, floor));
        expect(unpad(padded, floor)).toEqual(bytes);
      })
    );
  });

  it('there is one padding for each data: one zero more or less is refused', () => {
    for (let length = 0; length < 500; length++) {
      const padded = pad(new Uint8Array(length).fill(1));
      expect(() => unpad(padded.slice(0, -1))).toThrow(SvjError);
      const longer = new Uint8Array(padded.length + 1);
      longer.set(padded);
      expect(() => unpad(longer)).toThrow(SvjError);
    }
  });

  it('refuses what is no length', () => {
    for (const odd of [-1, 0.5, Number.NaN, Infinity]) expect(() => padme(odd)).toThrow(SvjError);
  });

  it('A21 a thousand random lengths are stored in sizes of the Padmé set only', () => {
    for (let i = 0; i < 1_000; i++) {
      const stored = sealedSize(paddedSize(Math.floor(Math.random() * 2 ** 24)));
      expect(padme(plaintextSize(stored))).toBe(plaintextSize(stored));
    }
  });

  it('A21 notes of 10 and of 100 characters have one size, and no record is shorter', async () => {
    const key = await sealKeyFrom('77'.repeat(32));
    const envelope = {
      kind: KIND.entryRecord,
      epoch: 1,
      revision: 1,
      vaultId: '0a'.repeat(16),
      objectId: '0b'.repeat(16)
    };
    const sizeOf = async (note: string): Promise<number> => (await sealRecord(key, envelope, { note })).length;
    const sizes = await Promise.all(['', 'n'.repeat(10), 'n'.repeat(100), 'n'.repeat(240)].map(sizeOf));
    expect(new Set(sizes)).toEqual(new Set([sealedSize(RECORD_FLOOR)]));
    expect(await sizeOf('n'.repeat(260))).toBe(sealedSize(padme(260 + 12)));
  });
});
