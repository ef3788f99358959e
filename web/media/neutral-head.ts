/** Takes the creation times out of the head of an MP4 that is being written: the muxer dates it with today. */
import { readBigEndian } from '#shared/bytes.ts';

/** Boxes that hold boxes, on the way to the ones with times. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia']);
const TIMED = new Set(['mvhd', 'tkhd', 'mdhd']);

/** Zeroes creation and modification times in place. @param bytes whole top-level boxes */
export function neutraliseTimes(bytes: Uint8Array, from = 0, to = bytes.length): void {
  let at = from;
  while (at + 8 <= to) {
    const size = readBigEndian(bytes, at, 4);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (size < 8 || at + size > to) return;
    if (CONTAINERS.has(type)) neutraliseTimes(bytes, at + 8, at + size);
    // Version, three flag bytes, then two times of 4 or 8 bytes.
    if (TIMED.has(type)) bytes.fill(0, at + 12, at + 12 + (bytes[at + 8] === 1 ? 16 : 8));
    at += size;
  }
}

/** Length of the leading `ftyp` and `moov`, or null while they are not complete. */
export function mp4HeadLength(bytes: Uint8Array): number | null {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = readBigEndian(bytes, at, 4);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    at += size;
    if (type === 'moov') return at <= bytes.length ? at : null;
    if (size < 8) return null;
  }
  return null;
}
