/**
 * An entry as its opened record says it: types, and the validation of opened JSON. Fields that
 * a person can edit carry a merge clock each, so that devices can be merged field by field;
 * the value that loses stays visible in `lost`. Unknown fields are kept (a newer app wrote them).
 */
import { parseEntryId, parseObjectId, type EntryId, type ObjectId } from '#shared/ids.ts';
import {
  array,
  boolean,
  integer,
  literal,
  looseObject,
  maxLength,
  minValue,
  nullable,
  number,
  optional,
  picklist,
  pipe,
  record,
  regex,
  string,
  transform,
  validate,
  type GenericSchema,
  type InferOutput
} from '#shared/schema.ts';

export const MOODS = ['awful', 'low', 'okay', 'good', 'great'] as const;
export type Mood = (typeof MOODS)[number];

export const TITLE_MAX = 500;
export const NOTE_MAX = 100_000;
export const TAG_MAX = 100;
export const TAGS_MAX = 100;
/** Values of one field that lost and wait to be looked at; of more, the oldest go. */
export const LOST_MAX = 20;

const whole = pipe(number(), integer(), minValue(0));
/** ISO 8601 instant with offset, as written by the device that recorded. */
const instant = pipe(string(), regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/));
const device = pipe(string(), regex(/^[0-9a-f]{32}$/));
const hash = pipe(string(), regex(/^[0-9a-f]{64}$/));
const entryId = pipe(
  string(),
  regex(/^[0-9a-f]{32}$/),
  transform((text): EntryId => parseEntryId(text))
);
const objectId = pipe(
  string(),
  regex(/^[0-9a-f]{32}$/),
  transform((text): ObjectId => parseObjectId(text))
);

/** Lamport clock and device of the last writer; higher (clock, device) wins. */
const stamp = { clock: whole, device };

function field<const S extends GenericSchema>(value: S) {
  return looseObject({ value, ...stamp, lost: optional(array(looseObject({ value, ...stamp }))) });
}

/** What the record says of a sealed object; `headHash` is SHA-256 of its first 166 bytes. */
const storedObject = looseObject({
  object: objectId,
  plaintextLength: whole,
  dataLength: whole,
  segments: pipe(number(), integer(), minValue(1)),
  headHash: hash
});

const written = optional(looseObject(stamp));

const trim = looseObject({ fromMs: whole, toMs: whole });

const clip = looseObject({
  /** A clip is named by the object of its body. */
  id: objectId,
  mime: pipe(string(), maxLength(200)),
  recordedAt: instant,
  durationMs: whole,
  width: whole,
  height: whole,
  source: picklist(['camera', 'import']),
  ended: picklist(['stopped', 'interrupted', 'recovered']),
  body: storedObject,
  head: storedObject,
  poster: nullable(storedObject),
  thumbnails: nullable(storedObject),
  /** Who made the part last; absent where it was made with the clip. */
  drawn: optional(looseObject({ head: written, poster: written, thumbnails: written }))
});

const entryRecord = looseObject({
  schema: literal(1),
  id: entryId,
  created: instant,
  recordedWhileLocked: boolean(),
  title: field(pipe(string(), maxLength(TITLE_MAX))),
  note: field(pipe(string(), maxLength(NOTE_MAX))),
  tags: field(pipe(array(pipe(string(), maxLength(TAG_MAX))), maxLength(TAGS_MAX))),
  mood: field(nullable(picklist(MOODS))),
  date: field(instant),
  clips: array(clip),
  /** By clip id; absent means untrimmed. */
  trims: record(string(), field(nullable(trim))),
  /** Device id → its newest write that the writer of this record knew (seen.ts). */
  seen: optional(record(device, whole)),
  /** Taken out of the trash: a write like any other, so that it stands against an older deletion. */
  restored: written
});

export type StoredObject = InferOutput<typeof storedObject>;
export type Trim = InferOutput<typeof trim>;
export type Clip = InferOutput<typeof clip>;
export type EntryRecord = InferOutput<typeof entryRecord>;
export type EditableField = 'title' | 'note' | 'tags' | 'mood' | 'date';

/** What a person changes at once. */
export interface EntryPatch {
  readonly title?: string;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly mood?: Mood | null;
  readonly date?: string;
  readonly trims?: Readonly<Record<string, Trim | null>>;
}

/** @throws `format/schema` */
export function parseEntryRecord(json: unknown): EntryRecord {
  return validate(entryRecord, json);
}

/** An instant as records hold it. @throws `format/schema` */
export function parseInstant(text: string): string {
  return validate(instant, text);
}
