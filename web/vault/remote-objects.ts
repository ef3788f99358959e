/** Sealed objects that lie on the relay, read by range over a port (workers/remote-port.ts), a little ahead. */
import { concat, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import type { ObjectReader } from '#web/store/objects.ts';
import type { RemoteAnswer, RemoteQuestion } from '#web/workers/remote-port.ts';

/** What is asked for at once: a second of video on a slow line, and few requests on a fast one. */
export const BLOCK_BYTES = 256 * 1024;
/** Asked for before anybody wants them, once a reader goes forward. */
const AHEAD = 2;
/** Kept by each reader: what lies ahead, where it stands, and what a player asks for twice. */
const KEPT = 8;

export class RemoteObjects {
  #port: MessagePort | null = null;
  #next = 1;
  readonly #waiting = new Map<number, PromiseWithResolvers<Bytes>>();

  /** Takes the place of the port before, whose questions fail. */
  connect(port: MessagePort): void {
    this.#disconnect();
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<RemoteAnswer>) => {
      if ('closed' in data) {
        if (this.#port === port) this.#disconnect();
        return;
      }
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('bytes' in data) waiting?.resolve(data.bytes);
      else waiting?.reject(new SvjError(data.failed));
    };
  }

  /**
   * Null when no relay is at hand. Whether the object is there the first read tells: it throws `object/elsewhere` where
   * the relay does not have it yet.
   * @param size of the sealed object, from its record
   */
  open(objectId: ObjectId, size: number): ObjectReader | null {
    if (this.#port === null) return null;
    return new BlockReader(size, (from, to) => this.#ask(objectId, from, to));
  }

  /** Nobody waits for an answer that cannot come. */
  #disconnect(): void {
    this.#port?.close();
    this.#port = null;
    for (const { reject } of this.#waiting.values()) reject(new SvjError('object/elsewhere'));
    this.#waiting.clear();
  }

  async #ask(objectId: ObjectId, from: number, to: number): Promise<Bytes> {
    if (this.#port === null) throw new SvjError('object/elsewhere');
    const id = this.#next++;
    const waiting = Promise.withResolvers<Bytes>();
    this.#waiting.set(id, waiting);
    const question: RemoteQuestion = { id, objectId, from, to };
    this.#port.postMessage(question);
    const bytes = await waiting.promise;
    if (bytes.length !== to - from) throw new SvjError('seal/truncated');
    return bytes;
  }
}

/** Reads whole blocks, each once as long as it is kept. */
class BlockReader implements ObjectReader {
  readonly size: number;
  readonly #ask: (from: number, to: number) => Promise<Bytes>;
  /** In the order of their use, the latest last. */
  readonly #blocks = new Map<number, Promise<Bytes>>();
  #latest = -1;

  constructor(size: number, ask: (from: number, to: number) => Promise<Bytes>) {
    this.size = size;
    this.#ask = ask;
  }

  async read(from: number, to: number): Promise<Bytes> {
    const end = Math.min(to, this.size);
    if (from >= end) return new Uint8Array();
    const first = Math.floor(from / BLOCK_BYTES);
    const last = Math.floor((end - 1) / BLOCK_BYTES);
    const blocks: Promise<Bytes>[] = [];
    for (let block = first; block <= last; block++) blocks.push(this.#block(block));
    const isForward = first === this.#latest || first === this.#latest + 1;
    this.#latest = last;
    if (isForward) for (let block = last + 1; block <= last + AHEAD; block++) this.#prefetch(block);
    const whole = concat(...(await Promise.all(blocks)));
    return whole.slice(from - first * BLOCK_BYTES, end - first * BLOCK_BYTES);
  }

  close(): void {
    this.#blocks.clear();
  }

  #prefetch(block: number): void {
    if (block * BLOCK_BYTES < this.size && !this.#blocks.has(block)) void this.#block(block);
  }

  #block(block: number): Promise<Bytes> {
    const known = this.#blocks.get(block);
    this.#blocks.delete(block);
    const from = block * BLOCK_BYTES;
    const asked = known ?? this.#ask(from, Math.min(from + BLOCK_BYTES, this.size));
    this.#blocks.set(block, asked);
    // What failed may be asked for again; whoever waits for it hears of it himself.
    asked.catch(() => this.#blocks.get(block) === asked && this.#blocks.delete(block));
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT) break;
      this.#blocks.delete(oldest);
    }
    return asked;
  }
}
