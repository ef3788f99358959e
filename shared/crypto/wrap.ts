/** Keys sealed under keys (FORMAT.md section 5.2): an envelope around exactly 32 bytes. */
import { randomBytes, type Bytes } from '../bytes.ts';
import { SvjError } from '../errors.ts';
import type { Envelope } from '../format/envelope.ts';
import { KEY_BYTES, type SealKey } from './keys.ts';
import { open, seal } from './stream.ts';

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
 * The 32 raw bytes; the caller imports them at once. Null when `under` is another key.
 * @throws what {@link open} throws for damage
 */
export async function unwrap(under: SealKey, envelope: Envelope, wrapped: Bytes): Promise<Bytes | null> {
  const raw = await open(under, envelope, wrapped);
  if (raw !== null && raw.length !== KEY_BYTES) throw new SvjError('format/length', 'key');
  return raw;
}
