/** The request headers of the upload protocol: which verb takes which, and what each must look like. */
import { SvjError } from '#shared/errors.ts';

export const TUS_VERSION = '1.0.0';
export const OFFSET_TYPE = 'application/offset+octet-stream';
/** Carries the ticket of a creation; it stands in no address, log or history. */
export const TICKET_HEADER = 'Upload-Ticket';

type Verb = 'POST' | 'HEAD' | 'PATCH' | 'DELETE';

/** A whole number of bytes that is exact in a double; nothing else that `Number()` would take. */
const BYTES = /^(?:0|[1-9]\d{0,15})$/;
const isBytes = (value: string) => BYTES.test(value) && Number.isSafeInteger(Number(value));
const never = () => false;

interface HeaderRule {
  readonly verbs: readonly Verb[];
  readonly isValid: (value: string) => boolean;
}

const ALL: readonly Verb[] = ['POST', 'HEAD', 'PATCH', 'DELETE'];

const RULES: Readonly<Record<string, HeaderRule>> = {
  'Upload-Offset': { verbs: ['PATCH'], isValid: isBytes },
  'Upload-Length': { verbs: ['POST', 'PATCH'], isValid: isBytes },
  'Upload-Defer-Length': { verbs: ['POST'], isValid: (value) => value === '1' },
  // Names and types of files are content: the relay takes none.
  'Upload-Metadata': { verbs: ALL, isValid: never },
  // An object is written by one upload; parts of others cannot be put together here.
  'Upload-Concat': { verbs: ALL, isValid: never },
  // What a proxy lets pass as one method must not act as another.
  'X-HTTP-Method-Override': { verbs: ALL, isValid: never }
};

/** @throws `upload/version`, `upload/header` */
export function checkHeaders(verb: Verb, headers: Headers): void {
  if (headers.get('Tus-Resumable') !== TUS_VERSION) throw new SvjError('upload/version');
  for (const [name, { verbs, isValid }] of Object.entries(RULES)) {
    const value = headers.get(name);
    if (value !== null && verbs.includes(verb) && !isValid(value)) throw new SvjError('upload/header', name);
  }
}

/** After `checkHeaders`. Null when absent. */
export function bytesIn(headers: Headers, name: 'Upload-Offset' | 'Upload-Length'): number | null {
  const value = headers.get(name);
  return value === null ? null : Number(value);
}

/** Null when the body is sent in chunks. @throws `upload/header` */
export function bodyLength(headers: Headers): number | null {
  const value = headers.get('Content-Length');
  if (value === null) return null;
  if (!isBytes(value)) throw new SvjError('upload/header', 'Content-Length');
  return Number(value);
}
