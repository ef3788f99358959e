/**
 * A track as the moov of a fragmented recording declares it (ISO/IEC 14496-12 sections 8.3 to 8.8), without samples.
 */
import { SvjError } from '#shared/errors.ts';
import { boxes, child, demand, fullBox } from './mp4-box.ts';

/** What a sample is where its fragment does not say: trex, section 8.8.3. */
export interface SampleDefaults {
  readonly description: number;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

export const NO_DEFAULTS: SampleDefaults = { description: 1, duration: 0, size: 0, flags: 0 };

export interface Mp4Track {
  readonly id: number;
  readonly kind: 'video' | 'audio';
  /** Ticks per second of its own time. */
  readonly timescale: number;
  /** ISO 639-2, packed as in mdhd. */
  readonly language: number;
  readonly flags: number;
  /** The end of tkhd, from behind the duration: layer, group, volume, matrix, width, height; 60 bytes. */
  readonly shape: Uint8Array;
  /** Shown size in pixels, after rotation. */
  readonly width: number;
  readonly height: number;
  /** vmhd or smhd, and stsd, as recorded. */
  readonly mediaHeader: Uint8Array;
  readonly stsd: Uint8Array;
  /** What the recorded edit list says: seconds of nothing first, then the media from this tick on. */
  readonly emptySeconds: number;
  readonly mediaTime: number;
  readonly defaults: SampleDefaults;
}

/** The longest recording, and the longest edit (115 days): beyond it times are made to hurt. */
export const MAX_SECONDS = 1e7;
/** Far more than any recorder writes. */
const MAX_TRACKS = 16;
const SHAPE_LENGTH = 60;

/**
 * The video and audio tracks of a moov.
 *
 * @throws `media/foreign` when it is not well formed, not of a fragmented file, or already has samples
 */
export function readTracks(moov: Uint8Array): Mp4Track[] {
  const defaults = new Map<number, SampleDefaults>();
  for (const { type, data } of boxes(demand(moov, 'mvex').data)) {
    if (type !== 'trex') continue;
    const { reader } = fullBox(data);
    const id = reader.u32();
    defaults.set(id, { description: reader.u32(), duration: reader.u32(), size: reader.u32(), flags: reader.u32() });
  }
  const movieTimescale = readTimescale(demand(moov, 'mvhd').data).timescale;
  const tracks: Mp4Track[] = [];
  for (const { type, data } of boxes(moov)) {
    const track = type === 'trak' ? readTrack(data, movieTimescale, defaults) : undefined;
    if (track === undefined) continue;
    if (tracks.length === MAX_TRACKS || tracks.some(({ id }) => id === track.id)) throw foreign('tracks');
    tracks.push(track);
  }
  if (tracks.length === 0) throw foreign('no track');
  return tracks;
}

function readTrack(
  trak: Uint8Array,
  movieTimescale: number,
  defaults: ReadonlyMap<number, SampleDefaults>
): Mp4Track | undefined {
  const mdia = demand(trak, 'mdia').data;
  const minf = demand(mdia, 'minf').data;
  const stbl = demand(minf, 'stbl').data;
  for (const { type, data } of boxes(stbl)) {
    // stsz, stz2: their own size field first. Import remuxes such files before they come here.
    const samples = type === 'stsz' || type === 'stz2' ? count(data, 8) : type === 'stts' ? count(data, 4) : 0;
    if (samples > 0) throw foreign('not fragmented');
  }
  const kind = handler(demand(mdia, 'hdlr').data);
  if (kind === undefined) return undefined;
  const time = readTimescale(demand(mdia, 'mdhd').data);
  const edits = readEdits(child(trak, 'edts')?.data, movieTimescale);
  if (!(edits.emptySeconds <= MAX_SECONDS && edits.mediaTime / time.timescale <= MAX_SECONDS)) throw foreign('edits');
  const { id, flags, shape } = readTrackHeader(demand(trak, 'tkhd').data);
  return {
    id,
    kind,
    flags,
    shape,
    ...time,
    ...(kind === 'video' ? shownSize(shape) : { width: 0, height: 0 }),
    mediaHeader: demand(minf, kind === 'video' ? 'vmhd' : 'smhd').whole,
    stsd: demand(stbl, 'stsd').whole,
    ...edits,
    defaults: defaults.get(id) ?? NO_DEFAULTS
  };
}

function count(data: Uint8Array, at: number): number {
  const { reader } = fullBox(data);
  reader.skip(at - 4);
  return reader.u32();
}

function handler(hdlr: Uint8Array): Mp4Track['kind'] | undefined {
  const { reader } = fullBox(hdlr);
  reader.skip(4);
  const type = reader.u32();
  return type === 0x76696465 ? 'video' : type === 0x736f756e ? 'audio' : undefined;
}

/** mvhd and mdhd begin alike (sections 8.2.2 and 8.4.2); in mdhd the language follows the duration. */
function readTimescale(data: Uint8Array): { timescale: number; language: number } {
  const { version, reader } = fullBox(data);
  reader.skip(version === 1 ? 16 : 8);
  const timescale = reader.u32();
  if (timescale === 0) throw foreign('timescale');
  reader.skip(version === 1 ? 8 : 4);
  return { timescale, language: reader.u16() };
}

function readTrackHeader(data: Uint8Array): { id: number; flags: number; shape: Uint8Array } {
  const { version, flags, reader } = fullBox(data);
  reader.skip(version === 1 ? 16 : 8);
  const id = reader.u32();
  reader.skip(version === 1 ? 12 : 8);
  if (id === 0 || reader.left < SHAPE_LENGTH) throw foreign('tkhd');
  const from = data.length - reader.left;
  return { id, flags, shape: data.subarray(from, from + SHAPE_LENGTH) };
}

/** Width and height are 16.16; the matrix {a b u c d v x y w} turns by a quarter where b outweighs a (section 6.2.2). */
function shownSize(shape: Uint8Array): { width: number; height: number } {
  const view = new DataView(shape.buffer, shape.byteOffset, shape.byteLength);
  const [a, b] = [view.getInt32(16), view.getInt32(20)];
  const [width, height] = [view.getUint32(52) / 65536, view.getUint32(56) / 65536];
  return Math.abs(b) > Math.abs(a) ? { width: height, height: width } : { width, height };
}

/** elst, section 8.6.6: empty edits, then the first that shows media. Its length is open in a fragmented file. */
function readEdits(edts: Uint8Array | undefined, movieTimescale: number): { emptySeconds: number; mediaTime: number } {
  const elst = edts === undefined ? undefined : child(edts, 'elst')?.data;
  if (elst === undefined) return { emptySeconds: 0, mediaTime: 0 };
  const { version, reader } = fullBox(elst);
  const entries = reader.u32();
  let empty = 0;
  for (let i = 0; i < entries; i++) {
    const duration = version === 1 ? reader.u64() : reader.u32();
    const mediaTime = version === 1 ? reader.i64() : reader.i32();
    reader.skip(4);
    if (mediaTime >= 0) return { emptySeconds: empty / movieTimescale, mediaTime };
    empty += duration;
  }
  return { emptySeconds: 0, mediaTime: 0 };
}

function foreign(detail: string): SvjError {
  return new SvjError('media/foreign', detail);
}
