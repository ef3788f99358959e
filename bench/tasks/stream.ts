/**
 * Sealing and opening a stream: the app's own code, the limit, and the peers, run by the same
 * lines in Node and in a browser worker.
 */
import { randomBytes, toHex, type Bytes } from '../../shared/bytes.ts';
import { entryKey, objectKey, objectParent } from '../../shared/crypto/keys.ts';
import { openStream, sealStream } from '../../shared/crypto/stream.ts';
import { KIND } from '../../shared/format/kind.ts';
import { newEntryId, newObjectId, newVaultId } from '../../shared/ids.ts';

export interface StreamCipher {
  seal(plaintext: ReadableStream<Bytes>): ReadableStream<Bytes> | Promise<ReadableStream<Bytes>>;
  open(sealed: ReadableStream<Bytes>): ReadableStream<Bytes> | Promise<ReadableStream<Bytes>>;
}

/** What a peer's adapter exports. */
export interface StreamPeer {
  streamCipher(): StreamCipher | Promise<StreamCipher>;
}

export interface StreamRun {
  readonly ms: number;
  readonly bytes: number;
  /** Sealed bytes kept in memory while opening; part of the peak, for all columns alike. */
  readonly heldBytes: number;
}

const CHUNK = 2 ** 20;
/** Repeated, so that a plaintext of any length takes no memory. */
const PATTERN = 4 * 2 ** 20;

export function pattern(): Bytes {
  const bytes = new Uint8Array(PATTERN);
  for (let at = 0; at < PATTERN; at += 65_536) bytes.set(randomBytes(65_536), at);
  return bytes;
}

/** `length` bytes, from `source` over and over. */
export function plaintextOf(source: Bytes, length: number): ReadableStream<Bytes> {
  let left = length;
  let at = 0;
  return new ReadableStream<Bytes>(
    {
      pull(controller) {
        const size = Math.min(CHUNK, left, source.length - at);
        // Not a copy: making one would cost half as much as the sealing that is measured.
        if (size > 0) controller.enqueue(source.subarray(at, at + size));
        left -= size;
        at = (at + size) % source.length;
        if (left === 0) controller.close();
      }
    },
    { highWaterMark: 0 }
  );
}

/** The same bytes in chunks of {@link CHUNK}. */
async function rechunked(stream: ReadableStream<Bytes>): Promise<Bytes[]> {
  const chunks: Bytes[] = [];
  let chunk = new Uint8Array(CHUNK);
  let held = 0;
  for await (const part of stream) {
    for (let at = 0; at < part.length;) {
      const taken = part.subarray(at, at + CHUNK - held);
      chunk.set(taken, held);
      at += taken.length;
      held += taken.length;
      if (held < CHUNK) continue;
      chunks.push(chunk);
      chunk = new Uint8Array(CHUNK);
      held = 0;
    }
  }
  return [...chunks, chunk.slice(0, held)];
}

function streamOf(parts: readonly Bytes[]): ReadableStream<Bytes> {
  const rest = parts.values();
  return new ReadableStream<Bytes>(
    {
      pull(controller) {
        const next = rest.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      }
    },
    { highWaterMark: 0 }
  );
}

/** The app: FLOE under the key of one object. */
export async function productCipher(): Promise<StreamCipher> {
  const entryId = newEntryId();
  const id = newObjectId();
  const parent = toHex(await objectParent(entryId));
  const envelope = { kind: KIND.media, epoch: 1, revision: 1, vaultId: newVaultId(), objectId: id, parent };
  const { seal } = await objectKey(await entryKey(randomBytes(32)), id, KIND.media);
  return {
    seal: (plaintext) => plaintext.pipeThrough(sealStream(seal, envelope)),
    open: (sealed) => sealed.pipeThrough(openStream(seal, envelope))
  };
}

export async function runSeal(cipher: StreamCipher, source: Bytes, length: number): Promise<StreamRun> {
  const started = performance.now();
  await drained(await cipher.seal(plaintextOf(source, length)));
  return { ms: performance.now() - started, bytes: length, heldBytes: 0 };
}

/** Sealed beforehand and held in memory, so that no disk is measured; read in chunks, as from one, for all columns alike. */
export async function prepareOpen(
  cipher: StreamCipher,
  source: Bytes,
  length: number
): Promise<() => Promise<StreamRun>> {
  const sealed = await rechunked(await cipher.seal(plaintextOf(source, length)));
  const heldBytes = sealed.reduce((sum, part) => sum + part.length, 0);
  return async () => {
    const started = performance.now();
    const opened = await drained(await cipher.open(streamOf(sealed)));
    const ms = performance.now() - started;
    if (opened !== length) throw new Error(`opened ${opened} of ${length} bytes`);
    return { ms, bytes: length, heldBytes };
  };
}

async function drained(stream: ReadableStream<Bytes>): Promise<number> {
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return length;
    length += value.length;
  }
}
