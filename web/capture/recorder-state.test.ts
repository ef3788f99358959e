import { describe, expect, it } from 'vitest';
import { isLive, nextState, type RecorderState } from './recorder-state.ts';

const STATES: readonly RecorderState[] = [
  'idle',
  'countdown',
  'recording',
  'paused',
  'interrupted',
  'stopping',
  'saved',
  'failed'
];

const PATHS: readonly (readonly RecorderState[])[] = [
  ['idle', 'countdown', 'recording', 'stopping', 'saved', 'idle'],
  ['idle', 'recording', 'paused', 'recording', 'stopping', 'saved'],
  ['idle', 'recording', 'interrupted', 'recording', 'stopping', 'saved'],
  ['recording', 'interrupted', 'interrupted', 'saved'],
  ['recording', 'stopping', 'recording', 'stopping', 'saved'],
  ['recording', 'stopping', 'interrupted'],
  ['idle', 'countdown', 'idle'],
  ['idle', 'failed', 'idle']
];

describe('the life of a recording', () => {
  it.each(PATHS)('may go %s → %s …', (...path) => {
    path.reduce((from, to) => nextState(from, to));
  });

  it('goes nowhere else: nothing is "saved" that was not stopped or interrupted', () => {
    for (const from of STATES.filter((state) => state !== 'stopping' && state !== 'interrupted')) {
      expect(() => nextState(from, 'saved'), from).toThrow(RangeError);
    }
    expect(() => nextState('idle', 'paused')).toThrow(RangeError);
    expect(() => nextState('paused', 'saved')).toThrow(RangeError);
    expect(() => nextState('saved', 'paused')).toThrow(RangeError);
  });

  it('is live exactly while a clip is open', () => {
    expect(STATES.filter(isLive)).toEqual(['recording', 'paused', 'stopping']);
  });
});
