/**
 * Rewrites the container of a video around its untouched packets, and takes over nothing else: no tags, names,
 * languages, dates, chapters, timed metadata tracks. Packets pass one at a time, in the order of their times, so that
 * memory does not grow with the file.
 */
import {
  AppendOnlyStreamTarget,
  AudioSampleSink,
  AudioSampleSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  Quality,
  WebMOutputFormat,
  type InputVideoTrack,
  type VideoCodec
} from 'mediabunny';
import { SvjError } from '#shared/errors.ts';
import type { GivenFile, ImportedMedia, ShownPart } from '#web/workers/contracts.ts';
import { mp4HeadLength, neutraliseTimes } from './neutral-head.ts';
import { mediaError, openVideo, type OpenedVideo } from './opened-video.ts';
import { SliceOutlet } from './slice-outlet.ts';
import { configWithoutUserData, nalLengthSize, viewOf, withoutUserData } from './user-data.ts';

export interface StripOptions {
  readonly signal: AbortSignal;
  progress(fraction: { done: number; total: number }): void;
}

/** One piece of a track: its time, and the step that writes it. */
interface Piece {
  /** Seconds from the beginning of the result. */
  readonly at: number;
  readonly end: number;
  write(): Promise<void>;
}

type Pieces = AsyncGenerator<Piece, void, unknown>;

/** A file may announce a little more than it holds (sound that was padded, a frame that was never written). */
const TOLERATED_MS = 2000;
const TOLERATED_SHARE = 0.05;
const PROGRESS_EVERY_MS = 200;
/** What encoders hide of their own delay is less: neither worth a trim, nor anything that a person cut away. */
const HIDDEN_MS = 100;

/** @throws as {@link openVideo}; whatever the receiving side answers; `call/aborted` */
export async function strip(file: GivenFile, to: MessagePort, options: StripOptions): Promise<ImportedMedia> {
  const opened = await openVideo(file);
  try {
    const shift = await firstTimestamp(opened);
    const durationMs = await remux(opened, shift, to, options);
    checkLength(opened.announcedMs, durationMs);
    const { mime, recordedAt } = opened;
    return { mime, durationMs, recordedAt, shown: shownPart(opened, shift, durationMs) };
  } catch (thrown) {
    throw mediaError(thrown);
  } finally {
    opened.input.dispose();
  }
}

/** Seconds. Taken off all tracks alike, so that they stay in step and the result begins at 0. */
async function firstTimestamp({ video, audio }: OpenedVideo): Promise<number> {
  const tracks = [video, ...(audio === null ? [] : [audio])];
  return Math.min(...(await Promise.all(tracks.map((track) => track.getFirstTimestamp()))));
}

/** @returns ms from the beginning of the result to its end */
async function remux(opened: OpenedVideo, shift: number, to: MessagePort, options: StripOptions): Promise<number> {
  const outlet = new SliceOutlet(to, options.signal, opened.container === 'mp4' ? rewriteHead : null);
  const output = new Output({
    format:
      opened.container === 'mp4'
        ? new Mp4OutputFormat({ fastStart: 'fragmented' })
        : new WebMOutputFormat({ appendOnly: true }),
    target: new AppendOnlyStreamTarget(outlet.writable())
  });
  const tracks = [await videoPieces(opened, output, shift)];
  if (opened.audio !== null) tracks.push(audioPieces(opened, output, shift));
  await output.start();

  let reachedMs = 0;
  let reportedAt = 0;
  const totalMs = opened.announcedMs ?? 0;
  try {
    for await (const piece of inOrder(tracks)) {
      if (options.signal.aborted) throw new SvjError('call/aborted');
      await piece.write();
      reachedMs = Math.max(reachedMs, Math.round(piece.end * 1000));
      if (Date.now() - reportedAt >= PROGRESS_EVERY_MS) {
        reportedAt = Date.now();
        options.progress({ done: reachedMs, total: Math.max(totalMs, reachedMs) });
      }
    }
    await output.finalize();
  } catch (thrown) {
    await output.cancel().catch(() => undefined);
    throw thrown;
  }
  return reachedMs;
}

function rewriteHead(bytes: Uint8Array): number | null {
  const length = mp4HeadLength(bytes);
  if (length !== null) neutraliseTimes(bytes, 0, length);
  return length;
}

