/** A foreign file, opened as far as to know what is in it and what it will become. Imports mediabunny's reading side. */
import {
  ALL_FORMATS,
  canEncodeAudio,
  Input,
  type AudioCodec,
  type InputAudioTrack,
  type InputVideoTrack,
  type VideoCodec
} from 'mediabunny';
import { SvjError } from '#shared/errors.ts';
import type { GivenFile } from '#web/workers/contracts.ts';
import { readShape, type FileShape } from './file-shape.ts';
import { foreignFile, type ForeignFile } from './foreign-file.ts';
import type { Presentation, Shown } from './presentation.ts';
import { recordingDate } from './recording-date.ts';

export interface OpenedVideo {
  readonly input: Input;
  readonly video: InputVideoTrack;
  readonly videoCodec: VideoCodec;
  readonly audio: InputAudioTrack | null;
  /** Codec of the sound in the result; null without sound. */
  readonly audioCodec: AudioCodec | null;
  /** The sound has to be encoded anew: no browser plays it as it is. */
  readonly audioAnew: boolean;
  readonly container: 'webm' | 'mp4';
  /** With codecs, as a player is asked. */
  readonly mime: string;
  /** What the file says of its length, ms; null when it says nothing. */
  readonly announcedMs: number | null;
  readonly recordedAt: string | null;
  /** What the file shows of picture and sound together, on the clock of the tracks' timestamps. */
  readonly shown: Shown;
}

const WEBM_VIDEO: readonly VideoCodec[] = ['vp8', 'vp9', 'av1'];
const WEBM_AUDIO: readonly AudioCodec[] = ['opus', 'vorbis'];
const MP4_VIDEO: readonly VideoCodec[] = ['avc', 'hevc', 'vp9', 'av1'];
const MP4_AUDIO: readonly AudioCodec[] = ['aac', 'opus', 'mp3', 'flac'];

/**
 * @throws `media/empty`, `media/truncated`, `media/foreign` (no video we can read), `media/undecodable` (this browser
 *   has no decoder for it)
 */
export async function openVideo(given: GivenFile): Promise<OpenedVideo> {
  const file = await foreignFile(given);
  const { headerTime, presentation } = await shapeOf(file);
  const input = new Input({ source: file.source(), formats: ALL_FORMATS });
  try {
    if (!(await input.canRead())) throw new SvjError('media/foreign');
    const video = await input.getPrimaryVideoTrack();
    if (video === null) throw new SvjError('media/foreign', 'no video');
    const videoCodec = await video.getCodec();
    if (videoCodec === null || !(await isDecodable(video))) throw new SvjError('media/undecodable');

    const audio = await input.getPrimaryAudioTrack();
    const sound = audio === null ? null : await audio.getCodec();
    if (audio !== null && sound === null) throw new SvjError('media/undecodable', 'audio');
    const { container, audioCodec, audioAnew } = await target(videoCodec, sound);
    if (audio !== null && !(await isSoundUsable(audio, audioAnew))) throw new SvjError('media/undecodable', 'audio');

    const seconds = await input.getDurationFromMetadata();
    return {
      input,
      video,
      videoCodec,
      audio,
      audioCodec,
      audioAnew,
      container,
      mime: await mimeOf(container, video, audioAnew ? null : audio, audioAnew ? 'opus' : null),
      announcedMs: seconds === null || !Number.isFinite(seconds) ? null : Math.round(seconds * 1000),
      recordedAt: recordingDate(await input.getMetadataTags()) ?? headerTime,
      shown: shownOf(presentation, audio === null ? [video.id] : [video.id, audio.id])
    };
  } catch (thrown) {
    input.dispose();
    throw mediaError(thrown);
  }
}

async function shapeOf(file: ForeignFile): Promise<FileShape> {
  try {
    return await readShape(file);
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

/** As long as one of them is shown, the file goes on. */
function shownOf(presentation: Presentation, tracks: readonly number[]): Shown {
  const all = tracks.map((id) => presentation.get(id) ?? { from: 0, to: Number.POSITIVE_INFINITY });
  return { from: Math.min(...all.map(({ from }) => from)), to: Math.max(...all.map(({ to }) => to)) };
}

/** What a reading library throws, as members of the table: a file that fails while being read is a broken file. */
export function mediaError(thrown: unknown): unknown {
  if (thrown instanceof SvjError) return thrown;
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '';
  if (name === 'AbortError' || name === 'QuotaExceededError') return thrown;
  // What the picked file does when it was cut, changed or taken away meanwhile.
  if (name === 'NotReadableError' || name === 'NotFoundError') return new SvjError('media/truncated', name, thrown);
  return new SvjError('media/foreign', name, thrown);
}

async function target(
  video: VideoCodec,
  audio: AudioCodec | null
): Promise<Pick<OpenedVideo, 'container' | 'audioCodec' | 'audioAnew'>> {
  const fits = (codecs: readonly AudioCodec[]) => audio === null || codecs.includes(audio);
  if (WEBM_VIDEO.includes(video) && fits(WEBM_AUDIO)) return { container: 'webm', audioCodec: audio, audioAnew: false };
  if (MP4_VIDEO.includes(video) && fits(MP4_AUDIO)) return { container: 'mp4', audioCodec: audio, audioAnew: false };
  const container = WEBM_VIDEO.includes(video) ? 'webm' : 'mp4';
  const holdsVideo = container === 'webm' || MP4_VIDEO.includes(video);
  if (!holdsVideo || !(await canEncodeOpus())) throw new SvjError('media/undecodable');
  return { container, audioCodec: 'opus', audioAnew: true };
}

async function canEncodeOpus(): Promise<boolean> {
  return typeof AudioEncoder !== 'undefined' && (await canEncodeAudio('opus'));
}

/** Asks the real decoder. Where there are no WebCodecs the page asks its player instead, by the mime type. */
async function isDecodable(video: InputVideoTrack): Promise<boolean> {
  return typeof VideoDecoder === 'undefined' || (await video.canDecode());
}

/** As {@link isDecodable}; what is made anew is decoded here, and no player is asked. Safari has the decoders apart. */
async function isSoundUsable(audio: InputAudioTrack, anew: boolean): Promise<boolean> {
  return (!anew && typeof AudioDecoder === 'undefined') || (await audio.canDecode());
}

async function mimeOf(
  container: 'webm' | 'mp4',
  video: InputVideoTrack,
  audio: InputAudioTrack | null,
  encoded: string | null
): Promise<string> {
  const codecs = [
    await video.getCodecParameterString(),
    audio === null ? encoded : await audio.getCodecParameterString()
  ];
  return `video/${container};codecs=${codecs.filter((codec) => codec !== null).join(',')}`;
}
