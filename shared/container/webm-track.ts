/** One track of a WebM or Matroska file (RFC 9559 section 5.1.4), and how far its blocks reach. */
import { SvjError } from '#shared/errors.ts';
import { type Element, Id, elements, uint } from './ebml.ts';

/**
 * How long the last picture or sound lasts is nowhere written. It is taken to last as long as the one before; where
 * that was longer than this, the camera stalled and it says nothing (ms).
 */
const LONGEST_GUESS = 100;
/** Before there is a second block to measure by (ms). */
const FIRST_GUESS = 33;

export type TrackKind = 'video' | 'audio' | 'other';

export class WebmTrack {
  readonly number: number;
  readonly kind: TrackKind;
  readonly opus: boolean;
  /** Shown size in pixels. */
  readonly width: number;
  readonly height: number;
  /** Blocks seen whole. */
  blocks = 0;
  /** End of the last block, ms. */
  endMs = 0;
  readonly #defaultMs: number;
  #lastMs = 0;
  #guessMs: number;

  /** @throws `media/foreign` when the entry is not well formed */
  constructor(entry: Uint8Array) {
    let [number, type, codec, defaultNs] = [0, 0, '', 0];
    let video = { width: 0, height: 0 };
    for (const { id, data } of elements(entry)) {
      if (id === Id.TrackNumber) number = uint(data);
      else if (id === Id.TrackType) type = uint(data);
      else if (id === Id.CodecId) codec = String.fromCharCode(...data.subarray(0, 32));
      else if (id === Id.DefaultDuration) defaultNs = uint(data);
      else if (id === Id.Video) video = shownSize(elements(data));
    }
    if (number < 1 || !Number.isSafeInteger(number)) throw new SvjError('media/foreign', 'track number');
    this.number = number;
    this.kind = type === 1 ? 'video' : type === 2 ? 'audio' : 'other';
    this.opus = codec === 'A_OPUS';
    this.width = video.width;
    this.height = video.height;
    this.#defaultMs = Math.min(defaultNs / 1e6, LONGEST_GUESS);
    this.#guessMs = this.#defaultMs || FIRST_GUESS;
  }

  /** A whole block at `ms`, lasting `lastsMs` where that is known (else 0). */
  add(ms: number, lastsMs: number): void {
    const sinceMs = ms - this.#lastMs;
    if (this.blocks++ > 0 && sinceMs > 0 && sinceMs <= LONGEST_GUESS && this.#defaultMs === 0) this.#guessMs = sinceMs;
    this.#lastMs = Math.max(this.#lastMs, ms);
    this.endMs = Math.max(this.endMs, ms + (lastsMs || this.#guessMs));
  }
}

/** Pixels, unless a shown size in pixels is given (RFC 9559 section 5.1.4.1.28). */
function shownSize(video: Iterable<Element>): { width: number; height: number } {
  let [pixelWidth, pixelHeight, shownWidth, shownHeight, unit] = [0, 0, 0, 0, 0];
  for (const { id, data } of video) {
    if (id === Id.PixelWidth) pixelWidth = uint(data);
    else if (id === Id.PixelHeight) pixelHeight = uint(data);
    else if (id === Id.DisplayWidth) shownWidth = uint(data);
    else if (id === Id.DisplayHeight) shownHeight = uint(data);
    else if (id === Id.DisplayUnit) unit = uint(data);
  }
  if (unit !== 0 || shownWidth === 0 || shownHeight === 0) return { width: pixelWidth, height: pixelHeight };
  return { width: shownWidth, height: shownHeight };
}

/** Length of an Opus packet in ms, from its first two bytes (RFC 6716 section 3.1). */
export function opusPacketMs(first: number, second: number): number {
  const mode = first >> 3;
  const frame = mode < 12 ? [10, 20, 40, 60] : mode < 16 ? [10, 20, 10, 20] : [2.5, 5, 10, 20];
  const frames = [1, 2, 2, second & 0x3f][first & 3] ?? 1;
  return Math.min((frame[mode & 3] ?? 0) * frames, 120);
}
