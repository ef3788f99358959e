/**
 * A small JSON head in front of raw bytes, for objects that need both (FORMAT.md section 10):
 * u32 length of the canonical JSON, the JSON, the bytes.
 */
import { bigEndian, concat, readBigEndian, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { encodeJson, parseJson, type Json } from './canonical-json.ts';

const LENGTH_BYTES = 4;

export function encodeFramed(json: unknown, bytes: Uint8Array): Bytes {
  const head = encodeJson(json);
  return concat(bigEndian(head.length, 4), head, bytes);
}

/** @throws `format/length`, `format/json` */
export function parseFramed(framed: Bytes): { json: Json; bytes: Bytes } {
  if (framed.length < LENGTH_BYTES) throw new SvjError('format/length');
  const end = LENGTH_BYTES + readBigEndian(framed, 0, 4);
  if (end > framed.length) throw new SvjError('format/length');
  return { json: parseJson(framed.subarray(LENGTH_BYTES, end)), bytes: framed.subarray(end) };
}
