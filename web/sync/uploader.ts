/** Sends objects to the relay: those that lie on the device, and one that is still being recorded. */
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import { abortable, pause } from './back-off.ts';
import { ATTEMPTS, deliver, type UploaderParts } from './delivery.ts';
import { LiveUpload } from './live-upload.ts';
import { ObjectSource } from './object-source.ts';
import { CHUNK_BYTES, endUpload } from './tus.ts';

/** Bytes that the relay has, of how many. */
export type SendProgress = (sent: number, size: number) => void;

type Given = Pick<UploaderParts, 'relay' | 'fetch' | 'transfers' | 'open'>;

export class Uploader {
  readonly #parts: UploaderParts;
  /** The last of those that wait for an object: within a page, one at a time works on it. */
  readonly #turns = new Map<ObjectId, Promise<unknown>>();

  constructor(given: Given & Partial<UploaderParts>) {
    this.#parts = { chunkBytes: CHUNK_BYTES, pause, now: () => Date.now(), random: () => Math.random(), ...given };
  }

  /**
   * Resolves when the relay has the object, or `absent` when the device does not. May be asked any number of times.
   * @throws `session/…`, `relay/…`, `store/full`, `upload/over-quota`, `upload/too-long`, `upload/length`, `call/aborted`;
   *   the next call goes on where this one ended
   */
  send(
    objectId: ObjectId,
    signal: AbortSignal,
    progress: SendProgress = () => undefined
  ): Promise<'backed-up' | 'absent'> {
    return this.#inTurn(objectId, signal, async () => {
      const row = await this.#parts.transfers.get(objectId);
      if (row !== null && row.state !== 'sending') return 'backed-up';
      try {
        await this.#sendWhole(objectId, signal, progress);
        return 'backed-up';
      } catch (thrown) {
        if (toSvjError(thrown).code !== 'object/absent') throw thrown;
        await this.#forget(objectId, signal);
        return 'absent';
      }
    });
  }

  /** For a recording under way. @param signal ends it as {@link LiveUpload.abandon} does not: what was sent stays */
  live(objectId: ObjectId, signal: AbortSignal): LiveUpload {
    return new LiveUpload(this.#parts, objectId, signal, {
      inTurn: (work) => this.#inTurn(objectId, signal, work),
      send: () => this.send(objectId, signal),
      forget: () => this.#inTurn(objectId, signal, () => this.#forget(objectId, signal))
    });
  }

  async #sendWhole(objectId: ObjectId, signal: AbortSignal, progress: SendProgress): Promise<void> {
    const blob = await this.#parts.open(objectId);
    if (blob === null) throw new SvjError('object/absent');
    const source = new ObjectSource(this.#parts.open, objectId);
    const { size } = blob;
    source.end(size);
    await deliver(this.#parts, {
      ...{ objectId, source, signal, maximum: size, patience: () => ATTEMPTS },
      acknowledged: (offset) => progress(offset, size)
    });
  }

  /** Nobody will send the rest: the relay is told so, which it may miss, for uploads expire. */
  async #forget(objectId: ObjectId, signal: AbortSignal): Promise<void> {
    const row = await this.#parts.transfers.get(objectId);
    if (row?.url) await endUpload(this.#parts.fetch, row.url, signal).catch(() => undefined);
    await this.#parts.transfers.remove(objectId);
  }

  #inTurn<T>(objectId: ObjectId, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(objectId) ?? Promise.resolve();
    const turn = before.then(() => {
      if (signal.aborted) throw new SvjError('call/aborted');
      return work();
    });
    const over = turn.then(
      () => undefined,
      () => undefined
    );
    this.#turns.set(objectId, over);
    void over.then(() => {
      if (this.#turns.get(objectId) === over) this.#turns.delete(objectId);
    });
    return abortable(turn, signal);
  }
}
