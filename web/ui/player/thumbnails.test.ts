import { expect, it } from 'vitest';
import { tileAt } from './thumbnails.ts';

const sheet = { url: 'blob:x', columns: 2, tileWidth: 160, tileHeight: 90, timesMs: [0, 1000, 2000] };

it.each([
  [0, { x: 0, y: 0 }],
  [999, { x: 0, y: 0 }],
  [1000, { x: 160, y: 0 }],
  [5000, { x: 0, y: 90 }],
  [-1, { x: 0, y: 0 }]
])('shows for %i ms the frame at %j', (ms, place) => {
  expect(tileAt(sheet, ms)).toEqual(place);
});

it('shows nothing from an empty sheet', () => {
  expect(tileAt({ ...sheet, timesMs: [] }, 0)).toBeNull();
});
