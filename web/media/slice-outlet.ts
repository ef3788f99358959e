/** Sends slices over a port and waits for each answer, so that never more than one is on the way. */
import type { Bytes } from '#shared/bytes.ts';
import { isErrorCode, SvjError } from '#shared/errors.ts';

/** Large enough that a call costs little beside its bytes, small enough to hold several. */
const SLICE_BYTES = 512 * 1024;

export class SliceOutlet {
  readonly #port: MessagePort;
  readonly #signal: AbortSignal;
  readonly #rewriteHead: ((head: Bytes) => number | null) | null;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #headDone: boolean;

  /**
   * @param rewriteHead changes the beginning in place and returns how long it is; null while more bytes are needed.
   *   Nothing is sent before.
   */
  constructor(port: MessagePort, signal: AbortSignal, rewriteHead: ((head: Bytes) => number | null) | null) {
    this.#port = port;
    this.#signal = signal;
    this.#rewriteHead = rewriteHead;
    this.#headDone = rewriteHead === null;
    port.start();
  }

  /** A stream for the muxer. The last bytes go out when it closes. */
  writable(): WritableStream<Uint8Array> {
    return new WritableStream<Uint8Array>(
      {
        write: async (bytes) => {
          this.#waiting.push(bytes.slice());
          this.#waitingBytes += bytes.length;
          if (this.#waitingBytes >= SLICE_BYTES) await this.#send();
        },
        close: async () => {
          await this.#send();
        }
      },
      { highWaterMark: 1 }
    );
  }

  async #send(): Promise<void> {
    if (this.#waitingBytes === 0) return;
    const slice = new Uint8Array(this.#waitingBytes);
    let at = 0;
    for (const part of this.#waiting) {
      slice.set(part, at);
      at += part.length;
    }
    if (!this.#headDone) {
      if (this.#rewriteHead?.(slice) === null) {
        this.#waiting = [slice];
        return;
      }
      this.#headDone = true;
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#post(slice);
  }

  /** @throws what the receiving side answered, `call/aborted` */
  #post(slice: Bytes): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#signal.aborted) {
        reject(new SvjError('call/aborted'));
        return;
      }
      const settled = new AbortController();
      this.#port.addEventListener(
        'message',
        ({ data }: MessageEvent<unknown>) => {
          settled.abort();
          const answer = data as { readonly ok: boolean; readonly code?: unknown };
          if (answer.ok) resolve();
          else reject(new SvjError(isErrorCode(answer.code) ? answer.code : 'internal'));
        },
        { signal: settled.signal }
      );
      this.#signal.addEventListener(
        'abort',
        () => {
          settled.abort();
          reject(new SvjError('call/aborted'));
        },
        { signal: settled.signal }
      );
      this.#port.postMessage({ slice }, [slice.buffer]);
    });
  }
}
