import { array, assert, boolean, nat, option, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthOf, momentOf, placeAt, spansOf, type PlayerClip } from './timeline.ts';

const clip = (durationMs: number, trim: PlayerClip['trim'] = null): PlayerClip => ({
  id: String(durationMs),
  url: `/clip/${durationMs}`,
  durationMs,
  trim,
  playableMs: null
});

describe('the line of an entry', () => {
  it('puts clips one after another, each as its trim leaves it', () => {
    const spans = spansOf([clip(4000, { fromMs: 1000, toMs: 3000 }), clip(5000)], false);
    expect(spans.map(({ fromMs, toMs, startMs }) => [fromMs, toMs, startMs])).toEqual([
      [1000, 3000, 0],
      [0, 5000, 2000]
    ]);
    expect(lengthOf(spans)).toBe(7000);
    expect(placeAt(spans, 500)).toEqual({ index: 0, clipMs: 1500 });
    expect(placeAt(spans, 2000)).toEqual({ index: 1, clipMs: 0 });
    expect(placeAt(spans, 9999)).toEqual({ index: 1, clipMs: 5000 });
    expect(placeAt(spans, -1)).toEqual({ index: 0, clipMs: 1000 });
  });

  it('shows all of it when asked', () => {
    expect(lengthOf(spansOf([clip(4000, { fromMs: 1000, toMs: 3000 })], true))).toBe(4000);
  });

  it('is empty without clips', () => {
    expect(lengthOf([])).toBe(0);
    expect(placeAt([], 0)).toBeNull();
  });

  it('finds every moment again', () => {
    const clips = array(
      record({ durationMs: nat(100_000), trim: option(record({ fromMs: nat(120_000), length: nat(120_000) })) }),
      { minLength: 1, maxLength: 6 }
    );
    assert(
      property(clips, boolean(), nat(700_000), (drawn, full, ms) => {
        const spans = spansOf(
          drawn.map(({ durationMs, trim }) =>
            clip(durationMs, trim && { fromMs: trim.fromMs, toMs: trim.fromMs + trim.length })
          ),
          full
        );
        for (const { fromMs, toMs, clip: of } of spans) {
          expect(fromMs).toBeLessThanOrEqual(toMs);
          expect(toMs).toBeLessThanOrEqual(of.durationMs);
        }
        const place = placeAt(spans, ms)!;
        expect(momentOf(spans, place)).toBe(Math.min(ms, lengthOf(spans)));
      })
    );
  });
});
