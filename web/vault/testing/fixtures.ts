/** Short recordings of real browsers. */
import type { Bytes } from '#shared/bytes.ts';

const inlined = import.meta.glob<string>('../../../shared/container/fixtures/*.{webm,mp4}', {
  query: '?inline',
  import: 'default',
  eager: true
});

/** What recorded it, by file name. */
export const RECORDINGS = {
  'chromium-vp9.webm': 'video/webm',
  'firefox-vp8.webm': 'video/webm',
  'chromium-avc1.mp4': 'video/mp4'
};

export function recordingOf(name: string): Bytes {
  const url = inlined[`../../../shared/container/fixtures/${name}`] ?? '';
  return Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (character) => character.charCodeAt(0));
}
