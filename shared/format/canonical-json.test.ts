/** One record, one text: RFC 8785 both ways, and everything else refused. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { listVectors, readVector, readVectorText } from 'virtual:vectors';
import { fromHex, fromUtf8, utf8, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { encodeJson, MAX_DEPTH, parseJson } from './canonical-json.ts';

function refused(bytes: Bytes): boolean {
  try {
    parseJson(bytes);
    return false;
  } catch (thrown) {
    return thrown instanceof SvjError && thrown.code === 'format/json';
  }
}

const jcs = (await listVectors('jcs/input')).map((path) => path.replace(/^.*\/|\.json$/g, ''));
const parsing = (await listVectors('json/test_parsing')).filter((path) => path.endsWith('.json'));
if (jcs.length === 0) it.skip('jcs/ is not on this machine', () => undefined);
if (parsing.length === 0) it.skip('json/ is not on this machine', () => undefined);

/** Any character, the awkward ones often. */
const character = fc.oneof(
  fc.constantFrom('"', '\\', '/', '\u0000', '\u007f', '\u2028', '\ufb33', '\ufeff', '\u{1f600}'),
  fc
    .integer({ min: 0, max: 0x10ffff })
    .filter((point) => point < 0xd800 || point > 0xdfff)
    .map((point) => String.fromCodePoint(point))
);

describe('canonical JSON', () => {
  it.each(jcs)('jcs/%s', async (name) => {
    const input = (await readVectorText(`jcs/input/${name}.json`)) ?? '';
    const output = (await readVectorText(`jcs/output/${name}.json`)) ?? '';
    const bytes = fromHex(((await readVectorText(`jcs/outhex/${name}.txt`)) ?? '').replaceAll(/\s/g, ''));
    const encoded = encodeJson(JSON.parse(input));
    expect(fromUtf8(encoded)).toBe(output);
    expect(encoded).toEqual(bytes);
    expect(encodeJson(parseJson(bytes))).toEqual(bytes);
    expect(refused(utf8(input))).toBe(input !== output);
  });

  it.runIf(parsing.length > 0)('D12 the JSON test suite: nothing but canonical text is taken', async () => {
    const taken: string[] = [];
    for (const path of parsing) {
      const name = path.replace(/^.*\//, '');
      const bytes = (await readVector(path)) ?? new Uint8Array();
      if (refused(bytes)) continue;
      expect(name).toMatch(/^[yi]_/);
      expect(encodeJson(JSON.parse(fromUtf8(bytes)))).toEqual(bytes);
      taken.push(name);
    }
    expect(taken).toContain('y_array_empty.json');
    expect(taken).toContain('y_string_space.json');
    expect(taken.length).toBeGreaterThan(10);
  });

  it('is the identity on every JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: character, maxDepth: 5 }), (value) => {
        const bytes = encodeJson(value);
        expect(encodeJson(parseJson(bytes))).toEqual(bytes);
        // Minus zero has no canonical text of its own.
        expect(JSON.stringify(parseJson(bytes))).toBe(JSON.stringify(sorted(value)));
      })
    );
  });

  it('takes one encoding only: any change of a byte gives another value or is refused', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: character, maxDepth: 3 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (value, at, mask) => {
          const bytes = encodeJson(value);
          const place = at % bytes.length;
          const changed = bytes.slice();
          changed[place] = (changed[place] ?? 0) ^ mask;
          if (!refused(changed)) expect(JSON.stringify(parseJson(changed))).not.toBe(JSON.stringify(parseJson(bytes)));
        }
      )
    );
  });

  it.each([
    ['NaN', NaN],
    ['infinity', Infinity],
    ['undefined', undefined],
    ['a function', () => 1],
    ['a bigint', 1n],
    ['half a surrogate pair', '\ud800']
  ])('does not encode %s', (_, value) => expect(() => encodeJson(value)).toThrow(SvjError));

  it('D12 refuses nesting beyond the limit, at any depth and with any bracket', () => {
    const nested = (depth: number, open: string, close: string): Bytes =>
      utf8(open.repeat(depth) + close.repeat(depth));
    expect(refused(nested(MAX_DEPTH, '[', ']'))).toBe(false);
    expect(refused(nested(MAX_DEPTH + 1, '[', ']'))).toBe(true);
    expect(refused(nested(100_000, '[', ']'))).toBe(true);
    expect(refused(utf8('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)))).toBe(true);
  });

  it('says nothing of the text it refuses', () => {
    try {
      parseJson(utf8('{"note":"very private",}'));
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(SvjError);
      const error = thrown as SvjError;
      expect(`${error.message} ${error.detail ?? ''} ${String(error.cause)}`).not.toContain('private');
    }
    expect.assertions(2);
  });
});

/** The same value with its names in canonical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (Object.is(value, -0)) return 0;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, child]) => [name, sorted(child)]));
}
