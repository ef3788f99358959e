import { beforeAll, describe, expect, it } from 'vitest';
import { messages } from '#web/messages/catalogue.svelte.ts';
import { clock, entryName, monthOf, spokenLength, wallClock, whenRecorded } from './entry-words.ts';

beforeAll(() => messages.complete());

describe('the words of an entry', () => {
  it('name an untitled entry by its day', () => {
    expect(entryName({ title: '  ', date: '2026-11-22T09:05:00.000+01:00', damaged: false })).toMatch(
      /^Sunday morning, (22 November|November 22)$/
    );
    expect(entryName({ title: 'Grandma', date: '2026-11-22T09:05:00+01:00', damaged: false })).toBe('Grandma');
    expect(entryName({ title: '', date: '', damaged: true })).toBe('Damaged entry');
    expect(entryName({ title: '', date: '2026-13-45T99:99:99Z', damaged: false })).toBe('Date unknown');
  });

  it('keep the clock of the place of recording', () => {
    expect(wallClock('2026-11-22T23:30:00+09:00')?.toISOString()).toBe('2026-11-22T23:30:00.000Z');
    expect(monthOf('2026-12-01T00:10:00+14:00')).toBe('2026-12');
    expect(whenRecorded({ title: '', date: '2026-11-22T23:30:00+09:00' })).toMatch(/30/);
  });

  it('say how long it is', () => {
    expect([0, 999, 1000, 252_000, 3_723_000].map(clock)).toEqual(['0:00', '0:00', '0:01', '4:12', '1:02:03']);
    expect(spokenLength(252_000)).toBe('4 minutes 12 seconds');
    expect(spokenLength(3_600_000)).toBe('1 hour');
    expect(spokenLength(0)).toBe('0 seconds');
  });
});
