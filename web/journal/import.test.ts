import { expect, it } from 'vitest';
import { titleFrom } from './import.ts';

it.each([
  ['Grandma’s birthday.mp4', 'Grandma’s birthday'],
  ['entry-11s.webm', 'entry-11s'],
  ['IMG_0042.MOV', ''],
  ['VID_20240101_120000.mp4', ''],
  ['PXL_20240101_120000123.mp4', ''],
  ['20240101_120000.mp4', ''],
  ['DSC01234.MP4', ''],
  ['MVI_1234.AVI', ''],
  ['.mp4', '']
])('the title from %s is "%s"', (file, title) => {
  expect(titleFrom(file)).toBe(title);
});
