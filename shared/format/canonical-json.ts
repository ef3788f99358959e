/** RFC 8785 canonical JSON: the only text form of a record. The only importer of canonicalize. */
import canonicalize from 'canonicalize';
import { fromUtf8, utf8, type Bytes } from '../bytes.ts';
import { SvjError } from '../errors.ts';

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** @throws `format/json` for what JSON cannot say (NaN, undefined, lone surrogates) */
export function encodeJson(value: unknown): Bytes {
  try {
    const text = canonicalize(value);
    if (text === undefined || !text.isWellFormed()) throw new SvjError('format/json');
    return utf8(text);
  } catch (cause) {
    throw cause instanceof SvjError ? cause : new SvjError('format/json', undefined, cause);
  }
}

/**
 * Strict: what is not in canonical form (white space, doubled keys, odd numbers) is refused,
 * so that one record has one encoding.
 * @throws `format/json`
 */
export function parseJson(bytes: Bytes): Json {
  const text = fromUtf8(bytes);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw new SvjError('format/json', undefined, cause);
  }
  if (fromUtf8(encodeJson(value)) !== text) throw new SvjError('format/json', 'not canonical');
  return value;
}
