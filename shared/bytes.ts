/** Byte helpers of the format: big-endian integers, hex, constant-time comparison. */
import { SvjError } from './errors.ts';

/** Bytes over a plain ArrayBuffer: what WebCrypto, transfer lists and files take. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function utf8(text: string): Bytes {
  return encoder.encode(text);
}

/** @throws `format/json` when the bytes are not valid UTF-8. */
export function fromUtf8(bytes: Bytes): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new SvjError('format/json', 'utf-8', cause);
  }
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** `value` as `length` bytes, big-endian. Exact for every safe integer. */
export function bigEndian(value: number, length: 4 | 8): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) throw new SvjError('format/length', String(value));
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  if (length === 4) {
    if (value > 0xffff_ffff) throw new SvjError('format/length', String(value));
    view.setUint32(0, value);
  } else {
    view.setBigUint64(0, BigInt(value));
  }
  return bytes;
}

/** @throws `format/length` when the integer exceeds 2^53 - 1. */
export function readBigEndian(bytes: Uint8Array, at: number, length: 4 | 8): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (length === 4) return view.getUint32(at);
  const value = view.getBigUint64(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new SvjError('format/length', 'u64');
  return Number(value);
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** @throws `format/id` unless `text` is lower-case hex of even length. */
export function fromHex(text: string): Bytes {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new SvjError('format/id');
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** Base64 with padding (RFC 4648 section 4), as JSON carries bytes. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** @throws `format/length` unless `text` is the one canonical coding of some bytes */
export function fromBase64(text: string): Bytes {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new SvjError('format/length', 'base64');
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  // The last digit may carry bits that mean nothing: two texts for the same bytes are one too many.
  const lastGroup = bytes.subarray(bytes.length - (bytes.length % 3 || 3));
  if (text !== '' && toBase64(lastGroup) !== text.slice(-4)) throw new SvjError('format/length', 'base64');
  return bytes;
}

/** Compares without an early exit, so that the time tells nothing about where two values differ. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
