/** A JSON head in front of raw bytes. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { bigEndian, concat, utf8, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { encodeFramed, parseFramed } from './framed.ts';

function codeOf(framed: Bytes): string {
  try {
    parseFramed(framed);
    return 'ok';
  } catch (thrown) {
    return thrown instanceof SvjError ? thrown.code : 'other';
  }
}

describe('framed', () => {
  it('parse ∘ encode = id', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.nat()), fc.uint8Array({ maxLength: 100 }), (json, bytes) => {
        const parsed = parseFramed(encodeFramed(json, bytes));
        expect(parsed.bytes).toEqual(concat(bytes));
        expect(encodeFramed(parsed.json, parsed.bytes)).toEqual(encodeFramed(json, bytes));
      })
    );
  });

  it('refuses lengths that cannot be right and a head that is not canonical', () => {
    expect(codeOf(new Uint8Array())).toBe('format/length');
    expect(codeOf(bigEndian(0, 4).slice(1))).toBe('format/length');
    expect(codeOf(concat(bigEndian(3, 4), utf8('{}')))).toBe('format/length');
    expect(codeOf(concat(bigEndian(0xffff_ffff, 4), utf8('{}')))).toBe('format/length');
    expect(codeOf(concat(bigEndian(0, 4), utf8('{}')))).toBe('format/json');
    expect(codeOf(concat(bigEndian(3, 4), utf8('{ }')))).toBe('format/json');
    expect(codeOf(concat(bigEndian(2, 4), utf8('{}')))).toBe('ok');
  });
});
