import { expect, it } from 'vitest';
import { localInstant } from './local-instant.ts';

it('is the same moment, with the offset of the place', () => {
  for (const iso of ['2026-11-22T09:05:00.250Z', '2024-02-29T23:59:59.999Z', '2026-03-29T01:30:00.000Z']) {
    const text = localInstant(new Date(iso));
    expect(new Date(text).toISOString()).toBe(iso);
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  }
});

it.each([
  [-345, '2026-01-01T05:45:00.000+05:45'],
  [210, '2025-12-31T20:30:00.000-03:30'],
  [0, '2026-01-01T00:00:00.000+00:00']
])('rounds nothing for a place %d minutes from Greenwich', (minutes, text) => {
  const date = new Date('2026-01-01T00:00:00.000Z');
  date.getTimezoneOffset = () => minutes;
  expect(localInstant(date)).toBe(text);
});
