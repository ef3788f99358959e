import { describe, expect, it } from 'vitest';
import { mayShow } from './may-show.ts';

const SCREENS = ['/', '/record', '/review/x', '/entry/x', '/trash', '/settings', '/recovery-kit', '/nowhere'];

describe('mayShow', () => {
  it.each(SCREENS)('B5: shows nothing of %s while locked', (path) => {
    expect(mayShow('locked', path, false)).toBe('locked');
    expect(mayShow('unlocked', path, false)).toBe('screen');
    expect(mayShow('absent', path, false)).toBe('welcome');
    expect(mayShow('unsupported', path, false)).toBe('welcome');
    expect(mayShow('starting', path, false)).toBe('starting');
  });

  it('keeps a running recording on its screen', () => {
    expect(mayShow('locked', '/record', true)).toBe('screen');
    expect(mayShow('locked', '/entry/x', true)).toBe('locked');
  });

  it('lets in those who create or recover, and only them', () => {
    expect(mayShow('absent', '/create', false)).toBe('screen');
    expect(mayShow('unsupported', '/create', false)).toBe('welcome');
    expect(mayShow('locked', '/create', false)).toBe('locked');
    expect(mayShow('locked', '/recover', false)).toBe('screen');
    expect(mayShow('absent', '/recover', false)).toBe('welcome');
  });

  it('tells everyone what the app is', () => {
    for (const status of ['unsupported', 'absent', 'locked', 'unlocked'] as const) {
      expect(mayShow(status, '/about', false)).toBe('screen');
    }
  });
});
