/** RFC 8785 canonical JSON: the only text form of a record. The only importer of canonicalize. */
import canonicalize from 'canonicalize';
import { fromUtf8, utf8, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Deeper nesting is refused, so that whoever walks a record needs no guard of its own. */
export const MAX_DEPTH = 64;

/** @throws `format/json` for what JSON cannot say (NaN, lone surrogates, undefined itself) */
export function encodeJson(value: unknown): Bytes {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new SvjError('format/json', undefined, cause);
  }
  if (text === undefined) throw new SvjError('format/json', 'undefined');
  return utf8(text);
}

/**
 * Strict: what is not in canonical form (white space, doubled keys, odd numbers) is refused,
 * so that one record has one encoding.
 * @throws `format/json`, without a cause: the parser's message quotes the text
 */
export function parseJson(bytes: Bytes): Json {
  const text = fromUtf8(bytes);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new SvjError('format/json', 'syntax');
  }
  requireDepth(value, MAX_DEPTH);
  if (fromUtf8(encodeJson(value)) !== text) throw new SvjError('format/json', 'not canonical');
  return value;
}

function requireDepth(value: Json, left: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (left === 0) throw new SvjError('format/json', 'depth');
  for (const child of Object.values(value)) requireDepth(child, left - 1);
}
