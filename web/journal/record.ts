/**
 * Recording one clip: MediaStream → slices → sealed by the recorder worker → named by the vault. Whatever happens
 * in between, what was durable is kept: committed here, or found by the vault at the next unlock.
 */
import { toSvjError, SvjError, type ErrorCode } from '#shared/errors.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { LivePictures } from '#web/capture/pictures.ts';
import { StreamRecorder } from '#web/capture/recorder.ts';
import type { Saved } from '#web/capture/slice-queue.ts';
import type { Interruption } from '#web/capture/recorder-state.ts';
import type { RecordType } from '#web/capture/mime.ts';
import type { ClosedClip, Durable, RecorderContract, StartedClip, VaultContract } from '#web/workers/contracts.ts';
import type { WorkerClient } from '#web/workers/rpc.ts';
import { localInstant } from './local-instant.ts';
import type { Kept } from './pictures.ts';

export type Vault = WorkerClient<VaultContract>;
export type Recorder = WorkerClient<RecorderContract>;

export interface TakeOptions {
  /** The vault as it is now; null while it is locked. */
  vault(): Vault | null;
  startRecorder(): Recorder;
  readonly stream: MediaStream;
  readonly type: RecordType;
  readonly videoBitsPerSecond: number;
  readonly audioBitsPerSecond: number;
  /** Null starts a new entry. */
  readonly entryId: EntryId | null;
  onSaved(saved: Saved): void;
  /** So many bytes of the clip's object are final; a backup may send them while the rest is recorded. */
  onSealed?(clipId: ObjectId, sealedBytes: number): void;
  onInterrupted(reason: Interruption): void;
  /** Nobody wants it any more, as long as it has not begun. */
  readonly signal?: AbortSignal;
}

export interface TakeEnd extends StartedClip {
  /**
   * - `kept`: the entry names the clip.
   * - `sealed`: closed while the vault was locked; the next unlock adds it.
   * - `unfinished`: could not be closed; the next unlock offers it, up to the last durable slice.
   * - `empty`: nothing was recorded, and nothing is left of it.
   */
  readonly outcome: 'kept' | 'sealed' | 'unfinished' | 'empty';
  readonly durationMs: number;
  /** The entry as it is now, when `kept`. */
  readonly kept: Kept | null;
  /** What prevented closing it, also when it was rescued at once. */
  readonly code: ErrorCode | null;
}

const TICK_MS = 500;
/** Ticks without an answer from the recorder worker until it counts as dead; counted, so that a sleeping laptop is none. */
const DEAD_AFTER_TICKS = 20;

export class Take {
  readonly #options: TakeOptions;
  readonly #recorder: Recorder;
  readonly #clip: StartedClip;
  readonly #stream: StreamRecorder;
  readonly #pictures: LivePictures;
  readonly #timer: ReturnType<typeof setInterval>;
  #durable: Durable = { dataBytes: 0, durationMs: 0 };
  #end: Promise<TakeEnd> | null = null;
  #interrupted = false;
  #drawing = true;
  #silentTicks = 0;
  #closing = false;

  /** Starts to record. @throws `vault/locked`, `storage/*`, `recorder/nothing`, the signal's reason; nothing is left then */
  static async start(options: TakeOptions): Promise<Take> {
    const vault = options.vault();
    if (vault === null) throw new SvjError('vault/locked');
    const recorder = options.startRecorder();
    let clip: StartedClip | null = null;
    let take: Take | null = null;
    try {
      clip = await beginClip(vault, recorder, {
        entryId: options.entryId,
        mime: options.type.mime,
        source: 'camera',
        recordedAt: localInstant(new Date())
      });
      options.signal?.throwIfAborted();
      take = new Take(options, recorder, clip);
      take.#stream.start();
      return take;
    } catch (thrown) {
      if (take !== null) take.#letGo();
      await abandon(vault, recorder, clip);
      throw thrown;
    }
  }

