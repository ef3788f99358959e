/**
 * Records (FORMAT.md section 7): canonical JSON, padded to a Padmé size of at least 256
 * bytes, sealed in one shot. Used for entry records, heads, buckets and list cache packs.
 */
import { sha256, toHex, type Bytes } from '#shared/bytes.ts';
import type { Envelope } from '#shared/format/envelope.ts';
import { encodeJson, parseJson, type Json } from '#shared/format/canonical-json.ts';
import type { SealKey } from './keys.ts';
import { pad, RECORD_FLOOR, unpad } from './padding.ts';
import { open, seal } from './stream.ts';

/** @throws `format/json` when the value is not JSON */
export async function sealRecord(key: SealKey, envelope: Envelope, value: unknown): Promise<Bytes> {
  return seal(key, envelope, pad(encodeJson(value), RECORD_FLOOR));
}

/**
 * Null when sealed under another key. The JSON is authentic but not yet validated.
 * @throws what `open` throws, `format/padding`, `format/json`
 */
export async function openRecord(key: SealKey, expected: Envelope, sealed: Bytes): Promise<Json | null> {
  const padded = await open(key, expected, sealed);
  return padded && parseJson(unpad(padded, RECORD_FLOOR));
}

/** The hash that the next revision names as its parent: SHA-256 of the whole envelope, hex. */
export async function recordHash(sealed: Bytes): Promise<string> {
  return toHex(await sha256(sealed));
}
