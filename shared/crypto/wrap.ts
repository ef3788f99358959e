/** Keys sealed under keys (FORMAT.md section 5.2): an envelope around exactly 32 bytes. */
import { randomBytes, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { Envelope } from '#shared/format/envelope.ts';
import { HEAD_BYTES, sealedSize } from '#shared/format/segment.ts';
import { KEY_BYTES, type SealKey } from './keys.ts';
import { seal, startOpening } from './stream.ts';

/** Every key wrap is this long. */
export const WRAP_BYTES = sealedSize(KEY_BYTES);

/** A key not yet turned into a handle. Overwritten by the function of keys.ts that imports it. */
export function newRawKey(): Bytes {
  return randomBytes(KEY_BYTES);
}

/** @param raw 32 bytes, left as they are */
export async function wrap(under: SealKey, envelope: Envelope, raw: Bytes): Promise<Bytes> {
  if (raw.length !== KEY_BYTES) throw new SvjError('format/length', 'key');
  return seal(under, envelope, raw);
}

/**
 * The 32 raw bytes; the caller imports them at once. Null when they do not open: wrong key,
 * altered header tag and altered segment are one outcome, so that whoever plants a wrap learns
 * nothing about the key it was tried with. What is refused before the key is used still throws.
 * @throws `format/…`, `seal/header-mismatch`
 */
export async function unwrap(under: SealKey, envelope: Envelope, wrapped: Bytes): Promise<Bytes | null> {
  if (wrapped.length !== WRAP_BYTES) throw new SvjError('format/length', 'wrap');
  const opener = await startOpening(under, envelope, wrapped);
  if (opener === null) return null;
  return opener.segment(0, wrapped.subarray(HEAD_BYTES), true).catch(() => null);
}
