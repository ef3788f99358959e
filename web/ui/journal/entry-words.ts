/**
 * How an entry is called and when it was: by the clock of the place where it was recorded,
 * not by that of the reader, so that a Sunday morning stays one after a flight home.
 */
import { m, messages } from '#web/messages/catalogue.svelte.ts';
import type { EntrySummary } from '#web/model/summary.ts';

const WALL_CLOCK = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?[+-]\d\d:\d\d$/;
const MS_PER_MINUTE = 60_000;

/**
 * The date and time on the recorder's wall, as if it were UTC: to be read and formatted as UTC.
 * Null for what is no date (a damaged entry has none).
 */
export function wallClock(date: string): Date | null {
  const local = WALL_CLOCK.exec(date)?.[1];
  const wall = local === undefined ? onReadersWall(new Date(date)) : new Date(`${local}Z`);
  return Number.isNaN(wall.getTime()) ? null : wall;
}

function onReadersWall(instant: Date): Date {
  return new Date(instant.getTime() - instant.getTimezoneOffset() * MS_PER_MINUTE);
}

/** `2026-11`: sorts and groups as months do; empty for what is no date. */
export function monthOf(date: string): string {
  return wallClock(date)?.toISOString().slice(0, -'-01T00:00:00.000Z'.length) ?? '';
}

const formats = new Map<string, Intl.DateTimeFormat>();

// Making a formatter costs far more than using it, and a timeline asks for thousands of dates.
function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  const key = `${messages.locale} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(messages.locale, { ...options, timeZone: 'UTC' });
    formats.set(key, made);
  }
  return made.format(date);
}

/** `month` as {@link monthOf} gives it → "November 2026". */
export function monthName(month: string): string {
  const first = wallClock(`${month}-01T00:00:00+00:00`);
  return first === null ? m.journal.unknownDate : format(first, { month: 'long', year: 'numeric' });
}

/** "Sunday, 22 November at 09:30"; under an untitled entry, whose name is its day, "09:30". */
export function whenRecorded(entry: Pick<EntrySummary, 'title' | 'date'>): string {
  const when = wallClock(entry.date);
  if (when === null) return m.journal.unknownDate;
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  if (entry.title.trim() === '') return format(when, time);
  return format(when, { weekday: 'long', day: 'numeric', month: 'long', ...time });
}

/** "22 November 2026, 09:30" on the reader's own clock: for what happened in the app, such as a deletion. */
export function whenHere(instant: string): string {
  const here = onReadersWall(new Date(instant));
  if (Number.isNaN(here.getTime())) return m.journal.unknownDate;
  return format(here, { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' });
}

/** The title, or for an untitled entry "Sunday morning, 22 November". Never empty. */
export function entryName(entry: Pick<EntrySummary, 'title' | 'date' | 'damaged'>): string {
  if (entry.damaged) return m.journal.damaged;
  const title = entry.title.trim();
  if (title !== '') return title;
  const when = wallClock(entry.date);
  if (when === null) return m.journal.unknownDate;
  const day = format(when, { day: 'numeric', month: 'long' });
  return m.journal.untitled(format(when, { weekday: 'long' }), partOfDay(when.getUTCHours()), day);
}

function partOfDay(hour: number): 'night' | 'morning' | 'afternoon' | 'evening' {
  if (hour < 5) return 'night';
  if (hour < 12) return 'morning';
  return hour < 18 ? 'afternoon' : 'evening';
}

/** "4:12", "1:02:03". Milliseconds in, whole seconds out. */
export function clock(ms: number): string {
  const { hours, minutes, seconds } = parts(ms);
  const padded = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(seconds)}` : `${minutes}:${padded(seconds)}`;
}

/** "4 minutes 12 seconds", for whoever listens. */
export function spokenLength(ms: number): string {
  const { hours, minutes, seconds } = parts(ms);
  return m.journal.duration(hours, minutes, seconds);
}

function parts(ms: number): { hours: number; minutes: number; seconds: number } {
  const whole = Math.max(0, Math.floor(ms / 1000));
  return { hours: Math.floor(whole / 3600), minutes: Math.floor(whole / 60) % 60, seconds: whole % 60 };
}
