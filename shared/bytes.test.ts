/** Bytes: exact integers, strict hex, strict UTF-8, comparison without an early exit. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  bigEndian,
  concat,
  equalInConstantTime,
  fromBase64,
  fromHex,
  fromUtf8,
  randomBytes,
  readBigEndian,
  sha256,
  toBase64,
  toHex,
  utf8
} from './bytes.ts';
import { SvjError } from './errors.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => concat(array));

/** Any character, the awkward ones often. */
const character = fc.oneof(
  fc.constantFrom('"', '\\', '/', '\u0000', '\u007f', '\u2028', '\ufb33', '\ufeff', '\u{1f600}'),
  fc
    .integer({ min: 0, max: 0x10ffff })
    .filter((point) => point < 0xd800 || point > 0xdfff)
    .map((point) => String.fromCodePoint(point))
);

describe('bytes', () => {
  it('hex and back, lower case and even only', () => {
    fc.assert(fc.property(bytes, (value) => equalInConstantTime(fromHex(toHex(value)), value)));
    for (const odd of ['0', 'AB', '0g', ' 00', '00 ', '0x00', '٠٠']) expect(() => fromHex(odd)).toThrow(SvjError);
    expect(fromHex('')).toHaveLength(0);
  });

  it('integers and back, exact, big-endian, refused where they do not fit', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (value) => readBigEndian(bigEndian(value, 8), 0, 8) === value));
    fc.assert(fc.property(fc.nat({ max: 0xffff_ffff }), (value) => readBigEndian(bigEndian(value, 4), 0, 4) === value));
    expect(toHex(bigEndian(0x0102_0304, 4))).toBe('01020304');
    expect(toHex(bigEndian(2 ** 53 - 1, 8))).toBe('001fffffffffffff');
    for (const odd of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => bigEndian(odd, 8)).toThrow(SvjError);
    expect(() => bigEndian(2 ** 32, 4)).toThrow(SvjError);
    expect(() => readBigEndian(fromHex('0020000000000000'), 0, 8)).toThrow(SvjError);
    expect(readBigEndian(fromHex('ff00000007').subarray(1), 0, 4)).toBe(7);
  });

  it('text and back; what is not UTF-8 is refused, a byte order mark is kept', () => {
    fc.assert(fc.property(fc.string({ unit: character }), (text) => fromUtf8(utf8(text)) === text));
    for (const bad of ['c0af', 'eda080', 'e297', 'ff', 'f4908080'])
      expect(() => fromUtf8(fromHex(bad))).toThrow(SvjError);
    expect(fromUtf8(fromHex('efbbbf61'))).toBe('\ufeffa');
  });

  it('joins and compares', async () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(equalInConstantTime(a, b)).toBe(toHex(a) === toHex(b));
        expect(equalInConstantTime(a, a.slice())).toBe(true);
        expect(toHex(concat(a, b))).toBe(toHex(a) + toHex(b));
      })
    );
    expect(concat()).toHaveLength(0);
    expect(toHex(await sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(randomBytes(32)).not.toEqual(randomBytes(32));
  });

  it('base64 and back, and no second text for the same bytes', () => {
    fc.assert(
      fc.property(bytes, (some) => {
        expect(fromBase64(toBase64(some))).toEqual(some);
      })
    );
    expect(toBase64(new Uint8Array(20_000).fill(255))).toBe(`${'/'.repeat(26_666)}8=`);
    expect(fromBase64('Zm9vYg==')).toEqual(utf8('foob'));
    for (const odd of ['A', 'AB==', 'AAB=', 'AA=A', '====', 'AA\n=', 'AA-_', ' AAA', 'AAAA====']) {
      expect(() => fromBase64(odd), odd).toThrow(SvjError);
    }
  });
});
