/**
 * Reads what a player gets, head and body in one piece, strictly and apart from the code under test: every table must
 * point where it says. For tests only; throws an Error that names what is wrong.
 */
import { type ContainerHead } from '../container-head.ts';

export function virtualFile(head: ContainerHead, recording: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = recording.subarray(head.bodyFrom, head.bodyTo);
  const file = new Uint8Array(head.bytes.length + body.length);
  file.set(head.bytes);
  file.set(body, head.bytes.length);
  return file;
}

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

interface Piece {
  readonly id: string;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

function number(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 256 + (bytes[i] ?? 0);
  return value;
}

function element(bytes: Uint8Array, at: number): Piece {
  const idLength = Math.clz32(bytes[at] ?? 0) - 23;
  const sizeAt = at + idLength;
  const sizeLength = Math.clz32(bytes[sizeAt] ?? 0) - 23;
  const from = sizeAt + sizeLength;
  const size = number(bytes, sizeAt, from) - 2 ** (7 * sizeLength);
  const unknown = size === 2 ** (7 * sizeLength) - 1;
  const id = number(bytes, at, sizeAt).toString(16);
  return { id, at, from, to: unknown ? bytes.length : from + size };
}

function elementsOf(bytes: Uint8Array, from: number, to: number): Piece[] {
  const found: Piece[] = [];
  for (let at = from; at < to; at = found.at(-1)?.to ?? to) found.push(element(bytes, at));
  must(to === (found.at(-1)?.to ?? from), 'element beyond its parent');
  return found;
}

/** Whether the first block of a track in the cluster at `at` is a key frame. */
function clusterStartsWithKey(bytes: Uint8Array, at: number, track: number): boolean {
  const cluster = element(bytes, at);
  must(cluster.id === '1f43b675', `no cluster at ${at}`);
  for (let next = cluster.from; next < bytes.length; next = element(bytes, next).to) {
    const piece = element(bytes, next);
    if (piece.id === 'a3' && bytes[piece.from] === (0x80 | track)) return ((bytes[piece.from + 3] ?? 0) & 0x80) !== 0;
    if (piece.id !== 'a0') continue;
    const group = elementsOf(bytes, piece.from, piece.to);
    const block = group.find(({ id }) => id === 'a1');
    if (block !== undefined && bytes[block.from] === (0x80 | track)) return group.every(({ id }) => id !== 'fb');
  }
  throw new Error('no block');
}

export interface WebmFacts {
  readonly durationMs: number;
  /** Cue times in ms. */
  readonly cues: number[];
}

/** @param headLength where the clusters begin */
export function checkWebm(file: Uint8Array, headLength: number, video: boolean): WebmFacts {
  const ebml = element(file, 0);
  must(ebml.id === '1a45dfa3', 'no EBML header');
  const segment = element(file, ebml.to);
  must(segment.id === '18538067' && segment.to === file.length, 'no Segment of unknown size');
  const [seekHead, info, tracks, cues, ...more] = elementsOf(file, segment.from, headLength);
  must(seekHead?.id === '114d9b74' && info?.id === '1549a966' && tracks?.id === '1654ae6b', 'order of the head');
  must(more.length === 0 && (cues === undefined || cues.id === '1c53bb6b'), 'end of the head');
  for (const seek of elementsOf(file, seekHead.from, seekHead.to)) {
    const [id, position] = elementsOf(file, seek.from, seek.to);
    must(id !== undefined && position !== undefined, 'Seek');
    const target = element(file, segment.from + number(file, position.from, position.to));
    must(target.id === number(file, id.from, id.to).toString(16), 'SeekHead points elsewhere');
  }
  const duration = elementsOf(file, info.from, info.to).find(({ id }) => id === '4489');
  must(duration !== undefined, 'no Duration');
  const durationMs = new DataView(file.buffer, file.byteOffset + duration.from, 8).getFloat64(0);
  const times = (cues === undefined ? [] : elementsOf(file, cues.from, cues.to)).map((cue) => {
    const [time, positions] = elementsOf(file, cue.from, cue.to);
    must(time?.id === 'b3' && positions?.id === 'b7', 'CuePoint');
    const [track, cluster] = elementsOf(file, positions.from, positions.to);
    must(track?.id === 'f7' && cluster?.id === 'f1', 'CueTrackPositions');
    const at = segment.from + number(file, cluster.from, cluster.to);
    must(at >= headLength, 'cue into the head');
    const key = clusterStartsWithKey(file, at, number(file, track.from, track.to));
    must(key || !video, 'cue without a key frame');
    return number(file, time.from, time.to);
  });
  return { durationMs, cues: times };
}

function boxesOf(bytes: Uint8Array, from: number, to: number): Piece[] {
  const found: Piece[] = [];
  for (let at = from; at < to; at = found.at(-1)?.to ?? to) {
    const long = number(bytes, at, at + 4) === 1;
    const size = long ? number(bytes, at + 8, at + 16) : number(bytes, at, at + 4);
    must(size >= 8, 'box size');
    const id = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    found.push({ id, at, from: at + (long ? 16 : 8), to: at + size });
  }
  must(to === (found.at(-1)?.to ?? from), 'box beyond its parent');
  return found;
}

function inside(bytes: Uint8Array, box: Piece, ...path: string[]): Piece | undefined {
  let at: Piece | undefined = box;
  for (const id of path) at = at && boxesOf(bytes, at.from, at.to).find((child) => child.id === id);
  return at;
}

export interface Mp4TrackFacts {
  readonly timescale: number;
  readonly samples: { offset: number; size: number; duration: number; compositionOffset: number; sync: boolean }[];
  /** Edits as [duration in µs, media time]. */
  readonly edits: [number, number][];
}

/** The tracks of a plain MP4 whose tables are whole and agree with each other. Offsets are of `file`. */
export function checkMp4(file: Uint8Array): Mp4TrackFacts[] {
  const [ftyp, moov, mdat, ...more] = boxesOf(file, 0, file.length);
  must(ftyp?.id === 'ftyp' && moov?.id === 'moov' && mdat?.id === 'mdat' && more.length === 0, 'order of boxes');
  return boxesOf(file, moov.from, moov.to)
    .filter(({ id }) => id === 'trak')
    .map((trak) => {
      const stbl = inside(file, trak, 'mdia', 'minf', 'stbl');
      const mdhd = inside(file, trak, 'mdia', 'mdhd');
      must(stbl !== undefined && mdhd !== undefined, 'no stbl');
      const table = (id: string, width: number, skip = 4): number[][] => {
        const box = inside(file, stbl, id);
        if (box === undefined) return [];
        const count = number(file, box.from + skip, box.from + skip + 4);
        must(box.from + skip + 4 + count * width * 4 === box.to, `${id} length`);
        return Array.from({ length: count }, (_, i) =>
          Array.from({ length: width }, (_, j) => {
            const at = box.from + skip + 4 + 4 * (i * width + j);
            return number(file, at, at + 4);
          })
        );
      };
      const sizes = table('stsz', 1, 8).map(([size = 0]) => size);
      const unfold = (runs: number[][]) =>
        runs.flatMap(([count = 0, value = 0]) => Array<number>(count).fill(value | 0));
      const durations = unfold(table('stts', 2));
      const shifts = unfold(table('ctts', 2));
      const sync = new Set(table('stss', 1).map(([sample]) => sample));
      const chunks = table('co64', 2).map(([high = 0, low = 0]) => high * 2 ** 32 + low);
      const runs = table('stsc', 3);
      must(durations.length === sizes.length, 'stts and stsz disagree');
      must(shifts.length === 0 || shifts.length === sizes.length, 'ctts and stsz disagree');
      const samples: Mp4TrackFacts['samples'] = [];
      chunks.forEach((offset, chunk) => {
        const count = runs.findLast(([first = 0]) => first <= chunk + 1)?.[1] ?? 0;
        for (let i = 0; i < count; i++) {
          const n = samples.length;
          const size = sizes[n] ?? 0;
          must(offset >= mdat.from && offset + size <= mdat.to, 'sample outside mdat');
          const isSync = sync.size === 0 || sync.has(n + 1);
          const [duration, compositionOffset] = [durations[n] ?? 0, shifts[n] ?? 0];
          samples.push({ offset, size, duration, compositionOffset, sync: isSync });
          offset += size;
        }
      });
      must(samples.length === sizes.length, 'stsc and stsz disagree');
      const elst = inside(file, trak, 'edts', 'elst');
      const count = elst === undefined ? 0 : number(file, elst.from + 4, elst.from + 8);
      const view = new DataView(file.buffer, file.byteOffset);
      const edits = Array.from({ length: count }, (_, i): [number, number] => {
        const at = (elst?.from ?? 0) + 8 + 20 * i;
        return [Number(view.getBigUint64(at)), Number(view.getBigInt64(at + 8))];
      });
      return { timescale: number(file, mdhd.from + 20, mdhd.from + 24), samples, edits };
    });
}