async function videoPieces({ video, videoCodec }: OpenedVideo, output: Output, shift: number): Promise<Pieces> {
  const source = new EncodedVideoPacketSource(videoCodec);
  output.addVideoTrack(source, { rotation: await video.getRotation(), flip: await video.getFlip() });
  const decoderConfig = await configOf(video, videoCodec);
  const nal = videoCodec === 'avc' || videoCodec === 'hevc' ? videoCodec : null;
  const lengthSize = nal === null ? null : nalLengthSize(nal, decoderConfig?.description);
  const meta = decoderConfig === null ? {} : { decoderConfig };

  return (async function* () {
    let isEmpty = true;
    for await (const packet of new EncodedPacketSink(video).packets()) {
      const at = packet.timestamp - shift;
      const data = nal === null ? packet.data : withoutUserData(packet.data, nal, lengthSize);
      // Nothing but user data was in it: no picture.
      if (nal !== null && data.length === 0) continue;
      isEmpty = false;
      yield {
        at,
        end: at + packet.duration,
        write: () => source.add(packet.clone({ timestamp: at, data }), meta)
      };
    }
    if (isEmpty) throw new SvjError('media/foreign', 'no frames');
    source.close();
  })();
}

/** What the decoder is told before the first packet, without what the encoder told of itself. */
async function configOf(video: InputVideoTrack, codec: VideoCodec): Promise<VideoDecoderConfig | null> {
  const config = await video.getDecoderConfig();
  if (config?.description === undefined || (codec !== 'avc' && codec !== 'hevc')) return config;
  return { ...config, description: configWithoutUserData(viewOf(config.description), codec) };
}

function audioPieces({ audio, audioCodec, audioAnew }: OpenedVideo, output: Output, shift: number): Pieces {
  if (audio === null || audioCodec === null) throw new SvjError('internal', 'no audio');
  if (audioAnew) {
    const source = new AudioSampleSource({ codec: audioCodec, quality: new Quality('high') });
    output.addAudioTrack(source);
    return (async function* () {
      for await (const sample of new AudioSampleSink(audio).samples()) {
        const at = Math.max(0, sample.timestamp - shift);
        sample.setTimestamp(at);
        yield {
          at,
          end: at + sample.duration,
          write: async () => {
            await source.add(sample);
            sample.close();
          }
        };
      }
      source.close();
    })();
  }
  const source = new EncodedAudioPacketSource(audioCodec);
  output.addAudioTrack(source);
  return (async function* () {
    const decoderConfig = await audio.getDecoderConfig();
    const meta = decoderConfig === null ? {} : { decoderConfig };
    for await (const packet of new EncodedPacketSink(audio).packets()) {
      const at = packet.timestamp - shift;
      yield { at, end: at + packet.duration, write: () => source.add(packet.clone({ timestamp: at }), meta) };
    }
    source.close();
  })();
}

/** Merges tracks by time, reading one piece ahead of each. */
async function* inOrder(tracks: readonly Pieces[]): Pieces {
  const next = await Promise.all(tracks.map((track) => track.next()));
  for (;;) {
    let first = -1;
    let firstAt = Number.POSITIVE_INFINITY;
    next.forEach((result, i) => {
      if (result.done !== true && result.value.at < firstAt) [first, firstAt] = [i, result.value.at];
    });
    const [track, result] = [tracks[first], next[first]];
    if (track === undefined || result === undefined || result.done === true) return;
    yield result.value;
    next[first] = await track.next();
  }
}

/** What an edit list hid stays in the result, since the decoder needs it to begin; null when there is no such part. */
function shownPart({ shown }: OpenedVideo, shift: number, durationMs: number): ShownPart | null {
  const from = (shown.from - shift) * 1000;
  const to = (shown.to - shift) * 1000;
  const fromMs = from > HIDDEN_MS ? Math.round(from) : 0;
  const toMs = to < durationMs - HIDDEN_MS ? Math.round(to) : null;
  // A list that shows nothing at all is an error of whatever wrote it.
  const isEmpty = (toMs ?? durationMs) <= fromMs;
  return isEmpty || (fromMs === 0 && toMs === null) ? null : { fromMs, toMs };
}

/** @throws `media/foreign` without a picture, `media/truncated` when much less came than was announced */
function checkLength(announcedMs: number | null, durationMs: number): void {
  if (durationMs === 0) throw new SvjError('media/foreign', 'no frames');
  if (announcedMs === null) return;
  const missing = announcedMs - durationMs;
  if (missing > Math.max(TOLERATED_MS, announcedMs * TOLERATED_SHARE)) throw new SvjError('media/truncated');
}
