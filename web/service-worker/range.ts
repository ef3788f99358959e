/**
 * The `Range` header (RFC 9110 section 14.1.2), strictly: what is not one well-formed range of bytes is ignored, and
 * the whole is answered, as section 14.2 allows. Pure.
 */

/** What to answer: everything (200), bytes `[from, to)` (206), or that there is nothing there (416). */
export type Wanted =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly from: number; readonly to: number }
  | { readonly kind: 'unsatisfiable' };

// The name of the unit knows no case; several ranges would need a multipart answer, which no player asks for.
const ONE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

const WHOLE: Wanted = { kind: 'whole' };
const UNSATISFIABLE: Wanted = { kind: 'unsatisfiable' };

/**
 * @param header as it arrived, null when there is none
 * @param size of the whole, in bytes
 */
export function parseRange(header: string | null, size: number): Wanted {
  const match = header === null ? null : ONE_RANGE.exec(header);
  if (match === null) return WHOLE;
  const [first = '', last = ''] = match.slice(1);
  if (first === '') return last === '' ? WHOLE : suffix(Number(last), size);
  const from = Number(first);
  // An end beyond the end means the end; numbers beyond 2^53 lose their last digits, far behind every clip.
  const to = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < from) return WHOLE;
  return from < size ? { kind: 'part', from, to } : UNSATISFIABLE;
}

function suffix(length: number, size: number): Wanted {
  if (length === 0 || size === 0) return UNSATISFIABLE;
  return { kind: 'part', from: Math.max(0, size - length), to: size };
}
