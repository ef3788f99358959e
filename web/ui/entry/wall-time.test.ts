import { expect, it } from 'vitest';
import { fromField, toField } from './wall-time.ts';

const before = '2026-11-22T09:05:31.250+09:30';

it('shows the clock of the place', () => {
  expect(toField(before)).toBe('2026-11-22T09:05');
  expect(toField('2026-11-22T09:05:31Z')).toBe('2026-11-22T09:05');
  expect(toField('yesterday')).toBe('');
});

it('keeps the place, and the seconds of an unchanged minute', () => {
  expect(fromField('2026-11-22T10:00', before)).toBe('2026-11-22T10:00:00+09:30');
  expect(fromField('2026-11-22T09:05', before)).toBe(before);
});

it('waits for a whole date', () => {
  expect(fromField('', before)).toBeNull();
  expect(fromField('2026-11-22', before)).toBeNull();
});
