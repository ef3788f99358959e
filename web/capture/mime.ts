/**
 * In which type to record: the best one that this browser can record *and* replay, tried on a short recording of a
 * drawn canvas, since `isTypeSupported` and `canPlayType` promise more than browsers keep. Remembered per session.
 */
import { SvjError } from '#shared/errors.ts';

export interface RecordType {
  readonly mime: string;
  /** Milliseconds between key frames, the places a player can seek to. */
  readonly keyFrameMs: number;
}

/**
 * In order of preference. VP9 before VP8, which drops frames under load. MP4 is what Safari has: there the fragments
 * are cut at key frames and the timeslice is not honoured, so a key frame a second keeps slices at one second.
 */
export const RECORD_TYPES: readonly RecordType[] = [
  { mime: 'video/webm;codecs=vp9,opus', keyFrameMs: 2000 },
  { mime: 'video/webm;codecs=vp8,opus', keyFrameMs: 2000 },
  { mime: 'video/mp4;codecs=avc1.640028,mp4a.40.2', keyFrameMs: 1000 },
  { mime: 'video/mp4;codecs=avc1.42E01F,mp4a.40.2', keyFrameMs: 1000 },
  { mime: 'video/mp4;codecs=avc1.640028,opus', keyFrameMs: 1000 },
  { mime: 'video/mp4', keyFrameMs: 1000 },
  { mime: 'video/webm', keyFrameMs: 2000 }
];

const PROBE_MS = 400;
const STOP_TIMEOUT_MS = 4000;
const REPLAY_TIMEOUT_MS = 4000;
/** The drawn canvas makes no sound, and Firefox waits for ever for the sound that a type promises. */
const SOUND_CODEC = /,(?:opus|mp4a[\w.]*)$/;

export interface Prober {
  isTypeSupported(mime: string): boolean;
  replays(type: RecordType): Promise<boolean>;
}

/**
 * The first type that is both recorded and replayed.
 *
 * @throws `camera/unsupported` when there is none
 */
export async function chooseType(prober: Prober, types: readonly RecordType[] = RECORD_TYPES): Promise<RecordType> {
  for (const type of types) {
    if (prober.isTypeSupported(type.mime) && (await prober.replays(type))) return type;
  }
  throw new SvjError('camera/unsupported', 'no type');
}

let remembered: Promise<RecordType> | null = null;

/** {@link chooseType} in this browser, tried once per session. @throws `camera/unsupported` */
export function recordType(): Promise<RecordType> {
  remembered ??= chooseType({
    isTypeSupported: (mime) => MediaRecorder.isTypeSupported(mime),
    replays
  }).catch((thrown: unknown) => {
    remembered = null;
    throw thrown;
  });
  return remembered;
}

/** Options for a recorder of this type; the key frame interval is newer than the types know. */
export function recorderOptions(
  type: RecordType,
  bits: { readonly videoBitsPerSecond: number; readonly audioBitsPerSecond: number }
): MediaRecorderOptions {
  const options: MediaRecorderOptions & { videoKeyFrameIntervalDuration: number } = {
    mimeType: type.mime,
    videoBitsPerSecond: bits.videoBitsPerSecond,
    audioBitsPerSecond: bits.audioBitsPerSecond,
    videoKeyFrameIntervalDuration: type.keyFrameMs
  };
  return options;
}

async function replays(type: RecordType): Promise<boolean> {
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = 120;
  const context = canvas.getContext('2d');
  if (context === null) return false;
  const stream = canvas.captureStream(30);
  let shade = 0;
  const drawing = setInterval(() => {
    shade = (shade + 16) % 256;
    context.fillStyle = `rgb(${shade} 96 128)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 30);
  try {
    const blob = await recordFor(stream, type);
    return blob.size > 0 && (await loads(blob));
  } catch {
    return false;
  } finally {
    clearInterval(drawing);
    for (const track of stream.getTracks()) track.stop();
  }
}

function recordFor(stream: MediaStream, type: RecordType): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const silent = { ...type, mime: type.mime.replace(SOUND_CODEC, '') };
    const recorder = new MediaRecorder(
      stream,
      recorderOptions(silent, { videoBitsPerSecond: 200_000, audioBitsPerSecond: 64_000 })
    );
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onerror = () => reject(new SvjError('recorder/nothing'));
    recorder.onstop = () => resolve(new Blob(parts, { type: type.mime.split(';', 1)[0] ?? '' }));
    recorder.start();
    setTimeout(() => {
      if (recorder.state !== 'inactive') recorder.stop();
    }, PROBE_MS);
    setTimeout(() => reject(new SvjError('recorder/nothing')), PROBE_MS + STOP_TIMEOUT_MS);
  });
}

function loads(blob: Blob): Promise<boolean> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(blob);
  return new Promise<boolean>((resolve) => {
    video.muted = true;
    video.onloadeddata = () => resolve(video.videoWidth > 0);
    video.onerror = () => resolve(false);
    setTimeout(() => resolve(false), REPLAY_TIMEOUT_MS);
    video.preload = 'auto';
    video.src = url;
  }).finally(() => {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  });
}
