import { describe, expect, it } from 'vitest';
import { splitWords } from './recovery.ts';

describe('splitWords', () => {
  const words = ['juice', 'atom', 'dust'];

  it.each([
    ['juice atom dust'],
    ['  Juice\n\tATOM,dust. '],
    ['1. juice\r\n2. atom\r\n 3. dust\r\n'],
    ['1) juice 2) atom 3) dust'],
    ['juice\u00a0atom\u3000dust'],
    ['ｊｕｉｃｅ atom dust']
  ])('reads %j', (text) => {
    expect(splitWords(text)).toEqual(words);
  });

  it('finds nothing in nothing', () => {
    expect(splitWords(' 1. \n')).toEqual([]);
  });
});
