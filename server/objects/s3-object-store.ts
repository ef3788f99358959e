/**
 * Objects in S3, where an object that exists cannot grow. An unfinished one is a multipart upload, and behind its last
 * part a *rest*: an object of its own, `<key>.rest`, with the bytes that are too few for a part. The rest carries the
 * id of the multipart upload and the offset at which it begins, so that any process can go on from what S3 holds:
 *
 *   size = bytes of the parts, and those of the rest if it begins where the parts end
 *
 * A rest takes the place of the one that its append found, and of no other: a request that lost its lease and notices
 * late must not write over what its successor acknowledged. So that no two of them look the same, each ends in a nonce.
 *
 * A part takes the rest in front of it with it, so a rest that begins before the end of the parts is spent. Whatever
 * step a process dies in, the sum is right, and never less than what was acknowledged.
 */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { SvjError, toSvjError } from '#shared/errors.ts';
import { abortableBytes } from '#server/api/abortable-bytes.ts';
import {
  accountOfKey,
  isObjectKey,
  type AppendOptions,
  type ObjectKey,
  type ObjectSize,
  type ObjectStore
} from './object-store.ts';
import { PartBytes } from './part-bytes.ts';
import type { S3Bucket, StoredItem, StoredPart } from './s3.ts';

const REST = '.rest';
const NONCE_BYTES = 16;
const MIB = 1024 * 1024;
/** A multipart upload has at most 10,000 parts of at least 5 MiB; an object of ours may have 64 GiB. */
const SMALL_PARTS = 5_000;
const MAX_PARTS = 10_000;
const ATTEMPTS = 3;
const BACKOFF_MS = 200;
/** What is spent on a part that came too slowly to be passed on is bounded by the store's own idle time. */
const NEVER = new AbortController().signal;

interface Unfinished {
  /** Null while everything fits into the rest. */
  multipart: string | null;
  parts: readonly StoredPart[];
  /** Bytes of `parts`. */
  partsEnd: number;
  /** Bytes behind `partsEnd`. */
  restSize: number;
}

/** In bytes; by its number alone, so that a part that is sent again never has another size. */
export function partSize(number: number): number {
  return (number <= SMALL_PARTS ? 5 : 10) * MIB;
}

