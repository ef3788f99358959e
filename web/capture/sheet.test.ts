import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenTimes, MAX_TILES, SheetPlan } from './sheet.ts';

/** Asks twice a second for `seconds`, as a recording does. */
function run(seconds: number): SheetPlan {
  const plan = new SheetPlan();
  for (let at = 0; at <= seconds * 1000; at += 500) if (plan.isDue(at)) plan.add(at);
  return plan;
}

describe('the scrub sheet of a running recording', () => {
  it('has a tile a second at first', () => {
    expect(run(5).timesMs).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
  });

  it('never holds more than its limit, and covers any length evenly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 * 3600 }), (seconds) => {
        const { timesMs } = run(seconds);
        const gaps = timesMs.slice(1).map((time, i) => time - (timesMs[i] ?? 0));
        expect(timesMs.length).toBeLessThan(MAX_TILES);
        expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(2 * Math.min(Infinity, ...gaps));
        expect(timesMs[0]).toBe(0);
        if (seconds > 200) expect(timesMs.length).toBeGreaterThanOrEqual(MAX_TILES / 2 - 1);
      }),
      { numRuns: 25 }
    );
  });

  it('says which tiles give way, so that pictures and times stay together', () => {
    const plan = new SheetPlan();
    const pictures: number[] = [];
    for (let at = 0; at < 300_000; at += 1000) {
      if (!plan.isDue(at)) continue;
      pictures.push(at);
      for (const gone of [...plan.add(at)].reverse()) pictures.splice(gone, 1);
    }
    expect(pictures).toEqual(plan.timesMs);
  });
});

describe('the scrub sheet of a finished clip', () => {
  it('lies inside the clip, in order, at most one tile a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (durationMs) => {
        const times = evenTimes(durationMs);
        expect(times.length).toBeGreaterThanOrEqual(1);
        expect(times.length).toBeLessThanOrEqual(MAX_TILES);
        expect([...times].sort((a, b) => a - b)).toEqual(times);
        for (const time of times) expect(time >= 0 && time <= durationMs).toBe(true);
      })
    );
  });
});
