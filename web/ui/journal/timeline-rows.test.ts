import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newEntryId } from '#shared/ids.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import { timelineMonths, timelineRows } from './timeline-rows.ts';

function entryOn(date: string): EntrySummary {
  return {
    id: newEntryId(),
    revision: 1,
    title: '',
    date,
    durationMs: 1000,
    mood: null,
    tags: [],
    clips: 1,
    poster: null,
    width: 16,
    height: 9,
    interrupted: false,
    recordedWhileLocked: false,
    damaged: date === ''
  };
}

describe('timeline rows', () => {
  it('start anew with each month, by the clock of the place of recording', () => {
    const entries = [
      '2026-11-22T09:00:00+01:00',
      '2026-11-01T00:30:00+02:00', // still October in UTC
      '2026-10-31T23:30:00-08:00', // already November in UTC
      ''
    ].map(entryOn);
    const rows = timelineRows(entries, 3);
    expect(rows.map(({ month, opensMonth, entries }) => [month, opensMonth, entries.length])).toEqual([
      ['2026-11', true, 2],
      ['2026-10', true, 1],
      ['', true, 1]
    ]);
    expect(timelineMonths(rows).map(({ count, row }) => [count, row])).toEqual([
      [2, 0],
      [1, 1],
      [1, 2]
    ]);
  });

  it('hold every entry once and in order, whatever the number of columns', () => {
    const date = fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString());
    fc.assert(
      fc.property(fc.array(date), fc.integer({ min: 1, max: 3 }), (dates, columns) => {
        const entries = dates.map(entryOn);
        const rows = timelineRows(entries, columns);
        expect(rows.flatMap((row) => row.entries)).toEqual(entries);
        expect(rows.every((row) => row.entries.length >= 1 && row.entries.length <= columns)).toBe(true);
        expect(rows.map(({ position }) => position)).toEqual(rows.map((row) => entries.indexOf(row.entries[0]!) + 1));
        expect(timelineMonths(rows).reduce((sum, { count }) => sum + count, 0)).toBe(entries.length);
      })
    );
  });
});