export class S3ObjectStore implements ObjectStore {
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  async append(
    key: ObjectKey,
    offset: number,
    body: AsyncIterable<Uint8Array>,
    { signal, expected }: AppendOptions
  ): Promise<number> {
    mustBeKey(key);
    if ((await this.#bucket.head(key)) !== null) throw new SvjError('store/complete');
    const { state, seen } = await this.#look(key);
    const size = state === null ? 0 : sizeOf(state);
    if (offset !== size) throw new SvjError('store/offset', String(size));
    const growing = state ?? { multipart: null, parts: [], partsEnd: 0, restSize: 0 };
    return new Append(this.#bucket, key, growing, await this.#rest(key, growing), seen).run(body, signal, expected);
  }

  async size(key: ObjectKey): Promise<ObjectSize | null> {
    mustBeKey(key);
    const whole = await this.#bucket.head(key);
    if (whole !== null) return { size: whole.size, complete: true };
    const state = await this.#unfinished(key);
    if (state !== null) return { size: sizeOf(state), complete: false };
    // It may have been completed between the looks.
    const meanwhile = await this.#bucket.head(key);
    return meanwhile && { size: meanwhile.size, complete: true };
  }

  async complete(key: ObjectKey): Promise<void> {
    mustBeKey(key);
    if ((await this.#bucket.head(key)) === null) {
      const state = await this.#unfinished(key);
      if (state === null) throw new SvjError('store/absent');
      const rest = await this.#rest(key, state);
      if (state.multipart === null || state.parts.length === 0) {
        await this.#bucket.put(key, rest, accountOfKey(key), {});
      } else {
        await this.#finish(key, state.multipart, state.parts, rest);
      }
    }
    // Also for an object that was there already: whoever made it may have died before these.
    await this.#bucket.tag(key, accountOfKey(key));
    await this.#bucket.abandon(key);
    await this.#bucket.erase(key + REST);
  }

  async read(key: ObjectKey, from: number, to: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    mustBeKey(key);
    signal.throwIfAborted();
    const found = to > from ? await this.#bucket.get(key, from, to, signal) : null;
    if (found !== null) return found.body;
    // Nothing there, or no byte of the range: S3 says the same of both.
    if ((await this.#bucket.head(key)) === null) throw new SvjError('store/absent');
    return Readable.from([]);
  }

  async remove(key: ObjectKey): Promise<void> {
    mustBeKey(key);
    await this.#bucket.abandon(key);
    // The object itself and its rest: all names have the same length, so no other one begins with this.
    await this.#bucket.erase(key);
  }

  async *list(prefix: string): AsyncIterable<ObjectKey> {
    let last: string | undefined;
    for await (const name of this.#bucket.names(prefix)) {
      const key = name.endsWith(REST) ? name.slice(0, -REST.length) : name;
      // A rest stands right behind its object in the order of names.
      if (!isObjectKey(key) || key === last) continue;
      last = key;
      yield key;
    }
  }

  async #unfinished(key: ObjectKey): Promise<Unfinished | null> {
    return (await this.#look(key)).state;
  }

  /** `state` is null when nothing was begun, or what was begun is gone; `seen` is the rest that told it. */
  async #look(key: ObjectKey): Promise<{ readonly state: Unfinished | null; readonly seen: string | null }> {
    const rest = await this.#bucket.head(key + REST);
    if (rest === null) return { state: null, seen: null };
    const multipart = rest.metadata['multipart'] ?? null;
    const parts = multipart === null ? [] : await this.#bucket.parts(key, multipart);
    if (parts === null) return { state: null, seen: rest.etag };
    const partsEnd = parts.reduce((sum, { size }) => sum + size, 0);
    const restSize = Number(rest.metadata['begins']) === partsEnd ? rest.size - NONCE_BYTES : 0;
    return { state: { multipart, parts, partsEnd, restSize }, seen: rest.etag };
  }

  async #rest(key: ObjectKey, { restSize }: Unfinished): Promise<Uint8Array> {
    if (restSize === 0) return new Uint8Array();
    const found = await this.#bucket.get(key + REST, 0, restSize, NEVER);
    if (found === null) throw new SvjError('store/unavailable', 'rest');
    const chunks: Uint8Array[] = [];
    for await (const chunk of found.body) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    if (bytes.length !== restSize) throw new SvjError('store/unavailable', 'rest');
    return bytes;
  }

  async #finish(key: ObjectKey, multipart: string, stored: readonly StoredPart[], rest: Uint8Array): Promise<void> {
    let parts: readonly StoredPart[] | null = stored;
    if (rest.length > 0) {
      const last = (stored.at(-1)?.number ?? 0) + 1;
      const bytes = new PartBytes(rest.length);
      bytes.push(rest);
      await sendPart(this.#bucket, key, multipart, last, bytes, NEVER);
      parts = await this.#bucket.parts(key, multipart);
    }
    if (parts === null) throw new SvjError('store/unavailable', 'multipart');
    await this.#bucket.finish(key, multipart, parts).catch(async (thrown: unknown) => {
      // An answer that was lost: it was done, or it was not.
      if ((await this.#bucket.head(key)) === null) throw thrown;
    });
  }
}

/** One append: fills part after part, and leaves what is too little for one as the rest. */
class Append {
  readonly #bucket: S3Bucket;
  readonly #key: ObjectKey;
  #multipart: string | null;
  #number: number;
  #partsEnd: number;
  #filling: PartBytes;
  /** The request that takes the bytes of `#filling` along, while there is one. */
  #sending: { readonly done: Promise<void>; readonly cancel: AbortController } | null = null;
  /** The rest that this append found. */
  readonly #before: Uint8Array;
  /** The rest that is there as far as this append knows. */
  #seen: string | null;
  /** Why the body ended before its end. */
  #cut: Error | null = null;

  constructor(
    bucket: S3Bucket,
    key: ObjectKey,
    { multipart, parts, partsEnd }: Unfinished,
    rest: Uint8Array,
    seen: string | null
  ) {
    this.#bucket = bucket;
    this.#seen = seen;
    this.#key = key;
    this.#multipart = multipart;
    this.#number = (parts.at(-1)?.number ?? 0) + 1;
    this.#partsEnd = partsEnd;
    this.#before = rest;
    this.#filling = new PartBytes(partSize(this.#number));
    this.#filling.push(rest);
  }

  async run(body: AsyncIterable<Uint8Array>, signal: AbortSignal, expected = 0): Promise<number> {
    let taken = 0;
    const input = abortableBytes(body, signal)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await input.next().catch((thrown: unknown) => {
          this.#cut = thrown instanceof Error ? thrown : toSvjError(thrown);
          return { done: true as const, value: undefined };
        });
        if (next.done === true) break;
        for (let at = 0; at < next.value.length;) {
          const count = this.#filling.push(next.value.subarray(at));
          at += count;
          taken += count;
          // Only a part that will be full may be sent: S3 takes no smaller ones but the last.
          if (this.#filling.isFull || this.#filling.length + expected - taken >= this.#filling.capacity) this.#send();
          if (this.#filling.isFull) await this.#nextPart();
        }
      }
    } finally {
      this.#sending?.cancel.abort();
      void input.return(undefined);
    }
    await this.#keepRest(this.#filling.bytes());
    if (this.#cut !== null) throw this.#cut;
    return this.#partsEnd + this.#filling.length;
  }

  #send(): void {
    if (this.#sending !== null) return;
    const cancel = new AbortController();
    const done = this.#sendFilling(this.#filling, cancel.signal);
    // Its failure is met when the part is full; until then it must not count as unhandled.
    done.catch(() => undefined);
    this.#sending = { done, cancel };
  }

  async #sendFilling(filling: PartBytes, signal: AbortSignal): Promise<void> {
    if (this.#number > MAX_PARTS) throw new SvjError('store/full', 'parts');
    if (this.#multipart === null) {
      const multipart = await this.#bucket.begin(this.#key, accountOfKey(this.#key));
      // Written down before the first part: a multipart upload that nobody can find again holds nothing.
      await this.#putRest(this.#before, multipart);
      this.#multipart = multipart;
    }
    await sendPart(this.#bucket, this.#key, this.#multipart, this.#number, filling, signal);
  }

  async #nextPart(): Promise<void> {
    await this.#sending?.done;
    this.#sending = null;
    this.#partsEnd += this.#filling.length;
    this.#number += 1;
    this.#filling = new PartBytes(partSize(this.#number));
  }

  async #keepRest(rest: Uint8Array): Promise<void> {
    await this.#sending?.done.catch(() => undefined);
    // Parts alone are found by the rest of the time before, which is spent but names their upload.
    if (rest.length === 0 && this.#partsEnd > 0) return;
    await this.#putRest(rest, this.#multipart);
  }

  async #putRest(rest: Uint8Array, multipart: string | null): Promise<void> {
    const nonce = randomBytes(NONCE_BYTES).toString('hex');
    const metadata = { nonce, begins: String(this.#partsEnd), ...(multipart === null ? {} : { multipart }) };
    const [name, account] = [this.#key + REST, accountOfKey(this.#key)];
    const bytes = Buffer.concat([rest, Buffer.from(nonce, 'hex')]);
    let etag = await this.#bucket.replace(name, this.#seen, bytes, account, metadata);
    if (etag === null) {
      const there = await this.#bucket.head(name);
      // An answer that was lost, and the library asked again: what is there may be ours.
      if (nonceOf(there) === nonce) etag = there?.etag ?? '';
      else if ((there?.etag ?? null) !== this.#seen) throw new SvjError('upload/busy', 'rest');
      else {
        // Some stores refuse every condition in a bucket with versions; then this look is what there is.
        await this.#bucket.put(name, bytes, account, metadata);
        etag = (await this.#bucket.head(name))?.etag ?? '';
      }
    }
    this.#seen = etag;
  }
}

function nonceOf(item: StoredItem | null): string | undefined {
  return item?.metadata['nonce'];
}

/** A body that streams cannot be sent again by the library; this one can be, from its beginning. */
async function sendPart(
  bucket: S3Bucket,
  key: ObjectKey,
  multipart: string,
  number: number,
  bytes: PartBytes,
  signal: AbortSignal
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const request = new AbortController();
    const either = AbortSignal.any([signal, request.signal]);
    try {
      await bucket.putPart(key, multipart, number, bytes.capacity, bytes.replay(either), signal);
      return;
    } catch (thrown) {
      if (attempt === ATTEMPTS || signal.aborted || toSvjError(thrown).code !== 'store/unavailable') throw thrown;
    } finally {
      request.abort();
    }
    await delay(BACKOFF_MS * 2 ** attempt, undefined, { signal });
  }
}

function sizeOf({ partsEnd, restSize }: Unfinished): number {
  return partsEnd + restSize;
}

function mustBeKey(key: ObjectKey): void {
  if (!isObjectKey(key)) throw new SvjError('format/id');
}
