import { assert, constantFrom, integer, nat, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRange } from './range.ts';

const part = (from: number, to: number) => ({ kind: 'part', from, to });
const whole = { kind: 'whole' };
const unsatisfiable = { kind: 'unsatisfiable' };

describe('parseRange', () => {
  it.each([
    [null, whole],
    ['bytes=0-1', part(0, 2)],
    ['bytes=0-', part(0, 1000)],
    ['bytes=200-299', part(200, 300)],
    ['bytes=999-', part(999, 1000)],
    ['bytes=990-5000', part(990, 1000)],
    ['bytes=-100', part(900, 1000)],
    ['bytes=-5000', part(0, 1000)],
    ['BYTES=0-0', part(0, 1)],
    ['bytes= 0-0 ', part(0, 1)],
    ['bytes=0-99999999999999999999', part(0, 1000)],
    ['bytes=1000-', unsatisfiable],
    ['bytes=1000-1001', unsatisfiable],
    ['bytes=99999999999999999999-', unsatisfiable],
    ['bytes=-0', unsatisfiable],
    // Not one range of bytes: as if the header were not there.
    ['bytes=2-1', whole],
    ['bytes=-', whole],
    ['bytes=', whole],
    ['bytes', whole],
    ['bytes=0-1,4-5', whole],
    ['bytes=,0-1', whole],
    ['bytes=0 - 1', whole],
    ['bytes=+0-1', whole],
    ['bytes=0x0-1', whole],
    ['bytes=0-1;', whole],
    ['bytes=--1', whole],
    ['items=0-1', whole],
    ['', whole]
  ])('answers %j of 1000 bytes', (header, wanted) => {
    expect(parseRange(header, 1000)).toEqual(wanted);
  });

  it('finds nothing in an empty clip', () => {
    for (const header of ['bytes=0-', 'bytes=0-1', 'bytes=-1']) expect(parseRange(header, 0)).toEqual(unsatisfiable);
  });

  it('gives a closed range exactly, cut at the end', () => {
    assert(
      property(nat(), nat(), integer({ min: 1 }), (a, length, size) => {
        const wanted = parseRange(`bytes=${a}-${a + length}`, size);
        if (a >= size) expect(wanted).toEqual(unsatisfiable);
        else expect(wanted).toEqual(part(a, Math.min(a + length + 1, size)));
      })
    );
  });

  it('gives a suffix of the length asked for, or all there is', () => {
    assert(
      property(integer({ min: 1 }), integer({ min: 1 }), (length, size) => {
        expect(parseRange(`bytes=-${length}`, size)).toEqual(part(Math.max(0, size - length), size));
      })
    );
  });

  it('never leaves the clip, whatever it is sent', () => {
    assert(
      property(
        constantFrom('bytes=', 'bytes', ''),
        string({ unit: 'binary', maxLength: 20 }),
        nat(),
        (unit, text, size) => {
          const wanted = parseRange(unit + text, size);
          if (wanted.kind !== 'part') return;
          expect(wanted.from).toBeGreaterThanOrEqual(0);
          expect(wanted.from).toBeLessThan(wanted.to);
          expect(wanted.to).toBeLessThanOrEqual(size);
        }
      )
    );
  });
});
