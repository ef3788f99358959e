/**
 * The one closed table of errors. Every failure that crosses a file, a worker or the
 * network is a member of it; whatever is not is reported as `internal`.
 *
 * `status` is the HTTP status the relay answers with; `sentence` is a plain English line
 * without content, keys, names or tokens (rule 23). What a person reads comes from the
 * message catalogue, by `code`.
 */
export const ERRORS = {
  // shared/format: refused before any key is touched
  'format/too-short': { status: 400, sentence: 'The sealed object is shorter than its header.' },
  'format/magic': { status: 400, sentence: 'This is not a sealed object of this journal.' },
  'format/version': { status: 400, sentence: 'The object was sealed by an unknown version.' },
  'format/kind': { status: 400, sentence: 'The object is of an unknown kind.' },
  'format/flags': { status: 400, sentence: 'The object carries unknown flags.' },
  'format/floe-parameters': { status: 400, sentence: 'The object uses unknown stream parameters.' },
  'format/length': { status: 400, sentence: 'A length in the object cannot be right.' },
  'format/padding': { status: 400, sentence: 'The padding of the object is wrong.' },
  'format/json': { status: 400, sentence: 'The opened record is not canonical JSON.' },
  'format/schema': { status: 400, sentence: 'The opened record does not have the expected shape.' },
  'format/id': { status: 400, sentence: 'An identifier is not well formed.' },
  'format/kdf': { status: 400, sentence: 'The key derivation block is not well formed.' },
  'format/words': { status: 400, sentence: 'These are not valid recovery words.' },
  // shared/crypto: the key is ours, the bytes are not what was sealed
  'seal/header-mismatch': { status: 422, sentence: 'The object belongs to another place in the vault.' },
  'seal/damaged': { status: 422, sentence: 'A segment was altered or damaged.' },
  'seal/truncated': { status: 422, sentence: 'The object ends before its sealed end.' },
  'seal/trailing-data': { status: 422, sentence: 'The object goes on after its sealed end.' },
  'seal/too-long': { status: 413, sentence: 'The object exceeds 64 GiB.' },
  'kdf/below-floor': {
    status: 422,
    sentence: 'Refused: weaker key derivation than this app allows (a downgrade attack looks like this).'
  },
  'kdf/above-ceiling': {
    status: 422,
    sentence: 'Refused: key derivation cost beyond any sane value (a denial of service looks like this).'
  },
  'kdf/changed': { status: 409, sentence: 'The relay names other key derivation parameters than this device.' },
  'kdf/empty-passphrase': { status: 400, sentence: 'The passphrase is empty.' },
  'kdf/passphrase-too-long': { status: 400, sentence: 'The passphrase exceeds 1,024 bytes.' },
  'kdf/memory': { status: 507, sentence: 'This device has not enough memory to derive the key.' },
  // vault
  'vault/absent': { status: 404, sentence: 'There is no journal on this device.' },
  'vault/exists': { status: 409, sentence: 'There is already a journal on this device.' },
  'vault/locked': { status: 423, sentence: 'The journal is locked.' },
  'vault/rolled-back': { status: 409, sentence: 'The vault is older than what this device has seen.' },
  'vault/newer-app': { status: 409, sentence: 'The vault was written by a newer version of the app.' },
  'vault/damaged': { status: 422, sentence: 'The vault head was altered or damaged.' },
  'vault/unlock-again': { status: 409, sentence: 'The passphrase was changed in another tab.' },
  'vault/words-unconfirmed': { status: 409, sentence: 'The recovery words were not confirmed yet.' },
  'vault/other-journal': { status: 409, sentence: 'The account belongs to another journal.' },
  'entry/absent': { status: 404, sentence: 'There is no such entry.' },
  'entry/damaged': { status: 422, sentence: 'This entry was altered or damaged.' },
  'entry/rolled-back': { status: 409, sentence: 'An older state of this entry was put in its place.' },
  'entry/conflict': { status: 409, sentence: 'The entry was changed elsewhere meanwhile.' },
  'object/absent': { status: 404, sentence: 'The object is not on this device.' },
  'object/elsewhere': { status: 503, sentence: 'The object lies on another device, or on the relay.' },
  'object/busy': { status: 409, sentence: 'The object is being written elsewhere.' },
  'range/not-satisfiable': { status: 416, sentence: 'The range lies outside the object.' },
  // device
  'storage/quota': { status: 507, sentence: 'There is no space left for this app on the device.' },
  'storage/unavailable': { status: 503, sentence: 'The browser refuses to store data here.' },
  'storage/blocked': { status: 503, sentence: 'Another tab holds an older version of the database open.' },
  'camera/refused': { status: 403, sentence: 'The camera or microphone was refused.' },
  'camera/absent': { status: 404, sentence: 'No camera or microphone was found.' },
  'camera/busy': { status: 409, sentence: 'The camera or microphone is used by another program.' },
  'camera/unsupported': { status: 501, sentence: 'This browser cannot record video.' },
  'recorder/failed': { status: 500, sentence: 'The recorder of the browser failed.' },
  'recorder/nothing': { status: 500, sentence: 'The recorder gave no video; nothing was recorded.' },
  'media/foreign': { status: 415, sentence: 'This is not a video this app can read.' },
  'media/empty': { status: 400, sentence: 'The file is empty.' },
  'media/truncated': { status: 422, sentence: 'The file ends before its stated length.' },
  'media/undecodable': { status: 415, sentence: 'This browser cannot play this video, which was not taken in.' },
  'media/unplayable': { status: 415, sentence: 'This browser cannot play this video.' },
  // relay: whether it answers at all, and as agreed
  'relay/unreachable': { status: 503, sentence: 'The relay does not answer.' },
  'relay/answer': { status: 502, sentence: 'The answer does not have the expected shape.' },
  'relay/damaged': { status: 502, sentence: 'What the relay gave back is not what was sent.' },
  // relay: who asks
  'account/refused': { status: 401, sentence: 'The account name or the proof does not fit.' },
  'account/unavailable': { status: 409, sentence: 'An account of this name cannot be made.' },
  'session/absent': { status: 401, sentence: 'Nobody is signed in, or the session is over.' },
  'session/second-factor': { status: 403, sentence: 'The second factor is still to come.' },
  'factor/wrong-code': { status: 401, sentence: 'The code does not fit, or was used before.' },
  'factor/exists': { status: 409, sentence: 'There is a second factor already.' },
  'relay/too-many': { status: 429, sentence: 'Too many requests; wait before the next.' },
  'relay/busy': { status: 503, sentence: 'The relay has too much to do at the moment.' },
  'relay/foreign-origin': { status: 403, sentence: 'The request comes from another site.' },
  'relay/too-large': { status: 413, sentence: 'The request is larger than the relay takes.' },
  'relay/body': { status: 400, sentence: 'The body of the request does not have the expected shape.' },
  // relay: what a vault publishes
  'vault/conflict': { status: 409, sentence: 'Another device published first.' },
  'vault/over-quota': { status: 413, sentence: 'The account has no space left for records.' },
  'vault/not-staged': { status: 409, sentence: 'The commit names a record that was not sent.' },
  // relay: stored objects
  'store/absent': { status: 404, sentence: 'Nothing is stored under this name.' },
  'store/offset': { status: 409, sentence: 'The stored bytes end at another offset.' },
  'store/complete': { status: 409, sentence: 'The object is complete and cannot change.' },
  'store/full': { status: 507, sentence: 'The relay has no space left.' },
  'store/unavailable': { status: 503, sentence: 'The store of the relay cannot be reached now.' },
  // relay: uploads
  'ticket/refused': { status: 403, sentence: 'The upload ticket is unknown, used or expired.' },
  'upload/version': { status: 412, sentence: 'This version of the upload protocol is not supported.' },
  'upload/header': { status: 400, sentence: 'A header of the upload is missing or not well formed.' },
  'upload/type': { status: 415, sentence: 'An upload takes application/offset+octet-stream only.' },
  'upload/length': { status: 400, sentence: 'The length differs from what was stated before.' },
  'upload/too-long': { status: 413, sentence: 'The upload is longer than what was stated or allowed.' },
  'upload/over-quota': { status: 413, sentence: 'The account has no space left for this upload.' },
  'upload/exists': { status: 409, sentence: 'This object was uploaded before.' },
  'upload/busy': { status: 423, sentence: 'Another request is working on this upload.' },
  'upload/too-slow': { status: 408, sentence: 'The upload made no progress for too long.' },
  // calls
  'call/aborted': { status: 499, sentence: 'The work was cancelled.' },
  'call/worker-died': { status: 500, sentence: 'A part of the app stopped unexpectedly.' },
  'call/unknown-method': { status: 404, sentence: 'No such call exists.' },
  'http/not-found': { status: 404, sentence: 'Nothing is here.' },
  'http/method': { status: 405, sentence: 'That method is not allowed here.' },
  internal: { status: 500, sentence: 'Something failed that this app did not foresee.' }
} as const satisfies Record<string, { status: number; sentence: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** A failure with a code of the table. `detail` is for a number or a place, never content. */
export class SvjError extends Error {
  override readonly name = 'SvjError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, detail?: string, cause?: unknown) {
    super(ERRORS[code].sentence, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

/** Maps anything thrown onto the table: aborts and quota errors keep their meaning, the rest is `internal`. */
export function toSvjError(thrown: unknown): SvjError {
  if (thrown instanceof SvjError) return thrown;
  const name = thrown instanceof Error || isDomException(thrown) ? thrown.name : '';
  if (name === 'AbortError') return new SvjError('call/aborted', undefined, thrown);
  if (name === 'QuotaExceededError') return new SvjError('storage/quota', undefined, thrown);
  return new SvjError('internal', name, thrown);
}

// DOMException is no subclass of Error in every realm, and absent from the pure type library.
function isDomException(thrown: unknown): thrown is { name: string } {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown && typeof thrown.name === 'string';
}

/** Whether what a reader met names a version that this app does not know. An unproven header may say so falsely. */
export function isUnknownFormat(thrown: unknown): thrown is SvjError {
  return thrown instanceof SvjError && (thrown.code === 'format/version' || thrown.code === 'format/flags');
}
