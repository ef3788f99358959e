import { describe, expect, it } from 'vitest';
import { spaceLeft } from './space.ts';

const MB = 1_000_000;
/** 720p: 2.6 Mbit/s, in bytes per second. */
const RATE = 325_000;

describe('how much longer fits', () => {
  it('is what is free, without a reserve to close with, at the rate measured', () => {
    const { minutes } = spaceLeft({ quota: 1000 * MB, usage: 400 * MB }, RATE);
    expect(minutes).toBeCloseTo((600 * MB - 4 * 1024 * 1024) / RATE / 60, 5);
  });

  it.each([
    [1000, 100, 'none'],
    [1000, 849, 'none'],
    [1000, 850, 'low'],
    [1000, 899, 'low'],
    [1000, 910, 'low'],
    [1000, 980, 'end'],
    [1000, 1000, 'end'],
    [1000, 1200, 'end']
  ] as const)('of %d MB with %d MB used warns: %s', (quota, usage, warning) => {
    expect(spaceLeft({ quota: quota * MB, usage: usage * MB }, RATE).warning).toBe(warning);
  });

  it('D3 warns before nine tenths are used, however slow the recording is', () => {
    expect(spaceLeft({ quota: 10_000 * MB, usage: 8400 * MB }, 1000).warning).toBe('none');
    expect(spaceLeft({ quota: 10_000 * MB, usage: 8600 * MB }, 1000).warning).toBe('low');
  });

  it('is unknown where the browser does not tell, and then nothing is stopped', () => {
    expect(spaceLeft({}, RATE)).toEqual({ bytes: null, minutes: null, warning: 'none' });
    expect(spaceLeft({ quota: 0, usage: 0 }, RATE).warning).toBe('none');
  });
});
