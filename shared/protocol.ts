/**
 * What app and relay say to each other: one schema per body, used on both sides. Bytes travel as base64 and are bytes
 * again once validated; both sides refuse what does not fit.
 */
import { fromBase64, type Bytes } from './bytes.ts';
import {
  array,
  boolean,
  check,
  integer,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  rawTransform,
  regex,
  string,
  union,
  type InferInput,
  type InferOutput
} from './schema.ts';

const id = pipe(string(), regex(/^[0-9a-f]{32}$/));
const hash = pipe(string(), regex(/^[0-9a-f]{64}$/));
const whole = pipe(number(), integer(), minValue(0), maxValue(Number.MAX_SAFE_INTEGER));
const positive = pipe(whole, minValue(1));

/** Base64 of `min` to `max` bytes. */
function bytes(min: number, max = min) {
  return pipe(
    string(),
    minLength(4 * Math.ceil(min / 3)),
    maxLength(4 * Math.ceil(max / 3)),
    rawTransform<string, Bytes>(({ dataset, addIssue, NEVER }) => {
      try {
        const decoded = fromBase64(dataset.value);
        if (decoded.length >= min && decoded.length <= max) return decoded;
      } catch {
        // Said below, the same for every reason.
      }
      addIssue({ message: 'base64' });
      return NEVER;
    })
  );
}

/** Nothing of a list stands in it twice. */
function once<T>(nameOf: (item: T) => unknown) {
  return check<T[]>((items) => new Set(items.map(nameOf)).size === items.length);
}

/** The name a person signs in with: compared without regard to case and width (NFKC). */
const accountName = pipe(string(), minLength(1), maxLength(200));
/** What a passphrase or the recovery words prove; derived on the device. */
const proof = bytes(32);
const KDF_BYTES = 48;
const SEALED_MAX = 16 * 1024;

/** A sealed head names 256 buckets at most, in about 40 KiB; a bucket or record may grow with its entry. */
const HEAD_MAX = 256 * 1024;
const RECORD_MAX = 1024 * 1024;

const slot = object({
  slotId: id,
  kind: picklist(['passphrase', 'recovery', 'passkey', 'device']),
  kdf: nullable(bytes(KDF_BYTES)),
  wrap: bytes(1, SEALED_MAX)
});

const vaultHeader = object({
  slots: pipe(
    array(slot),
    minLength(1),
    maxLength(64),
    once(({ slotId }) => slotId)
  ),
  recoveryCopy: bytes(1, SEALED_MAX),
  inbox: object({ number: positive, publicKey: bytes(65), privateKey: bytes(1, SEALED_MAX) })
});

const head = object({ sequence: positive, sealed: bytes(1, HEAD_MAX) });
const bucket = object({ bucket: pipe(whole, maxValue(255)), revision: positive, sealed: bytes(1, RECORD_MAX) });
const state = picklist(['live', 'trash', 'destroyed']);

export const PRELOGIN = object({ name: accountName });
export const SIGN_UP = object({
  name: accountName,
  vaultId: id,
  deviceId: id,
  kdf: bytes(KDF_BYTES),
  auth: proof,
  recoveryAuth: proof,
  vault: vaultHeader
});
/** By passphrase, or by recovery words where the passphrase is forgotten. */
export const SIGN_IN = union([
  object({ name: accountName, deviceId: id, auth: proof }),
  object({ name: accountName, deviceId: id, recoveryAuth: proof })
]);
const code = pipe(string(), regex(/^\d{6}$/));
const recoveryCode = pipe(string(), maxLength(64));
export const CODE = object({ code });
export const SECOND_FACTOR = union([CODE, object({ recoveryCode })]);

export const RECORDS = object({
  records: pipe(
    array(
      object({
        entryId: id,
        revision: positive,
        epoch: positive,
        wrap: bytes(1, SEALED_MAX),
        record: bytes(1, RECORD_MAX)
      })
    ),
    minLength(1),
    maxLength(1000),
    once(({ entryId }) => entryId)
  )
});

