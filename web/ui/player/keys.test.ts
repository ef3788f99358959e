import { describe, expect, it } from 'vitest';
import { deedOf } from './keys.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) =>
  deedOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

describe('keys of the player', () => {
  it.each([
    [' ', { do: 'toggle' }],
    ['k', { do: 'toggle' }],
    ['K', { do: 'toggle' }],
    ['j', { do: 'skip', ms: -10_000 }],
    ['l', { do: 'skip', ms: 10_000 }],
    ['ArrowLeft', { do: 'skip', ms: -5_000 }],
    ['ArrowUp', { do: 'volume', by: 0.1 }],
    [',', { do: 'step', frames: -1 }],
    ['.', { do: 'step', frames: 1 }],
    ['<', { do: 'speed', by: -1 }],
    ['>', { do: 'speed', by: 1 }],
    ['0', { do: 'seek', part: 0 }],
    ['7', { do: 'seek', part: 0.7 }],
    ['End', { do: 'seek', part: 1 }],
    ['m', { do: 'mute' }],
    ['f', { do: 'fullscreen' }],
    ['p', { do: 'picture-in-picture' }],
    ['?', { do: 'help' }],
    ['x', null],
    ['constructor', null],
    ['Enter', null]
  ])('%j', (key, deed) => {
    expect(press(key)).toEqual(deed);
  });

  it('leaves shortcuts of the browser alone', () => {
    for (const held of ['ctrlKey', 'metaKey', 'altKey']) expect(press('l', { [held]: true })).toBeNull();
  });
});
