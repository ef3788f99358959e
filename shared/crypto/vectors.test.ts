/**
 * One failure per file (shared/vectors/README.md): each is read whole, as a stream, byte by
 * byte and by range, and must give the stated outcome and release exactly the stated bytes.
 */
import { describe, expect, it } from 'vitest';
import { concat, fromHex, sha256, toHex, type Bytes } from '#shared/bytes.ts';
import { encodeJson } from '#shared/format/canonical-json.ts';
import type { Envelope } from '#shared/format/envelope.ts';
import { chunked, drain, outcomeOf, through, type Outcome } from '#shared/testing/streams.ts';
import { sealKeyFrom } from '#shared/testing/raw-keys.ts';
import { encodeKdfBlock, parseKdfBlock } from './kdf.ts';
import type { SealKey } from './keys.ts';
import { unpad } from './padding.ts';
import { openRecord } from './record.ts';
import { open, openRange, openStream, startOpening } from './stream.ts';
import { unwrap } from './wrap.ts';

interface Expected {
  readonly expect: string;
  readonly releasedLength: number;
  readonly releasedSha256: string;
}

interface Vector extends Expected {
  readonly description: string;
  readonly attack?: string;
  readonly operation: 'open' | 'unwrap' | 'record' | 'kdf' | 'unpad';
  readonly key?: string;
  readonly envelope?: Envelope;
  readonly object: readonly (string | number)[];
  readonly floor?: number;
  readonly plaintextLength?: number;
  readonly byRange?: Expected;
}

const files = import.meta.glob<Vector>('../vectors/*.json', { eager: true, import: 'default' });
const vectors = Object.entries(files).map(([path, vector]) => ({
  name: path.replace(/^.*\/|\.json$/g, ''),
  vector
}));

/** Byte by byte through a stream costs a promise each: kept to what ends in a second. */
const BYTE_BY_BYTE_MAX = 2_000;
/** Uneven, so that no cut falls on a boundary twice. */
const UNEVEN = [1, 91, 65_536, 166, 4_099, 100_003];

function objectOf(vector: Vector): Bytes {
  return concat(...vector.object.map((piece) => (typeof piece === 'number' ? new Uint8Array(piece) : fromHex(piece))));
}

async function requireOutcome(outcome: Outcome, expected: Expected): Promise<void> {
  expect(outcome.result).toBe(expected.expect);
  expect(outcome.released.length).toBe(expected.releasedLength);
  expect(toHex(await sha256(outcome.released))).toBe(expected.releasedSha256);
}

function nothing(expected: Expected): Promise<void> {
  return requireOutcome({ result: expected.expect, released: new Uint8Array() }, expected);
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a field of the vector is missing');
  return value;
}

async function* byRange(key: SealKey, envelope: Envelope, object: Bytes, length: number): AsyncGenerator<Bytes> {
  const opener = await startOpening(key, envelope, object.subarray(0, 166));
  if (opener === null) throw new Error('wrong key');
  const source = { read: (from: number, to: number) => Promise.resolve(object.slice(from, to)) };
  yield* openRange(opener, source, length, 0, length);
}

async function runOpen(vector: Vector, object: Bytes): Promise<void> {
  const key = await sealKeyFrom(needed(vector.key));
  const envelope = needed(vector.envelope);

  const whole = await outcomeOf(() => open(key, envelope, object));
  if (vector.expect === 'ok') await requireOutcome(whole, vector);
  else expect(whole).toEqual({ result: vector.expect, released: new Uint8Array() });

  await requireOutcome(await through([object], openStream(key, envelope)), vector);
  await requireOutcome(await through(chunked(object, ...UNEVEN), openStream(key, envelope)), vector);
  if (object.length <= BYTE_BY_BYTE_MAX) {
    await requireOutcome(await through(chunked(object, 1), openStream(key, envelope)), vector);
  }

  // An empty range reads nothing, so that it can say nothing.
  const length = needed(vector.plaintextLength);
  const head = await outcomeOf(async () => (await startOpening(key, envelope, object)) && new Uint8Array());
  if (head.result !== 'ok') await requireOutcome(head, vector);
  else if (length > 0)
    await requireOutcome(await drain(byRange(key, envelope, object, length)), vector.byRange ?? vector);
}

async function run(vector: Vector): Promise<void> {
  const object = objectOf(vector);
  switch (vector.operation) {
    case 'open':
      return runOpen(vector, object);
    case 'unwrap': {
      const key = await sealKeyFrom(needed(vector.key));
      return requireOutcome(await outcomeOf(() => unwrap(key, needed(vector.envelope), object)), vector);
    }
    case 'record': {
      const key = await sealKeyFrom(needed(vector.key));
      const opened = outcomeOf(async () => {
        const sealed = await open(key, needed(vector.envelope), object);
        if (sealed === null) return null;
        return encodeJson(await openRecord(key, needed(vector.envelope), object));
      });
      return requireOutcome(await opened, vector);
    }
    case 'kdf':
      return requireOutcome(
        await outcomeOf(() => Promise.resolve().then(() => encodeKdfBlock(parseKdfBlock(object)))),
        vector
      );
    case 'unpad':
      return requireOutcome(await outcomeOf(() => Promise.resolve().then(() => unpad(object, vector.floor))), vector);
  }
}

describe('vectors', () => {
  it('there are at least 150, and each error they name releases what it says', async () => {
    expect(vectors.length).toBeGreaterThanOrEqual(150);
    for (const { vector } of vectors) {
      if (vector.releasedLength === 0) await nothing(vector);
    }
  });

  it.each(vectors)('$name', async ({ vector }) => run(vector), 30_000);
});
