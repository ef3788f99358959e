/**
 * Which part of a film its file shows. Tools that cut without encoding anew leave the pictures in that the decoder needs
 * and hide them by an edit list (ISO/IEC 14496-12 section 8.6.6): what is hidden is to stay hidden after an import.
 */
import { boxesWithin, contentOf, viewOf, type FileBox } from './file-box.ts';
import type { ForeignFile } from './foreign-file.ts';

/** Seconds on the clock that the first edit sets: 0 is where the file begins to be shown. */
export interface Shown {
  readonly from: number;
  /** `Infinity` when everything to the end is shown. */
  readonly to: number;
}

/** By track id; tracks without an edit list are not in it. */
export type Presentation = ReadonlyMap<number, Shown>;

interface Edit {
  /** Seconds, of the movie. */
  readonly duration: number;
  /** Ticks of the track; -1 when nothing is shown meanwhile. */
  readonly mediaTime: number;
  readonly rate: number;
}

/** Boxes of one parent; more than any camera or tool writes. */
const MAX_BOXES = 64;
const MAX_EDITS = 1000;
const WHOLE = 0x1_0000;

/**
 * @param moov of the file
 * @throws `media/truncated` when the file cannot deliver what it announced
 */
export async function readPresentation(file: ForeignFile, moov: FileBox): Promise<Presentation> {
  const shown = new Map<number, Shown>();
  const inside = await children(file, moov);
  const header = inside.find(({ type }) => type === 'mvhd');
  const movieScale = header === undefined ? null : await readTimescale(file, header);
  if (movieScale === null) return shown;
  for (const trak of inside.filter(({ type }) => type === 'trak')) {
    const track = await readTrack(file, trak, movieScale);
    if (track !== null) shown.set(track.id, track.shown);
  }
  return shown;
}

/** Null for a track that shows everything, or of which it cannot be told. */
async function readTrack(
  file: ForeignFile,
  trak: FileBox,
  movieScale: number
): Promise<{ readonly id: number; readonly shown: Shown } | null> {
  const inside = await children(file, trak);
  const find = (type: string): FileBox | undefined => inside.find((box) => box.type === type);
  const [tkhd, edts, mdia] = [find('tkhd'), find('edts'), find('mdia')];
  if (tkhd === undefined || edts === undefined || mdia === undefined) return null;
  const elst = (await children(file, edts)).find(({ type }) => type === 'elst');
  const mdhd = (await children(file, mdia)).find(({ type }) => type === 'mdhd');
  if (elst === undefined || mdhd === undefined) return null;
  const timescale = await readTimescale(file, mdhd);
  const id = await readTrackId(file, tkhd);
  if (timescale === null || id === null) return null;
  const shown = shownBy(await readEdits(file, elst, movieScale), timescale);
  return shown === null ? null : { id, shown };
}

/** Several edits become the one stretch that holds them all: a clip has one trim, and nothing shown may be cut away. */
function shownBy(edits: readonly Edit[], timescale: number): Shown | null {
  const firstAt = edits.findIndex(({ mediaTime }) => mediaTime !== -1);
  const first = edits[firstAt];
  // The reader of the packets knows no other speed, and passes such a list over.
  if (first?.rate !== 1) return null;
  const delay = edits.slice(0, firstAt).reduce((sum, { duration }) => sum + duration, 0);
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const { duration, mediaTime, rate } of edits.filter((edit) => edit.mediaTime !== -1)) {
    const start = delay + (mediaTime - first.mediaTime) / timescale;
    from = Math.min(from, start);
    // Fragmented files do not know their length beforehand and write 0 for "all that comes".
    to = Math.max(to, duration === 0 ? Number.POSITIVE_INFINITY : start + duration * rate);
  }
  return { from, to };
}

/** None at all when the list is not whole, or longer than a cut could be. */
async function readEdits(file: ForeignFile, elst: FileBox, movieScale: number): Promise<Edit[]> {
  const head = await contentOf(file, elst, 8);
  if (head.length < 8) return [];
  const long = head[0] === 1;
  const count = viewOf(head).getUint32(4);
  const size = long ? 20 : 12;
  if (count > MAX_EDITS) return [];
  const bytes = await contentOf(file, elst, 8 + count * size);
  if (bytes.length < 8 + count * size) return [];
  const view = viewOf(bytes);
  return Array.from({ length: count }, (_, i) => {
    const at = 8 + i * size;
    return {
      duration: (long ? Number(view.getBigUint64(at)) : view.getUint32(at)) / movieScale,
      mediaTime: long ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4),
      rate: view.getInt32(at + size - 4) / WHOLE
    };
  });
}

/** Ticks a second, of mvhd or mdhd; null when it is not there, or 0. */
async function readTimescale(file: ForeignFile, box: FileBox): Promise<number | null> {
  const bytes = await contentOf(file, box, 24);
  const at = bytes[0] === 1 ? 20 : 12;
  return bytes.length < at + 4 ? null : viewOf(bytes).getUint32(at) || null;
}

async function readTrackId(file: ForeignFile, tkhd: FileBox): Promise<number | null> {
  const bytes = await contentOf(file, tkhd, 24);
  const at = bytes[0] === 1 ? 20 : 12;
  return bytes.length < at + 4 ? null : viewOf(bytes).getUint32(at);
}

async function children(file: ForeignFile, parent: FileBox): Promise<FileBox[]> {
  const found: FileBox[] = [];
  for await (const box of boxesWithin(file, parent.from, parent.to, MAX_BOXES)) found.push(box);
  return found;
}