/** Entries whose records are asked for by name. */
export const WANTED = object({ entryIds: pipe(array(id), minLength(1), maxLength(500)) });

export const COMMIT = object({
  /** Hash of the head that this one follows; null for the first. */
  follows: nullable(hash),
  head,
  buckets: pipe(
    array(bucket),
    maxLength(256),
    once(({ bucket }) => bucket)
  ),
  /** What becomes of entries; `hash` is that of a record sent before, null leaves the one there is. */
  entries: pipe(
    array(
      object({
        entryId: id,
        revision: positive,
        hash: nullable(hash),
        state,
        /** Milliseconds since 1970; for the trash only. */
        purgeAt: nullable(whole)
      })
    ),
    maxLength(100_000),
    once(({ entryId }) => entryId)
  ),
  vault: optional(vaultHeader)
});

/** A new passphrase, proven by the old one or by the recovery words, with the commit that exchanges the slot. */
export const PASSPHRASE = object({
  proof: union([object({ auth: proof }), object({ recoveryAuth: proof })]),
  kdf: bytes(KDF_BYTES),
  auth: proof,
  commit: COMMIT
});

// ------------------------------------------------------------------ answers

export const PRELOGIN_ANSWER = object({ vaultId: id, kdf: bytes(KDF_BYTES) });
const stage = picklist(['password', 'enrolling', 'full']);
export const STAGE_ANSWER = object({ stage });
export const SESSION_ANSWER = object({ stage, sessionId: id, accountId: id });
export const TOTP_ANSWER = object({
  uri: pipe(string(), regex(/^otpauth:\/\/totp\//), maxLength(500)),
  secret: pipe(string(), regex(/^[A-Z2-7]{32}$/))
});
export const CONFIRMED_ANSWER = object({
  stage,
  recoveryCodes: pipe(array(pipe(string(), maxLength(64))), minLength(1), maxLength(100))
});
export const SESSIONS_ANSWER = object({
  current: id,
  sessions: array(object({ sessionId: id, deviceId: id, createdAt: whole, seenAt: whole }))
});
export const FEED_ANSWER = object({ feed: whole });
export const VAULT_ANSWER = object({
  vaultId: id,
  /** Live entries, as far as the relay knows. */
  entries: whole,
  /** 0 before the first commit. */
  headSequence: whole,
  feed: whole,
  ...vaultHeader.entries
});
export const HEADS_ANSWER = object({
  heads: array(head),
  more: boolean()
});
export const BUCKETS_ANSWER = object({
  buckets: pipe(array(bucket), maxLength(256))
});
export const RECORDS_ANSWER = object({
  records: pipe(
    array(
      object({
        entryId: id,
        state,
        revision: positive,
        hash: nullable(hash),
        epoch: whole,
        wrap: nullable(bytes(1, SEALED_MAX)),
        record: nullable(bytes(1, RECORD_MAX)),
        purgeAt: nullable(whole)
      })
    ),
    maxLength(1000)
  ),
  cursor: pipe(string(), maxLength(64)),
  more: boolean()
});
export const WANTED_ANSWER = object({ records: RECORDS_ANSWER.entries.records });
export const TICKET_ANSWER = object({ ticket: hash });
export const ERROR_ANSWER = object({ code: string(), message: string() });

export type SignUp = InferOutput<typeof SIGN_UP>;
export type SignIn = InferOutput<typeof SIGN_IN>;
export type SecondFactor = InferOutput<typeof SECOND_FACTOR>;
export type Records = InferOutput<typeof RECORDS>;
export type Commit = InferOutput<typeof COMMIT>;
export type PassphraseChange = InferOutput<typeof PASSPHRASE>;
export type VaultHeader = InferOutput<typeof vaultHeader>;
/** As they travel. */
export type SignUpBody = InferInput<typeof SIGN_UP>;
export type CommitBody = InferInput<typeof COMMIT>;
export type RecordsBody = InferInput<typeof RECORDS>;
export type VaultHeaderBody = InferInput<typeof vaultHeader>;
