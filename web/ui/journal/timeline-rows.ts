/** Entries laid out as rows of cards, cut at each month: what the virtual list scrolls through. */
import type { WindowVirtualizerHandle } from 'virtua/svelte';
import type { EntryId } from '#shared/ids.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import { monthOf } from './entry-words.ts';

export interface TimelineRow {
  /** The first entry's id: stays the same when other rows come and go. */
  readonly key: string;
  readonly month: string;
  /** The month begins here; its name stands above the cards. */
  readonly opensMonth: boolean;
  readonly entries: readonly EntrySummary[];
  /** Place of the first card among all entries, from 1. */
  readonly position: number;
}

/** Where a visit left the timeline, so that the next one goes on there. */
export interface TimelinePlace {
  /** The first entry of the topmost row, and how far the row was scrolled out, in pixels. */
  readonly entry: EntryId;
  readonly offset: number;
  /** Measured heights; they fit only as many rows in as many columns. */
  readonly sizes: ReturnType<WindowVirtualizerHandle['getCache']>;
  readonly rows: number;
  readonly columns: number;
}

export interface TimelineMonth {
  readonly month: string;
  readonly count: number;
  readonly row: number;
}

/** `entries` newest first. A month that comes back (an entry moved by a time zone) opens again. */
export function timelineRows(entries: readonly EntrySummary[], columns: number): TimelineRow[] {
  const rows: TimelineRow[] = [];
  let cards: EntrySummary[] = [];
  let current = '';
  let opensMonth = true;
  let position = 1;
  const close = (): void => {
    const first = cards[0];
    if (first === undefined) return;
    rows.push({ key: first.id, month: current, opensMonth, entries: cards, position });
    position += cards.length;
    opensMonth = false;
    cards = [];
  };
  for (const entry of entries) {
    const month = monthOf(entry.date);
    if (month !== current || cards.length === columns) close();
    if (month !== current) {
      current = month;
      opensMonth = true;
    }
    cards.push(entry);
  }
  close();
  return rows;
}

export function timelineMonths(rows: readonly TimelineRow[]): TimelineMonth[] {
  const months: { month: string; count: number; row: number }[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.opensMonth) months.push({ month: row.month, count: 0, row: index });
    const last = months.at(-1);
    if (last !== undefined) last.count += row.entries.length;
  }
  return months;
}
