/**
 * The upload of a recording under way: what is final is sent while the rest is still being said, so that little is left
 * when it ends. Nothing that fails here reaches the recording; what could not be sent is sent when it is closed, or later.
 */
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import { ATTEMPTS, deliver, type UploaderParts } from './delivery.ts';
import { ObjectSource, STEP_BYTES } from './object-source.ts';

/**
 * The relay sets room aside for the longest that a recording may become. Where that is more than it takes or has left, a
 * quarter is asked for; a recording that outgrows it is sent anew when it is closed.
 */
const MOST_BYTES = 8 * 2 ** 30;
const LEAST_BYTES = 8 * 2 ** 20;

/** What the uploader does for it. */
export interface LiveHost {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  send(): Promise<'backed-up' | 'absent'>;
  forget(): Promise<void>;
}

export class LiveUpload {
  readonly #parts: UploaderParts;
  readonly #objectId: ObjectId;
  readonly #signal: AbortSignal;
  readonly #host: LiveHost;
  readonly #source: ObjectSource;
  readonly #abandoned = new AbortController();
  /** Resolves to what it failed with, or to null; null before there was enough to send. */
  #running: Promise<SvjError | null> | null = null;
  #state: 'growing' | 'given-up' | 'closed' | 'abandoned' = 'growing';

  constructor(parts: UploaderParts, objectId: ObjectId, signal: AbortSignal, host: LiveHost) {
    this.#parts = parts;
    this.#objectId = objectId;
    this.#signal = signal;
    this.#host = host;
    this.#source = new ObjectSource(parts.open, objectId);
  }

  /** So many bytes of the file, from its beginning, are on disk and will not change. */
  grown(sealedBytes: number): void {
    if (this.#state !== 'growing') return;
    this.#source.grow(sealedBytes);
    if (sealedBytes >= STEP_BYTES) this.#running ??= this.#run();
  }

  /**
   * The file is complete. Resolves when the relay has it.
   * @throws as {@link Uploader.send}, which can be asked to go on; `object/absent`
   */
  async close(size: number): Promise<'backed-up'> {
    if (this.#state === 'abandoned') throw new SvjError('call/aborted');
    const running = this.#state === 'growing' ? this.#running : null;
    this.#state = 'closed';
    this.#source.end(size);
    const failed = await running;
    if (failed !== null) throw failed;
    if (running === null && (await this.#host.send()) === 'absent') throw new SvjError('object/absent');
    return 'backed-up';
  }

  /** The recording came to nothing: the relay is told to forget what it has of it. Never rejects. */
  async abandon(): Promise<void> {
    this.#state = 'abandoned';
    this.#abandoned.abort();
    await this.#running;
    await this.#host.forget().catch(() => undefined);
  }

  /** Never rejects. */
  async #run(): Promise<SvjError | null> {
    try {
      await this.#host.inTurn(() => this.#deliver(MOST_BYTES));
      return null;
    } catch (thrown) {
      if (this.#state === 'growing') this.#state = 'given-up';
      return toSvjError(thrown);
    }
  }

  async #deliver(maximum: number): Promise<void> {
    let sent = 0;
    try {
      await deliver(this.#parts, {
        ...{ objectId: this.#objectId, source: this.#source, maximum },
        // A recording outlasts a tunnel; when it is over somebody waits.
        patience: () => (this.#source.size === null ? Number.POSITIVE_INFINITY : ATTEMPTS),
        acknowledged: (offset) => {
          sent = offset;
        },
        signal: AbortSignal.any([this.#signal, this.#abandoned.signal])
      });
    } catch (thrown) {
      const { code } = toSvjError(thrown);
      const isRefused = code === 'upload/too-long' || code === 'upload/over-quota';
      if (!isRefused || sent > 0 || this.#source.size !== null || maximum <= LEAST_BYTES) throw thrown;
      await this.#deliver(maximum / 4);
    }
  }
}
