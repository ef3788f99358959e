/**
 * The camera and the microphone: asked for only when the person is about to record, kept while the
 * record screen is open, given back when it closes.
 */
import { SvjError } from '#shared/errors.ts';

export const QUALITIES = ['480p', '720p', '1080p'] as const;
export type Quality = (typeof QUALITIES)[number];

export interface QualityPreset {
  readonly width: number;
  readonly height: number;
  /** Bits per second the recorder is asked for. */
  readonly videoBitsPerSecond: number;
  readonly audioBitsPerSecond: number;
}

export const PRESETS: Readonly<Record<Quality, QualityPreset>> = {
  '480p': { width: 854, height: 480, videoBitsPerSecond: 1_000_000, audioBitsPerSecond: 96_000 },
  '720p': { width: 1280, height: 720, videoBitsPerSecond: 2_500_000, audioBitsPerSecond: 96_000 },
  '1080p': { width: 1920, height: 1080, videoBitsPerSecond: 5_000_000, audioBitsPerSecond: 128_000 }
};

/** What one minute takes at most, in MB (10^6 bytes), rounded. */
export function megabytesPerMinute(quality: Quality): number {
  const { videoBitsPerSecond, audioBitsPerSecond } = PRESETS[quality];
  return Math.round(((videoBitsPerSecond + audioBitsPerSecond) * 60) / 8 / 1_000_000);
}

export type Facing = 'user' | 'environment';

export interface CameraWish {
  readonly quality: Quality;
  readonly facing: Facing;
  /** Device ids win over `facing`; null leaves the choice to the browser. */
  readonly cameraId: string | null;
  readonly microphoneId: string | null;
}

export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface Devices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
}

/** Echo cancellation off would be truer to a voice, but phones then record their own playback. */
export function constraintsFor(wish: CameraWish): MediaStreamConstraints {
  const { width, height } = PRESETS[wish.quality];
  return {
    video: {
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: 30 },
      ...(wish.cameraId === null ? { facingMode: { ideal: wish.facing } } : { deviceId: { exact: wish.cameraId } })
    },
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(wish.microphoneId === null ? {} : { deviceId: { exact: wish.microphoneId } })
    }
  };
}

/**
 * Asks for camera and microphone. A device that was remembered and is gone is asked for once more without its id.
 *
 * @throws `camera/refused`, `camera/absent`, `camera/busy`, `camera/unsupported`
 */
export async function openCamera(wish: CameraWish): Promise<MediaStream> {
  // `mediaDevices` is missing outside secure contexts, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined || typeof MediaRecorder === 'undefined') throw new SvjError('camera/unsupported');
  try {
    return await devices.getUserMedia(constraintsFor(wish));
  } catch (thrown) {
    const remembered = wish.cameraId !== null || wish.microphoneId !== null;
    if (remembered && nameOf(thrown) === 'OverconstrainedError') {
      return openCamera({ ...wish, cameraId: null, microphoneId: null });
    }
    throw cameraError(thrown);
  }
}

/** Maps what getUserMedia throws onto the table of errors. */
export function cameraError(thrown: unknown): SvjError {
  switch (nameOf(thrown)) {
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      return new SvjError('camera/refused', undefined, thrown);
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return new SvjError('camera/absent', undefined, thrown);
    // AbortError: "some problem occurred which prevented the device from being used", not a cancelled call.
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return new SvjError('camera/busy', undefined, thrown);
    default:
      return new SvjError('camera/unsupported', nameOf(thrown), thrown);
  }
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '';
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Labels are empty until permission was given, so ask after {@link openCamera}. */
export async function listDevices(): Promise<Devices> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind): Device[] =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map((device) => ({ id: device.deviceId, label: device.label }));
  return { cameras: of('videoinput'), microphones: of('audioinput') };
}

/** The wish that asks for the other camera: the next by list when several are known, else the other side. */
export function otherCamera(wish: CameraWish, current: string | undefined, cameras: readonly Device[]): CameraWish {
  const at = cameras.findIndex((camera) => camera.id === current);
  const next = cameras[(at + 1) % cameras.length];
  if (cameras.length > 1 && at >= 0 && next !== undefined) return { ...wish, cameraId: next.id };
  return { ...wish, cameraId: null, facing: wish.facing === 'user' ? 'environment' : 'user' };
}