  private constructor(options: TakeOptions, recorder: Recorder, clip: StartedClip) {
    this.#options = options;
    this.#recorder = recorder;
    this.#clip = clip;
    this.#stream = new StreamRecorder({
      ...options,
      append: async (slice) => {
        const appended = await recorder.call('append', { slice });
        options.onSealed?.(clip.clipId, appended.sealedBytes);
        return appended;
      },
      onSaved: (saved) => {
        this.#durable = saved;
        this.#silentTicks = 0;
        options.onSaved(saved);
      },
      onInterrupted: (reason) => {
        this.#interrupted = true;
        options.onInterrupted(reason);
      }
    });
    this.#pictures = new LivePictures(options.stream);
    this.#timer = setInterval(() => void this.#tick(), TICK_MS);
  }

  get entryId(): EntryId {
    return this.#clip.entryId;
  }

  pause(): void {
    this.#drawing = false;
    this.#stream.pause();
  }

  resume(): void {
    this.#drawing = true;
    this.#stream.resume();
  }

  /** Ends the clip and keeps it. Called again it answers the same. Never rejects. */
  stop(ended: 'stopped' | 'interrupted'): Promise<TakeEnd> {
    this.#end ??= this.#finish(ended);
    return this.#end;
  }

  async #finish(ended: 'stopped' | 'interrupted'): Promise<TakeEnd> {
    this.#drawing = false;
    try {
      await this.#stream.stop();
      if (this.#durable.dataBytes === 0) {
        await abandon(this.#options.vault(), this.#recorder, this.#clip);
        return this.#result('empty');
      }
      this.#silentTicks = 0;
      this.#closing = true;
      const closed = await this.#recorder.call('close', undefined);
      // Its last slices may have been lost while it was stopped.
      return await this.#commit(closed, this.#interrupted ? 'interrupted' : ended);
    } catch (thrown) {
      // Ended first: the vault may take over only what nobody writes any more.
      this.#recorder.end();
      return await this.#rescue(toSvjError(thrown).code);
    } finally {
      this.#letGo();
      this.#recorder.end();
    }
  }

  /** Draws and counts no more; the camera's last frames are forgotten. */
  #letGo(): void {
    clearInterval(this.#timer);
    this.#pictures.drop();
  }

  async #commit(closed: ClosedClip, ended: 'stopped' | 'interrupted'): Promise<TakeEnd> {
    this.#closing = false;
    const vault = this.#options.vault();
    if (vault === null) return this.#result('sealed');
    const pictures = await this.#pictures.finish().catch(() => ({ poster: null, thumbnails: null }));
    try {
      const kept = await vault.call('finishClip', { ...this.#clip, closed, ended, ...pictures });
      return this.#result('kept', { kept });
    } catch (thrown) {
      // Locked between the two calls: the object is whole, only its name is missing.
      if (this.#options.vault() === null) return this.#result('sealed');
      throw thrown;
    }
  }

  /** The recorder died or found no space to close with: what is on disk can be read back at once. */
  async #rescue(code: ErrorCode): Promise<TakeEnd> {
    try {
      const vault = this.#options.vault();
      if (vault === null) return this.#result('unfinished', { code });
      return this.#result('kept', { kept: await vault.call('keep', this.#clip), code });
    } catch {
      return this.#result('unfinished', { code });
    }
  }

  #result(outcome: TakeEnd['outcome'], more: Partial<Pick<TakeEnd, 'kept' | 'code'>> = {}): TakeEnd {
    return { ...this.#clip, outcome, durationMs: this.#durable.durationMs, kept: null, code: null, ...more };
  }

  async #tick(): Promise<void> {
    if (this.#closing || this.#stream.waitingBytes > 0) this.#silentTicks++;
    // Ending it answers everything that waits for it, and the rest follows as for a worker that crashed.
    if (this.#silentTicks >= DEAD_AFTER_TICKS) this.#recorder.end('call/worker-died');
    if (this.#options.vault() === null) this.#pictures.drop();
    else if (this.#drawing) await this.#pictures.take(this.#durable.durationMs);
  }
}

export interface ClipBeginning {
  readonly entryId: EntryId | null;
  readonly mime: string;
  readonly source: 'camera' | 'import';
  readonly recordedAt: string;
}

/** Lets the vault name a clip and hand its key, past the page, to the recorder. */
export async function beginClip(vault: Vault, recorder: Recorder, beginning: ClipBeginning): Promise<StartedClip> {
  const { port1, port2 } = new MessageChannel();
  const opened = recorder.call('open', { key: port2 }, { transfer: [port2] });
  // If the vault refuses, the recorder waits for a key that never comes and is ended by the caller.
  opened.catch(() => undefined);
  const clip = await vault.call('startClip', { ...beginning, recorder: port1 }, { transfer: [port1] });
  try {
    await opened;
    await vault.call('confirmClip', clip);
    return clip;
  } catch (thrown) {
    await abandon(vault, recorder, clip);
    throw thrown;
  }
}

/** Removes every trace of a clip that came to nothing. Never throws. */
export async function abandon(vault: Vault | null, recorder: Recorder, clip: StartedClip | null): Promise<void> {
  await recorder.call('abort', undefined).catch(() => undefined);
  recorder.end();
  if (vault !== null && clip !== null) await vault.call('abandonClip', clip).catch(() => undefined);
}
