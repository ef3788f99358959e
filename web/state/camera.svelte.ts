/** The camera as the record screen sees it: closed until the screen opens it, given back when the screen is left. */
import { SvjError, toSvjError } from '#shared/errors.ts';
import {
  closeCamera,
  listDevices,
  openCamera,
  otherCamera,
  recordType,
  thisBrowser,
  watchLevel,
  type Browser,
  type CameraWish,
  type Devices,
  type Level
} from '#web/journal/capture.ts';
import { isReadOnly } from '#web/model/vault-condition.ts';
import { session } from './session.svelte.ts';
import { settings } from './settings.svelte.ts';

export type CameraStatus = 'closed' | 'opening' | 'open' | 'failed';

const NO_DEVICES: Devices = { cameras: [], microphones: [] };
const NO_LEVEL: Level = { value: 0, clipping: false, tooQuiet: false };

class Camera {
  #status = $state<CameraStatus>('closed');
  #stream = $state.raw<MediaStream | null>(null);
  #error = $state.raw<SvjError | null>(null);
  #devices = $state.raw<Devices>(NO_DEVICES);
  #level = $state.raw<Level>(NO_LEVEL);
  #mirrored = $state(true);
  #cameraId = $state<string | null>(null);
  #microphoneId = $state<string | null>(null);
  #opening: Promise<MediaStream> | null = null;
  /** Aborted by {@link close}: a camera that answers later is switched off again. */
  #wanted: AbortController | null = null;
  #asked: Promise<unknown> = Promise.resolve();
  #meter: { stop(): void } | null = null;

  get status(): CameraStatus {
    return this.#status;
  }

  get stream(): MediaStream | null {
    return this.#stream;
  }

  /** Why it did not open; `failed` then. */
  get error(): SvjError | null {
    return this.#error;
  }

  get devices(): Devices {
    return this.#devices;
  }

  get level(): Level {
    return this.#level;
  }

  /** The person sees themselves as in a mirror; what is recorded is not mirrored. */
  get mirrored(): boolean {
    return this.#mirrored;
  }

  get cameraId(): string | null {
    return this.#cameraId;
  }

  get microphoneId(): string | null {
    return this.#microphoneId;
  }

  get browser(): Browser {
    return thisBrowser();
  }

  /** The stream, opened if need be. @throws `camera/*`; `call/aborted` when it was closed meanwhile */
  open(): Promise<MediaStream> {
    if (this.#stream !== null && isWhole(this.#stream)) return Promise.resolve(this.#stream);
    if (this.#opening === null) {
      const opening = this.#open(this.#wish()).finally(() => {
        if (this.#opening === opening) this.#opening = null;
      });
      this.#opening = opening;
    }
    return this.#opening;
  }

  /** Like {@link open}, for screens that show {@link error} instead of catching it. */
  async show(): Promise<void> {
    await this.open().catch(() => undefined);
  }

  close(): void {
    this.#wanted?.abort();
    // The signal's error remembers where it was thrown, and through that a whole screen.
    this.#wanted = null;
    this.#opening = null;
    this.#meter?.stop();
    this.#meter = null;
    if (this.#stream !== null) closeCamera(this.#stream);
    this.#stream = null;
    this.#level = NO_LEVEL;
    this.#status = 'closed';
  }

  /** The other camera. A phone opens only one at a time, so the first is closed before. @throws `camera/*` */
  async switch(): Promise<void> {
    const current = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId;
    const wish = otherCamera(this.#wish(), current, this.#devices.cameras);
    this.#cameraId = wish.cameraId;
    settings.set({ facing: wish.facing });
    await this.reopen();
  }

  /** @throws `camera/*` */
  async choose(devices: { readonly cameraId?: string; readonly microphoneId?: string }): Promise<void> {
    if (devices.cameraId !== undefined) this.#cameraId = devices.cameraId;
    if (devices.microphoneId !== undefined) this.#microphoneId = devices.microphoneId;
    await this.reopen();
  }

  /** Opens again, by the settings as they are now. @throws `camera/*` */
  async reopen(): Promise<void> {
    this.close();
    await this.open();
  }

  async #open(wish: CameraWish): Promise<MediaStream> {
    this.close();
    this.#wanted = new AbortController();
    const { signal } = this.#wanted;
    this.#status = 'opening';
    try {
      const { condition } = session;
      // Nobody is filmed for a journal that takes nothing.
      if (isReadOnly(condition)) throw new SvjError(`vault/${condition}`);
      const stream = await this.#ask(wish, signal);
      this.#use(stream, wish);
      this.#devices = await listDevices().catch(() => NO_DEVICES);
      return stream;
    } catch (thrown) {
      const error = toSvjError(thrown);
      if (!signal.aborted) {
        this.#error = error;
        this.#status = 'failed';
      }
      throw error;
    }
  }

  /** In turn: a phone opens only one camera at a time, also when nobody waits for the first any more. */
  #ask(wish: CameraWish, signal: AbortSignal): Promise<MediaStream> {
    const asked = this.#asked.then(() => openWanted(wish, signal));
    this.#asked = asked.catch(() => undefined);
    return asked;
  }

  #use(stream: MediaStream, wish: CameraWish): void {
    const facing = stream.getVideoTracks()[0]?.getSettings().facingMode ?? wish.facing;
    this.#mirrored = facing !== 'environment';
    this.#stream = stream;
    this.#error = null;
    this.#status = 'open';
    this.#meter = watchLevel(stream, (level) => {
      this.#level = level;
    });
  }

  #wish(): CameraWish {
    return {
      quality: settings.quality,
      facing: settings.facing,
      cameraId: this.#cameraId,
      microphoneId: this.#microphoneId
    };
  }
}

/** Camera and microphone, known to be recordable. What nobody waits for any more is switched off again. */
async function openWanted(wish: CameraWish, signal: AbortSignal): Promise<MediaStream> {
  signal.throwIfAborted();
  const stream = await openCamera(wish);
  try {
    signal.throwIfAborted();
    await recordType();
    signal.throwIfAborted();
    return stream;
  } catch (thrown) {
    closeCamera(stream);
    throw thrown;
  }
}

function isWhole(stream: MediaStream): boolean {
  return stream.getTracks().every((track) => track.readyState === 'live');
}

export const camera = new Camera();
