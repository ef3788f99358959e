import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings.svelte.ts';

const DEFAULTS = { theme: 'system', language: 'en', quality: '720p', countdown: 3, facing: 'user' };

describe('parseSettings', () => {
  it.each([[null], ['{}'], ['null'], ['[]'], ['"x"'], ['{'], ['{"theme":"<b>","quality":4320,"countdown":"3"}']])(
    'falls back for %j',
    (json) => {
      expect(parseSettings(json, ['fr-CH'])).toEqual(DEFAULTS);
    }
  );

  it('takes what is ours and leaves the rest', () => {
    expect(parseSettings('{"theme":"dark","countdown":10,"title":"a secret"}', [])).toEqual({
      ...DEFAULTS,
      theme: 'dark',
      countdown: 10
    });
  });

  it('speaks the first language it knows', () => {
    expect(parseSettings(null, ['fr', 'de-AT', 'en']).language).toBe('de');
  });
});
