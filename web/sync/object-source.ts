/**
 * The bytes of one object file that are final, piece by piece. A recording may still be writing behind them: the file
 * then has room reserved ahead, which is never read.
 */
import type { Bytes } from '#shared/bytes.ts';
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import { abortable } from './back-off.ts';

/** The file as it is now; null when the device does not have it. */
export type OpenObject = (objectId: ObjectId) => Promise<Blob | null>;

export interface Piece {
  readonly bytes: Bytes;
  /** Nothing follows. */
  readonly isLast: boolean;
}

/** Of a recording under way: fewer bytes are not worth a request, and the relay may have to write them twice. */
export const STEP_BYTES = 1024 * 1024;

export class ObjectSource {
  readonly #open: OpenObject;
  readonly #objectId: ObjectId;
  #final = 0;
  #size: number | null = null;
  #changed = Promise.withResolvers<undefined>();

  constructor(open: OpenObject, objectId: ObjectId) {
    this.#open = open;
    this.#objectId = objectId;
  }

  /** Bytes of the whole object; null as long as it grows. */
  get size(): number | null {
    return this.#size;
  }

  /** So many bytes from the beginning will not change any more. */
  grow(bytes: number): void {
    this.#final = Math.max(this.#final, bytes);
    this.#wake();
  }

  end(size: number): void {
    this.#size = size;
    this.grow(size);
  }

  /**
   * What is final of `[from, to)`, when it is worth a request or the last. The file is opened for each piece: a browser
   * may refuse to read one that was written to since.
   * @throws `object/absent`, `object/busy` when the browser cannot read it now, `seal/truncated`, `call/aborted`,
   *   `upload/length` when there is less than `from`
   */
  async read(from: number, to: number, signal: AbortSignal): Promise<Piece> {
    while (this.#size === null && this.#final - from < STEP_BYTES) await abortable(this.#changed.promise, signal);
    const until = Math.min(to, this.#final);
    if (from > until) throw new SvjError('upload/length');
    const blob = await this.#open(this.#objectId);
    if (blob === null) throw new SvjError('object/absent');
    if (blob.size < until) throw new SvjError('seal/truncated');
    return { bytes: await bytesOf(blob.slice(from, until)), isLast: until === this.#size };
  }

  #wake(): void {
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }
}

async function bytesOf(piece: Blob): Promise<Bytes> {
  try {
    return new Uint8Array(await piece.arrayBuffer());
  } catch (thrown) {
    throw new SvjError('object/busy', toSvjError(thrown).detail, thrown);
  }
}
