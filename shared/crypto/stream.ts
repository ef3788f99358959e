/**
 * Sealing and opening objects (FORMAT.md section 4): in one shot, as streams, segment by
 * segment, and by range. One construction for everything, FLOE under an envelope header.
 *
 * Wrong key returns null; damage throws (rule 5). Nothing here holds a whole object, and no
 * byte of a segment is released before all of it is authentic.
 */
import { concat, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { ENVELOPE_BYTES, encodeEnvelope, requireEnvelope, type Envelope } from '#shared/format/envelope.ts';
import {
  HEAD_BYTES,
  MAX_SEGMENTS,
  sealedSize,
  SEGMENT_BYTES,
  SEGMENT_OVERHEAD,
  SEGMENT_PLAINTEXT,
  segmentCount,
  segmentOffset
} from '#shared/format/segment.ts';
import { FloeMessage, PREFIX_BYTES, type SealedSegment } from './floe.ts';
import type { SealKey } from './keys.ts';
import { Cutter, inOrder, PieceCutter, type Job } from './pipeline.ts';
import { pump } from './pump.ts';

/** An object being written: its 166-byte head, then segment by segment. */
export interface ObjectSealer {
  readonly head: Bytes;
  /** `plaintext`: exactly 65,504 bytes, or fewer for the last. */
  segment(index: number, plaintext: Bytes, last: boolean): Promise<Bytes>;
  /** The same in two pieces, without a copy. */
  pieces(index: number, plaintext: Bytes, last: boolean): Promise<SealedSegment>;
}

/** An object whose head was accepted. */
export interface ObjectOpener {
  /** @throws `seal/damaged`, `seal/truncated`, `seal/trailing-data` */
  segment(index: number, sealed: Bytes, last: boolean): Promise<Bytes>;
  /** The same in the two pieces that a sealer gives. */
  pieces(index: number, sealed: SealedSegment, last: boolean): Promise<Bytes>;
}

export async function startSealing(key: SealKey, envelope: Envelope): Promise<ObjectSealer> {
  const aad = encodeEnvelope(envelope);
  const message = await FloeMessage.startSealing(key, aad);
  const pieces: ObjectSealer['pieces'] = async (index, plaintext, last) => {
    if (index >= MAX_SEGMENTS) throw new SvjError('seal/too-long');
    if (last && plaintext.length >= SEGMENT_PLAINTEXT) throw new SvjError('format/length');
    return message.sealSegment(index, plaintext, last);
  };
  return {
    head: concat(aad, message.header),
    segment: async (index, plaintext, last) => concat(...(await pieces(index, plaintext, last))),
    pieces
  };
}

/**
 * @param expected the envelope that trusted state expects here
 * @param head the first 166 bytes of the object
 * @returns null when it was sealed under another key
 * @throws `format/…` for an unknown format, `seal/header-mismatch`
 */
export async function startOpening(key: SealKey, expected: Envelope, head: Uint8Array): Promise<ObjectOpener | null> {
  if (head.length < HEAD_BYTES) throw new SvjError('format/too-short');
  const aad = encodeEnvelope(expected);
  requireEnvelope(head, aad);
  const message = await FloeMessage.startOpening(key, aad, head.subarray(ENVELOPE_BYTES, HEAD_BYTES));
  const check = (index: number, length: number, last: boolean): void => {
    if (index >= MAX_SEGMENTS) throw new SvjError('seal/too-long');
    if (last && length === SEGMENT_BYTES) throw new SvjError('seal/truncated');
  };
  return (
    message && {
      async segment(index, sealed, last) {
        check(index, sealed.length, last);
        return message.openSegment(index, sealed, last);
      },
      async pieces(index, sealed, last) {
        check(index, sealed[0].length + sealed[1].length, last);
        return message.openPieces(index, sealed, last);
      }
    }
  );
}

/** Seals `plaintext` in one shot; for what fits in memory. */
export async function seal(key: SealKey, envelope: Envelope, plaintext: Bytes): Promise<Bytes> {
  const sealed = new Uint8Array(sealedSize(plaintext.length));
  const sealer = await startSealing(key, envelope);
  sealed.set(sealer.head);
  const last = segmentCount(plaintext.length) - 1;
  const jobs = eachSegment(0, last, (index) => {
    const at = index * SEGMENT_PLAINTEXT;
    return sealer.pieces(index, plaintext.subarray(at, at + SEGMENT_PLAINTEXT), index === last);
  });
  await gather(flat(inOrder(jobs)), sealed, HEAD_BYTES);
  return sealed;
}

async function* flat(segments: AsyncIterable<SealedSegment>): AsyncGenerator<Bytes, void, undefined> {
  for await (const [prefix, sealed] of segments) {
    yield prefix;
    yield sealed;
  }
}

/**
 * Opens a whole object in one shot.
 * @returns null when it was sealed under another key
 * @throws what {@link startOpening} and {@link ObjectOpener.segment} throw
 */
export async function open(key: SealKey, expected: Envelope, sealed: Bytes): Promise<Bytes | null> {
  const opener = await startOpening(key, expected, sealed);
  if (opener === null) return null;
  const last = Math.floor((sealed.length - HEAD_BYTES) / SEGMENT_BYTES);
  const rest = (sealed.length - HEAD_BYTES) % SEGMENT_BYTES;
  const plaintext = new Uint8Array(last * SEGMENT_PLAINTEXT + Math.max(0, rest - SEGMENT_OVERHEAD));
  const jobs = eachSegment(0, last, (index) => {
    const at = segmentOffset(index);
    return opener.segment(index, sealed.subarray(at, at + SEGMENT_BYTES), index === last);
  });
  await gather(inOrder(jobs), plaintext, 0);
  return plaintext;
}

function* eachSegment<T>(
  first: number,
  last: number,
  work: (index: number) => Promise<T>
): Generator<Job<T>, void, undefined> {
  for (let index = first; index <= last; index++) yield () => work(index);
}

async function gather(parts: AsyncIterable<Bytes>, target: Bytes, from: number): Promise<void> {
  let at = from;
  for await (const part of parts) {
    target.set(part, at);
    at += part.length;
  }
}

/** Plaintext in, sealed object out; any chunk sizes, constant memory. */
export function sealStream(key: SealKey, envelope: Envelope): TransformStream<Bytes, Bytes> {
  return pump(async () => {
    const sealer = await startSealing(key, envelope);
    const cutter = new Cutter(SEGMENT_PLAINTEXT);
    let index = 0;
    return {
      head: sealer.head,
      *take(chunk) {
        for (const part of cutter.cut(chunk)) yield sealer.pieces(index++, part, false);
      },
      *end() {
        yield sealer.pieces(index, cutter.rest(), true);
      }
    };
  });
}

/**
 * Sealed object in, plaintext out. Errors of the stream are those of {@link open}; a wrong
 * key, which a stream cannot return as null, is `seal/header-mismatch`. All segments in front
 * of a damaged one are delivered before the error, and nothing after them.
 */
export function openStream(key: SealKey, expected: Envelope): TransformStream<Bytes, Bytes> {
  const head = new Cutter(HEAD_BYTES);
  const body = new PieceCutter(PREFIX_BYTES, SEGMENT_BYTES);
  let opener: ObjectOpener | undefined;
  let index = 0;
  function* segments(opener: ObjectOpener, chunk: Bytes): Generator<Promise<Bytes>> {
    for (const pieces of body.cut(chunk)) yield opener.pieces(index++, pieces, false);
  }
  return pump(() => ({
    async take(chunk) {
      if (opener !== undefined) return segments(opener, chunk);
      const { missing } = head;
      const [whole] = head.cut(chunk.subarray(0, missing));
      if (whole === undefined) return [];
      opener = await requireOpener(key, expected, whole);
      return segments(opener, chunk.subarray(missing));
    },
    *end() {
      if (opener === undefined) throw new SvjError('format/too-short');
      yield opener.pieces(index, body.rest(), true);
    }
  }));
}

async function requireOpener(key: SealKey, expected: Envelope, head: Bytes): Promise<ObjectOpener> {
  const opener = await startOpening(key, expected, head);
  if (opener === null) throw new SvjError('seal/header-mismatch', 'key');
  return opener;
}

/** Random access to the stored bytes of an object. */
export interface SealedSource {
  /** Bytes `[from, to)` of the sealed object; fewer only when it ends there. */
  read(from: number, to: number): Promise<Bytes>;
}

/**
 * Plaintext bytes `[from, to)`, in order, one segment at a time with a few read ahead.
 * @param plaintextLength the trusted length, so that an object cut at a boundary is seen
 * @throws `range/not-satisfiable`, what {@link ObjectOpener.segment} throws, `call/aborted`
 */
export async function* openRange(
  opener: ObjectOpener,
  source: SealedSource,
  plaintextLength: number,
  from: number,
  to: number,
  signal?: AbortSignal
): AsyncGenerator<Bytes, void, undefined> {
  const sane = Number.isSafeInteger(from) && Number.isSafeInteger(to);
  if (!sane || from < 0 || to < from || to > plaintextLength) throw new SvjError('range/not-satisfiable');
  if (from === to) return;
  const last = segmentCount(plaintextLength) - 1;
  const first = Math.floor(from / SEGMENT_PLAINTEXT);
  const end = Math.floor((to - 1) / SEGMENT_PLAINTEXT);
  const jobs = eachSegment(first, end, (index) => openAt(opener, source, plaintextLength, index, index === last));
  let start = first * SEGMENT_PLAINTEXT;
  for await (const plaintext of inOrder(jobs)) {
    if (signal?.aborted === true) throw new SvjError('call/aborted');
    yield plaintext.subarray(Math.max(0, from - start), Math.min(plaintext.length, to - start));
    start += SEGMENT_PLAINTEXT;
  }
}

async function openAt(
  opener: ObjectOpener,
  source: SealedSource,
  plaintextLength: number,
  index: number,
  last: boolean
): Promise<Bytes> {
  const at = segmentOffset(index);
  const length = last ? SEGMENT_OVERHEAD + (plaintextLength % SEGMENT_PLAINTEXT) : SEGMENT_BYTES;
  const sealed = await source.read(at, at + length);
  // Also where what is left happens to be a sound, shorter last segment.
  if (sealed.length !== length) throw new SvjError('seal/truncated', String(index));
  return opener.segment(index, sealed, last);
}
