/** Makes small fragmented MP4 files of every layout the index has to read. For tests only. */
import { type Bytes, concat, utf8 } from '#shared/bytes.ts';
import { ByteWriter } from '../byte-writer.ts';
import { writeBox, writeFullBox } from '../mp4-box.ts';

export function box(type: string, ...data: Uint8Array[]): Bytes {
  const to = new ByteWriter();
  writeBox(to, type, () => {
    for (const part of data) to.bytes(part);
  });
  return to.finish();
}

/** A full box of 32-bit words, the low 32 bits of each. */
export function full(type: string, flags: number, ...words: number[]): Bytes {
  return versioned(type, 0, flags, ...words);
}

export function versioned(type: string, version: number, flags: number, ...words: number[]): Bytes {
  const to = new ByteWriter();
  writeFullBox(to, type, version, flags, () => {
    for (const word of words) to.u32(word >>> 0);
  });
  return to.finish();
}

export interface TrackSpec {
  readonly id: number;
  readonly kind?: 'vide' | 'soun' | 'text';
  readonly timescale?: number;
  /** Words of edts/elst behind the count: duration, media time, rate. */
  readonly edits?: readonly number[];
  readonly matrix?: readonly number[];
  /** Duration, size and flags of trex. */
  readonly defaults?: readonly [number, number, number];
}

const UNITY = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

function trak({ id, kind = 'vide', timescale = 1000, edits, matrix = UNITY }: TrackSpec): Bytes {
  const handler = new DataView(utf8(kind).buffer).getUint32(0);
  const shape = [0, 0, 0, 0, ...matrix, 320 * 65536, 240 * 65536];
  return box(
    'trak',
    full('tkhd', 3, 0, 0, id, 0, 0, ...shape),
    ...(edits === undefined ? [] : [box('edts', full('elst', 0, edits.length / 3, ...edits))]),
    box(
      'mdia',
      full('mdhd', 0, 0, 0, timescale, 0, 0x55c4_0000),
      full('hdlr', 0, 0, handler, 0, 0, 0, 0),
      box(
        'minf',
        kind === 'vide' ? full('vmhd', 1, 0, 0) : full('smhd', 0, 0),
        box('stbl', full('stsd', 0, 0), full('stts', 0, 0), full('stsz', 0, 0, 0))
      )
    )
  );
}

/** ftyp and moov; the movie's timescale is 1000. */
export function initialization(...tracks: TrackSpec[]): Bytes {
  const trex = tracks.map(({ id, defaults = [0, 0, 0] }) => full('trex', 0, id, 1, ...defaults));
  return concat(
    box('ftyp', utf8('isom\0\0\0\0')),
    box('moov', full('mvhd', 0, 0, 0, 1000, 0, 0), ...tracks.map(trak), box('mvex', ...trex))
  );
}
