/** The 92 bytes: one encoding for each header, read back the same, refused strictly. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { concat, toHex } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { ENVELOPE_BYTES, encodeEnvelope, parseEnvelope, requireEnvelope, SUITE, type Envelope } from './envelope.ts';
import { isKind, KIND } from './kind.ts';

const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(toHex);
const envelopes: fc.Arbitrary<Required<Envelope>> = fc.record({
  kind: fc.constantFrom(...Object.values(KIND)),
  epoch: fc.nat({ max: 0xffff_ffff }),
  revision: fc.maxSafeNat(),
  vaultId: hex(16),
  objectId: hex(16),
  part: fc.maxSafeNat(),
  parent: hex(32)
});
const EXAMPLE: Envelope = {
  kind: KIND.media,
  epoch: 1,
  revision: 2,
  vaultId: '0a'.repeat(16),
  objectId: '0b'.repeat(16)
};

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (thrown) {
    return thrown instanceof SvjError ? thrown.code : 'other';
  }
}

describe('envelope', () => {
  it('parse ∘ encode = id, and encode ∘ parse = id', () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        const bytes = encodeEnvelope(envelope);
        expect(bytes).toHaveLength(ENVELOPE_BYTES);
        expect(parseEnvelope(bytes)).toEqual(envelope);
        expect(encodeEnvelope(parseEnvelope(bytes))).toEqual(bytes);
        // What follows the header does not matter here.
        expect(parseEnvelope(concat(bytes, new Uint8Array(7)))).toEqual(envelope);
      })
    );
  });

  it('stands where FORMAT.md says', () => {
    const bytes = encodeEnvelope({ ...EXAMPLE, part: 3, parent: '0c'.repeat(32) });
    expect(toHex(bytes)).toBe(
      ['53564a31', '0001', '20', '00', '00000001', '0000000000000002', '0a'.repeat(16), '0b'.repeat(16)].join('') +
        ['0000000000000003', '0c'.repeat(32)].join('')
    );
    expect(SUITE).toBe(1);
    expect(toHex(encodeEnvelope(EXAMPLE).slice(52))).toBe('00'.repeat(40));
  });

  it('A4 is refused when it is cut short', () => {
    const bytes = encodeEnvelope(EXAMPLE);
    for (let length = 0; length < ENVELOPE_BYTES; length++) {
      expect(codeOf(() => parseEnvelope(bytes.slice(0, length)))).toBe('format/too-short');
    }
  });

  it('any difference in any field is a mismatch', () => {
    fc.assert(
      fc.property(envelopes, envelopes, (a, b) => {
        const equal = JSON.stringify(a) === JSON.stringify(b);
        const code = codeOf(() => requireEnvelope(encodeEnvelope(a), encodeEnvelope(b)));
        expect(code).toBe(equal ? 'ok' : 'seal/header-mismatch');
        expect(codeOf(() => requireEnvelope(encodeEnvelope(a), encodeEnvelope(a)))).toBe('ok');
      })
    );
  });

  it.each<[string, Envelope, string]>([
    ['a vault id of 15 bytes', { ...EXAMPLE, vaultId: '00'.repeat(15) }, 'format/id'],
    ['an object id of 17 bytes', { ...EXAMPLE, objectId: '00'.repeat(17) }, 'format/id'],
    ['a parent of 31 bytes', { ...EXAMPLE, parent: '00'.repeat(31) }, 'format/id'],
    ['an id in upper case', { ...EXAMPLE, vaultId: 'AB'.repeat(16) }, 'format/id'],
    ['a negative revision', { ...EXAMPLE, revision: -1 }, 'format/length'],
    ['a fractional revision', { ...EXAMPLE, revision: 1.5 }, 'format/length'],
    ['a revision of 2^53', { ...EXAMPLE, revision: 2 ** 53 }, 'format/length'],
    ['an epoch of 2^32', { ...EXAMPLE, epoch: 2 ** 32 }, 'format/length']
  ])('does not encode %s', (_, envelope, code) => expect(codeOf(() => encodeEnvelope(envelope))).toBe(code));

  it('knows every kind it lists, once', () => {
    const numbers = Object.values(KIND);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Array.from({ length: 256 }, (_, i) => i).filter(isKind)).toEqual([...numbers].sort((a, b) => a - b));
  });
});
