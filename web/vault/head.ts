/**
 * The vault head and its buckets (FORMAT.md section 8): the authenticated list of everything.
 * Content types with validation, and the pure functions that change them.
 */
import { SvjError } from '#shared/errors.ts';
import { SUITE } from '#shared/format/envelope.ts';
import type { DeviceId, EntryId } from '#shared/ids.ts';
import {
  array,
  boolean,
  integer,
  literal,
  looseObject,
  minValue,
  number,
  picklist,
  pipe,
  record,
  regex,
  string,
  validate,
  type InferOutput
} from '#shared/schema.ts';
import { FIRST_EPOCH } from './envelopes.ts';

const whole = pipe(number(), integer(), minValue(0));
const hash = pipe(string(), regex(/^[0-9a-f]{64}$/));
const id = pipe(string(), regex(/^[0-9a-f]{32}$/));

const headContent = looseObject({
  schema: literal(1),
  minimumSuite: whole,
  epoch: literal(FIRST_EPOCH),
  slots: array(looseObject({ id, kind: picklist(['passphrase', 'recovery']), hash })),
  /** Bucket number in two hex digits → revision and hash of its sealed form; empty buckets are absent. */
  buckets: record(pipe(string(), regex(/^[0-9a-f]{2}$/)), looseObject({ revision: whole, hash })),
  /** Device id → the last sequence it published itself. */
  devices: record(id, whole),
  recovery: looseObject({ confirmed: array(string()), postponed: boolean() }),
  settings: looseObject({ padVideo: boolean() }),
  /** SHA-256 of the inbox's public key. */
  inbox: hash
});

const bucketContent = looseObject({
  schema: literal(1),
  /** Entry id → newest revision; a tombstone stays for ever. */
  entries: record(id, looseObject({ revision: whole, hash, tombstone: boolean() }))
});

export type HeadContent = InferOutput<typeof headContent>;
export type BucketContent = InferOutput<typeof bucketContent>;
export type BucketItem = BucketContent['entries'][string];

export const BUCKETS = 256;
export const EMPTY_BUCKET: BucketContent = { schema: 1, entries: {} };

const SCHEMA = 1;
const anyHead = looseObject({ schema: whole, minimumSuite: whole, epoch: whole });

/**
 * @throws `vault/newer-app` when a newer app wrote it, demands a suite that this one does not have, or wraps keys in a later
 *   epoch, whose key this one does not derive; `format/schema`
 */
export function parseHead(json: unknown): HeadContent {
  const { schema, minimumSuite, epoch } = validate(anyHead, json);
  if (schema > SCHEMA || minimumSuite > SUITE || epoch > FIRST_EPOCH) throw new SvjError('vault/newer-app');
  return validate(headContent, json);
}

/** @throws `format/schema` */
export function parseBucket(json: unknown): BucketContent {
  return validate(bucketContent, json);
}

export function firstHead(slots: HeadContent['slots'], inbox: string, device: DeviceId): HeadContent {
  return {
    schema: 1,
    minimumSuite: 1,
    epoch: FIRST_EPOCH,
    slots,
    buckets: {},
    devices: { [device]: 1 },
    recovery: { confirmed: [], postponed: false },
    settings: { padVideo: true },
    inbox
  };
}

/** An entry's bucket: the first byte of its id. */
export function bucketOf(entryId: EntryId): number {
  return Number.parseInt(entryId.slice(0, 2), 16);
}

export function bucketKey(bucket: number): string {
  return bucket.toString(16).padStart(2, '0');
}

export function withItem(content: BucketContent, entryId: EntryId, item: BucketItem): BucketContent {
  return { ...content, entries: { ...content.entries, [entryId]: item } };
}
