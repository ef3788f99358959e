/**
 * Sealing and opening objects (FORMAT.md section 4): in one shot, as streams, segment by
 * segment, and by range. One construction for everything, FLOE under an envelope header.
 *
 * Wrong key returns null; damage throws (rule 5). Nothing here holds a whole object, and no
 * byte of a segment is released before all of it is authentic.
 */
import { concat, type Bytes } from '../bytes.ts';
import { SvjError } from '../errors.ts';
import { ENVELOPE_BYTES, encodeEnvelope, requireEnvelope, type Envelope } from '../format/envelope.ts';
import {
  HEAD_BYTES,
  MAX_SEGMENTS,
  plaintextSize,
  SEGMENT_BYTES,
  SEGMENT_PLAINTEXT,
  segmentCount,
  segmentOffset
} from '../format/segment.ts';
import { FloeMessage } from './floe.ts';
import type { SealKey } from './keys.ts';
import { Cutter, IN_FLIGHT, Pipeline } from './pipeline.ts';

/** An object being written: its 166-byte head, then segment by segment. */
export interface ObjectSealer {
  readonly head: Bytes;
  /** `plaintext`: exactly 65,504 bytes, or fewer for the last. */
  segment(index: number, plaintext: Bytes, last: boolean): Promise<Bytes>;
}

/** An object whose head was accepted. */
export interface ObjectOpener {
  /** @throws `seal/damaged`, `seal/truncated`, `seal/trailing-data` */
  segment(index: number, sealed: Bytes, last: boolean): Promise<Bytes>;
}

export async function startSealing(key: SealKey, envelope: Envelope): Promise<ObjectSealer> {
  const aad = encodeEnvelope(envelope);
  const message = await FloeMessage.startSealing(key, aad);
  return {
    head: concat(aad, message.header),
    segment(index, plaintext, last) {
      if (index >= MAX_SEGMENTS) throw new SvjError('seal/too-long');
      if (last && plaintext.length >= SEGMENT_PLAINTEXT) throw new SvjError('format/length');
      return message.sealSegment(index, plaintext, last);
    }
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
  return (
    message && {
      async segment(index, sealed, last) {
        if (last && sealed.length === SEGMENT_BYTES) throw new SvjError('seal/truncated');
        return message.openSegment(index, sealed, last);
      }
    }
  );
}

/** Seals `plaintext` in one shot; for what fits in memory. */
export async function seal(key: SealKey, envelope: Envelope, plaintext: Bytes): Promise<Bytes> {
  const sealer = await startSealing(key, envelope);
  const parts = [sealer.head];
  const count = segmentCount(plaintext.length);
  for (let i = 0; i < count; i++) {
    const part = plaintext.subarray(i * SEGMENT_PLAINTEXT, (i + 1) * SEGMENT_PLAINTEXT);
    parts.push(await sealer.segment(i, part, i === count - 1));
  }
  return concat(...parts);
}

/**
 * Opens a whole object in one shot.
 * @returns null when it was sealed under another key
 * @throws what {@link startOpening} and {@link ObjectOpener.segment} throw
 */
export async function open(key: SealKey, expected: Envelope, sealed: Bytes): Promise<Bytes | null> {
  const opener = await startOpening(key, expected, sealed);
  if (opener === null) return null;
  const count = segmentCount(plaintextSize(sealed.length));
  const parts: Bytes[] = [];
  for (let i = 0; i < count; i++) {
    const at = segmentOffset(i);
    parts.push(await opener.segment(i, sealed.subarray(at, at + SEGMENT_BYTES), i === count - 1));
  }
  return concat(...parts);
}

/** Plaintext in, sealed object out; any chunk sizes, constant memory. */
export function sealStream(key: SealKey, envelope: Envelope): TransformStream<Bytes, Bytes> {
  let sealer: ObjectSealer;
  let index = 0;
  const cutter = new Cutter(SEGMENT_PLAINTEXT);
  const pipeline = new Pipeline();
  return new TransformStream<Bytes, Bytes>({
    async start(controller) {
      sealer = await startSealing(key, envelope);
      controller.enqueue(sealer.head);
    },
    async transform(chunk, controller) {
      for (const part of cutter.push(chunk)) await pipeline.add(sealer.segment(index++, part, false), controller);
    },
    async flush(controller) {
      await pipeline.add(sealer.segment(index, cutter.rest(), true), controller);
      await pipeline.drain(controller);
    }
  });
}

/**
 * Sealed object in, plaintext out. Errors of the stream are those of {@link open}; a wrong
 * key, which a stream cannot return as null, is `seal/header-mismatch`.
 */
export function openStream(key: SealKey, expected: Envelope): TransformStream<Bytes, Bytes> {
  let opener: ObjectOpener | null = null;
  let index = 0;
  const head = new Cutter(HEAD_BYTES);
  const body = new Cutter(SEGMENT_BYTES);
  const pipeline = new Pipeline();
  return new TransformStream<Bytes, Bytes>({
    async transform(chunk, controller) {
      let at = 0;
      if (opener === null) {
        at = Math.min(chunk.length, HEAD_BYTES - head.held);
        const [start] = head.push(chunk.subarray(0, at));
        if (start === undefined) return;
        opener = await startOpening(key, expected, start);
        if (opener === null) throw new SvjError('seal/header-mismatch', 'key');
      }
      for (const segment of body.push(chunk.subarray(at))) {
        await pipeline.add(opener.segment(index++, segment, false), controller);
      }
    },
    async flush(controller) {
      if (opener === null) throw new SvjError('format/too-short');
      await pipeline.add(opener.segment(index, body.rest(), true), controller);
      await pipeline.drain(controller);
    }
  });
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
  if (from < 0 || to < from || to > plaintextLength) throw new SvjError('range/not-satisfiable');
  if (from === to) return;
  const lastIndex = segmentCount(plaintextLength) - 1;
  const end = Math.floor((to - 1) / SEGMENT_PLAINTEXT);
  let next = Math.floor(from / SEGMENT_PLAINTEXT);
  const ahead: Promise<Bytes>[] = [];
  for (let index = next; index <= end; index++) {
    while (next <= end && ahead.length < IN_FLIGHT) {
      const opening = openAt(opener, source, plaintextLength, next, next === lastIndex);
      opening.catch(() => undefined); // reported when its turn comes
      ahead.push(opening);
      next++;
    }
    signal?.throwIfAborted();
    const plaintext = await (ahead.shift() as Promise<Bytes>);
    const start = index * SEGMENT_PLAINTEXT;
    yield plaintext.subarray(Math.max(0, from - start), Math.min(plaintext.length, to - start));
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
  const length = last ? 32 + (plaintextLength % SEGMENT_PLAINTEXT) : SEGMENT_BYTES;
  return opener.segment(index, await source.read(at, at + length), last);
}
