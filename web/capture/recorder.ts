/**
 * MediaStream → slices. Hands every slice on in order and reports what became durable; notices by itself everything
 * that ends a recording from outside, and says so once.
 */
import { SvjError, toSvjError } from '#shared/errors.ts';
import { recorderOptions, type RecordType } from './mime.ts';
import type { Interruption } from './recorder-state.ts';
import { SliceQueue, type Flushed, type Saved } from './slice-queue.ts';

/** Milliseconds of media in a slice: what a crash can cost at most, besides one write. */
const TIMESLICE_MS = 900;
/** A phone call mutes the tracks; shorter gaps happen when a camera adjusts. */
const MUTED_MS = 2000;
/**
 * A browser that was frozen or lost its encoder may never say `stop`. One whose encoder is behind hands out slices for
 * as long as it takes, so what counts is silence; the ceiling is what a person who pressed Stop can be asked to wait.
 */
const STOP_SILENCE_MS = 5000;
const STOP_CEILING_MS = 30_000;

export interface StreamRecorderOptions {
  readonly stream: MediaStream;
  readonly type: RecordType;
  readonly videoBitsPerSecond: number;
  readonly audioBitsPerSecond: number;
  /** Resolves when the slice is sealed and flushed. */
  append(slice: Blob): Promise<Flushed>;
  onSaved(saved: Saved): void;
  /** Called at most once, also while stopping, when the last slices did not come or could not be stored. */
  onInterrupted(reason: Interruption): void;
}

export class StreamRecorder {
  readonly #recorder: MediaRecorder;
  readonly #options: StreamRecorderOptions;
  readonly #queue: SliceQueue;
  /** To the tracks and the page, until somebody stops. */
  readonly #watching = new AbortController();
  /** To the recorder, until its last slice. */
  readonly #hearing = new AbortController();
  readonly #stopped: Promise<void>;
  #interrupted = false;

  /** @throws `recorder/nothing` when the browser refuses to make a recorder */
  constructor(options: StreamRecorderOptions) {
    this.#options = options;
    try {
      this.#recorder = new MediaRecorder(options.stream, recorderOptions(options.type, options));
    } catch (thrown) {
      throw new SvjError('recorder/nothing', undefined, thrown);
    }
    this.#queue = new SliceQueue({
      append: (slice) => options.append(slice),
      onSaved: (saved) => options.onSaved(saved),
      onFailed: (thrown) => this.#interrupt(reasonOf(thrown)),
      onFull: () => this.#interrupt('too-slow')
    });
    const { signal } = this.#hearing;
    this.#recorder.addEventListener('dataavailable', ({ data }) => this.#queue.push(data), { signal });
    this.#recorder.addEventListener('error', () => this.#interrupt('recorder'), { signal });
    this.#stopped = new Promise((resolve) => {
      this.#recorder.addEventListener('stop', () => resolve(), { signal });
    });
  }

  /** Bytes that are recorded and not yet durable. */
  get waitingBytes(): number {
    return this.#queue.waitingBytes;
  }

  /** @throws `recorder/nothing` */
  start(): void {
    this.#watch();
    try {
      this.#recorder.start(TIMESLICE_MS);
    } catch (thrown) {
      this.#watching.abort();
      this.#hearing.abort();
      throw new SvjError('recorder/nothing', undefined, thrown);
    }
  }

  pause(): void {
    if (this.#recorder.state === 'recording') this.#recorder.pause();
    // What was recorded before the pause need not wait for its end.
    if (this.#recorder.state !== 'inactive') this.#recorder.requestData();
  }

  resume(): void {
    if (this.#recorder.state === 'paused') this.#recorder.resume();
  }

  /** Ends the recorder and resolves when every slice is durable or was lost to a reported failure. Never rejects. */
  async stop(): Promise<void> {
    this.#watching.abort();
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
    if (!(await this.#saysStop())) this.#interrupt('recorder');
    // The clip is closed next: a slice that comes later has no place in it.
    this.#hearing.abort();
    await this.#queue.drained();
  }

  /** Resolves to false when the recorder fell silent, or went on for too long, without a `stop`. */
  #saysStop(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (said: boolean): void => {
        clearTimeout(silence);
        clearTimeout(ceiling);
        resolve(said);
      };
      const giveUp = (): void => settle(false);
      const ceiling = setTimeout(giveUp, STOP_CEILING_MS);
      let silence = setTimeout(giveUp, STOP_SILENCE_MS);
      this.#recorder.addEventListener(
        'dataavailable',
        () => {
          clearTimeout(silence);
          silence = setTimeout(giveUp, STOP_SILENCE_MS);
        },
        { signal: this.#hearing.signal }
      );
      void this.#stopped.then(() => settle(true));
    });
  }

  #watch(): void {
    const { signal } = this.#watching;
    // A recorder stops by itself when its tracks ended; the tracks' own listeners know better why and come first.
    this.#recorder.addEventListener(
      'stop',
      () => setTimeout(() => !signal.aborted && this.#interrupt('track-ended'), 500),
      {
        signal
      }
    );
    for (const track of this.#options.stream.getTracks()) this.#watchTrack(track, signal);
    document.addEventListener('freeze', () => this.#interrupt('frozen'), { signal });
    window.addEventListener('pagehide', () => this.#interrupt('frozen'), { signal });
  }

  #watchTrack(track: MediaStreamTrack, signal: AbortSignal): void {
    const ended = async (): Promise<void> => {
      const reason = (await wasRefused(track.kind)) ? 'permission' : 'track-ended';
      if (!signal.aborted) this.#interrupt(reason);
    };
    let muted: ReturnType<typeof setTimeout> | undefined;
    const heedMute = (): void => {
      clearTimeout(muted);
      muted = setTimeout(() => {
        if (track.muted && !signal.aborted) this.#interrupt('muted');
      }, MUTED_MS);
    };
    track.addEventListener('ended', () => void ended(), { signal });
    track.addEventListener('mute', heedMute, { signal });
    // The event of a track that is muted already has passed.
    if (track.muted) heedMute();
  }

  #interrupt(reason: Interruption): void {
    if (this.#interrupted) return;
    this.#interrupted = true;
    this.#options.onInterrupted(reason);
  }
}

function reasonOf(thrown: unknown): Interruption {
  switch (toSvjError(thrown).code) {
    case 'storage/quota':
      return 'space';
    case 'call/worker-died':
      return 'worker';
    case 'recorder/failed':
      return 'recorder';
    default:
      return 'storage';
  }
}

/** Was the permission taken away? False where the browser cannot tell. */
async function wasRefused(kind: string): Promise<boolean> {
  try {
    const name = kind === 'video' ? 'camera' : 'microphone';
    // Not every browser knows these names.
    return (await navigator.permissions.query({ name })).state === 'denied';
  } catch {
    return false;
  }
}
