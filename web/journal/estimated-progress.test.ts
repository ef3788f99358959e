import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { estimatedFraction, EstimatedProgress, type Progress } from './estimated-progress.ts';

describe('estimatedFraction', () => {
  it('never claims to be done and never falls', () => {
    const ms = fc.integer({ min: 0, max: 3_600_000 });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: 1, max: 60_000 }), (a, b, expected) => {
        const [earlier, later] = [Math.min(a, b), Math.max(a, b)];
        const fraction = estimatedFraction(later, expected);
        expect(fraction).toBeLessThan(1);
        expect(fraction).toBeGreaterThanOrEqual(estimatedFraction(earlier, expected));
      })
    );
  });
});

describe('EstimatedProgress', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('follows the estimate and does not go back when more is expected', () => {
    const seen: Progress[] = [];
    const progress = new EstimatedProgress(
      1000,
      (now) => seen.push(now),
      () => Date.now()
    );
    vi.advanceTimersByTime(800);
    expect(seen.at(-1)).toEqual({ fraction: 0.8, remainingMs: 200 });
    progress.expect(5000);
    expect(seen.at(-1)?.fraction).toBe(0.8);
    expect(seen.at(-1)?.remainingMs).toBe(5000);
    vi.advanceTimersByTime(20_000);
    expect(seen.at(-1)?.remainingMs).toBeNull();
    expect(seen.map(({ fraction }) => fraction)).toEqual(
      [...seen.map(({ fraction }) => fraction)].sort((a, b) => a - b)
    );
    const count = seen.length;
    progress.stop();
    vi.advanceTimersByTime(1000);
    expect(seen).toHaveLength(count);
  });
});
