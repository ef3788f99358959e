/**
 * Geometry of a sealed object (FORMAT.md section 4): where segments lie and how long things
 * are. Pure arithmetic, so that progress, quota and ranges are exact before a byte is read.
 */
import { SvjError } from '#shared/errors.ts';
import { ENVELOPE_BYTES } from './envelope.ts';

/** FLOE parameters 10, IV 32, header tag 32. */
export const FLOE_HEADER_BYTES = 74;
/** Envelope and FLOE header: where segment 0 begins. */
export const HEAD_BYTES = ENVELOPE_BYTES + FLOE_HEADER_BYTES;
export const SEGMENT_BYTES = 65_536;
/** Length word 4, IV 12, tag 16. */
export const SEGMENT_OVERHEAD = 32;
export const SEGMENT_PLAINTEXT = SEGMENT_BYTES - SEGMENT_OVERHEAD;
/** One AES-GCM key serves one object: at most 2^20 random IVs (FORMAT.md section 4, limits). */
export const MAX_SEGMENTS = 2 ** 20 - 1;
export const MAX_PLAINTEXT = (MAX_SEGMENTS - 1) * SEGMENT_PLAINTEXT + (SEGMENT_PLAINTEXT - 1);

/**
 * Bytes of the sealed object for `plaintext` bytes.
 * @throws `seal/too-long` beyond 64 GiB
 */
export function sealedSize(plaintext: number): number {
  if (!Number.isSafeInteger(plaintext) || plaintext < 0) throw new SvjError('format/length');
  if (plaintext > MAX_PLAINTEXT) throw new SvjError('seal/too-long');
  const full = Math.floor(plaintext / SEGMENT_PLAINTEXT);
  return HEAD_BYTES + full * SEGMENT_BYTES + SEGMENT_OVERHEAD + (plaintext % SEGMENT_PLAINTEXT);
}

/**
 * Bytes of plaintext in a sealed object of `sealed` bytes: the inverse of {@link sealedSize}.
 * The last segment is always shorter than a full one, so a length that ends on a full
 * segment, or inside a segment's overhead, was cut off.
 * @throws `seal/truncated`, `seal/too-long`
 */
export function plaintextSize(sealed: number): number {
  const body = sealed - HEAD_BYTES;
  if (!Number.isSafeInteger(sealed) || body < SEGMENT_OVERHEAD) throw new SvjError('seal/truncated');
  const last = body % SEGMENT_BYTES;
  if (last < SEGMENT_OVERHEAD) throw new SvjError('seal/truncated');
  const full = (body - last) / SEGMENT_BYTES;
  if (full + 1 > MAX_SEGMENTS) throw new SvjError('seal/too-long');
  return full * SEGMENT_PLAINTEXT + (last - SEGMENT_OVERHEAD);
}

/** Number of segments, the short last one included. */
export function segmentCount(plaintext: number): number {
  return Math.floor(plaintext / SEGMENT_PLAINTEXT) + 1;
}

/** Offset of segment `index` in the sealed object. */
export function segmentOffset(index: number): number {
  return HEAD_BYTES + index * SEGMENT_BYTES;
}
