import { describe, expect, it } from 'vitest';
import { newEntryId } from '#shared/ids.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import { newestFirst, tagsInUse, withEntry, withoutEntry } from './entries.ts';

function entry(date: string, more: Partial<EntrySummary> = {}): EntrySummary {
  return {
    id: newEntryId(),
    revision: 1,
    title: '',
    date,
    durationMs: 0,
    mood: null,
    tags: [],
    clips: 1,
    poster: null,
    width: 0,
    height: 0,
    interrupted: false,
    recordedWhileLocked: false,
    damaged: date === '',
    ...more
  };
}

describe('the list of entries', () => {
  it('stands newest first by the instant, damaged ones last', () => {
    const damaged = entry('');
    const early = entry('2026-11-22T10:00:00+09:00'); // 01:00 UTC
    const late = entry('2026-11-22T02:00:00Z');
    expect(newestFirst([damaged, early, late])).toEqual([late, early, damaged]);
  });

  it('takes an edit in, moves what got another date, and ignores what is older', () => {
    const one = entry('2026-01-01T00:00:00Z');
    const two = entry('2026-02-01T00:00:00Z');
    const moved = { ...one, date: '2026-03-01T00:00:00Z', revision: 2 };
    expect(withEntry([two, one], moved)).toEqual([moved, two]);
    const list = [moved, two];
    expect(withEntry(list, one)).toBe(list);
    expect(withoutEntry(list, two.id)).toEqual([moved]);
  });

  it('knows its tags, the most used first', () => {
    const date = '2026-01-01T00:00:00Z';
    expect(tagsInUse([entry(date, { tags: ['walk'] }), entry(date, { tags: ['home', 'walk'] })])).toEqual([
      'walk',
      'home'
    ]);
  });
});
