/** One coded picture or packet of sound (RFC 9559 section 10): a SimpleBlock, or the Block of a group. */
import { SvjError } from '#shared/errors.ts';
import { type SliceReader } from './slice-reader.ts';
import { type WebmTrack, opusPacketMs } from './webm-track.ts';

export interface WebmBlock {
  /** Undefined for a track that the file does not declare. */
  readonly track: WebmTrack | undefined;
  /** In ticks of the timestamp scale. */
  readonly time: number;
  readonly key: boolean;
  /** 0 where unknown. */
  readonly lastsMs: number;
}

/** What a block is judged by: track number (1 to 8 bytes), time, flags, two bytes of an Opus packet. */
const START = 8 + 2 + 1 + 2;
const KEY = 0x80;
const LACING = 0x06;

/**
 * Reads the start of a block that ends at `end`, and passes over its payload: what is returned is there whole.
 *
 * @throws `media/foreign` when it is too short to be one
 */
export function* readBlock(
  reader: SliceReader,
  end: number,
  clusterTime: number,
  tracks: ReadonlyMap<number, WebmTrack>
): Generator<undefined, WebmBlock> {
  const there = Math.min(end - reader.position, START);
  if (there < 4) throw new SvjError('media/foreign', 'block too short');
  while (!reader.has(there)) yield;
  const numberLength = Math.clz32(reader.byte(0)) - 23;
  const payload = numberLength + 3;
  if (payload > there) throw new SvjError('media/foreign', 'block too short');
  let number = reader.byte(0) & (0xff >> numberLength);
  for (let i = 1; i < numberLength; i++) number = number * 256 + reader.byte(i);
  const time = ((reader.byte(numberLength) << 24) >> 16) | reader.byte(numberLength + 1);
  const flags = reader.byte(numberLength + 2);
  const track = tracks.get(number);
  const opus = track?.opus === true && (flags & LACING) === 0 && payload + 2 <= there;
  const lastsMs = opus ? opusPacketMs(reader.byte(payload), reader.byte(payload + 1)) : 0;
  while (!reader.skipTo(end)) yield;
  return { track, time: Math.max(0, clusterTime + time), key: (flags & KEY) !== 0, lastsMs };
}
