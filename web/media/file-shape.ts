/**
 * The outermost shape of a video file, read before any library sees it: is it whole, what instant does its header
 * name, and which part of it is shown? A file that announces more than it holds is refused at once instead of half-imported.
 */
import { sniffContainer } from '#shared/container/container-index.ts';
import { SvjError } from '#shared/errors.ts';
import { boxesWithin, contentOf, readBox, viewOf, type FileBox } from './file-box.ts';
import type { ForeignFile } from './foreign-file.ts';
import { readPresentation, type Presentation } from './presentation.ts';

export interface FileShape {
  /** Creation time of an MP4 header, ISO 8601 in UTC; null when there is none. */
  readonly headerTime: string | null;
  /** What the edit lists of an MP4 say. */
  readonly presentation: Presentation;
}

const NOTHING_KNOWN: FileShape = { headerTime: null, presentation: new Map() };

/** Seconds between 1904-01-01, where MP4 counts from, and 1970-01-01. */
const MP4_EPOCH = 2_082_844_800;
/** Boxes at the top of a file: a hostile one may have millions of them. */
const MAX_TOP_BOXES = 100_000;
const MAX_MOOV_SCAN = 64;

/**
 * Bytes behind a complete film that are no box are passed over, as players do.
 *
 * @throws `media/empty` for a file of zero bytes
 * @throws `media/truncated` when a box, or the whole, announces more bytes than the file has
 */
export async function readShape(file: ForeignFile): Promise<FileShape> {
  if (file.size === 0) throw new SvjError('media/empty');
  const start = await file.read(0, 64);
  const container = sniffContainer(start);
  if (container === 'webm') {
    checkSegment(start, file.size);
    return NOTHING_KNOWN;
  }
  // QuickTime files older than `ftyp` begin with one of these.
  const type = ascii(start, 4, 4);
  if (container === 'mp4' || ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].includes(type)) return walk(file);
  return NOTHING_KNOWN;
}

async function walk(file: ForeignFile): Promise<FileShape> {
  let at = 0;
  let shape = NOTHING_KNOWN;
  const seen = new Set<string>();
  for (let boxes = 0; at < file.size; boxes++) {
    if (boxes > MAX_TOP_BOXES) throw new SvjError('media/foreign', 'boxes');
    const box = await readBox(file, at);
    if ((box === null || !isPrintable(box.type)) && isComplete(seen)) return shape;
    if (box === null || box.to > file.size) throw new SvjError('media/truncated');
    seen.add(box.type);
    if (box.type === 'moov') {
      shape = { headerTime: await readMovieTime(file, box), presentation: await readPresentation(file, box) };
    }
    at = box.to;
  }
  return shape;
}

/**
 * Whether what follows may be nonsense that a copy or a download appended. A film in fragments is complete only with the
 * index that ends it: before that, nonsense may stand where more of the film was.
 */
function isComplete(seen: ReadonlySet<string>): boolean {
  return seen.has('moov') && seen.has('mdat') && (!seen.has('moof') || seen.has('mfra'));
}

function isPrintable(type: string): boolean {
  return /^[\x20-\x7e]{4}$/.test(type);
}

/** `mvhd` is the first child in practice; a few others are skipped. */
async function readMovieTime(file: ForeignFile, moov: FileBox): Promise<string | null> {
  for await (const box of boxesWithin(file, moov.from, moov.to, MAX_MOOV_SCAN)) {
    if (box.type !== 'mvhd') continue;
    const bytes = await contentOf(file, box, 12);
    if (bytes.length < 12) return null;
    const view = viewOf(bytes);
    const seconds = view.getUint8(0) === 1 ? Number(view.getBigUint64(4)) : view.getUint32(4);
    return instantOf(seconds - MP4_EPOCH);
  }
  return null;
}

/** 0 and times before the first digital cameras mean "not set". */
function instantOf(unixSeconds: number): string | null {
  const earliest = Date.UTC(1990, 0) / 1000;
  const latest = Date.UTC(2200, 0) / 1000;
  if (unixSeconds < earliest || unixSeconds > latest) return null;
  return new Date(unixSeconds * 1000).toISOString();
}

/** RFC 8794: EBML header, then a Segment whose size is known or all ones. */
function checkSegment(start: Uint8Array, fileSize: number): void {
  const header = elementSize(start, 4);
  if (header === null) return;
  const at = 4 + header.length + header.value;
  const isSegment = [0x18, 0x53, 0x80, 0x67].every((byte, i) => start[at + i] === byte);
  const segment = isSegment ? elementSize(start, at + 4) : null;
  if (segment === null || segment.unknown) return;
  if (at + 4 + segment.length + segment.value > fileSize) throw new SvjError('media/truncated');
}

function elementSize(bytes: Uint8Array, at: number): { length: number; value: number; unknown: boolean } | null {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || at + length > bytes.length) return null;
  let value = first & (0xff >> length);
  let ones = value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    value = value * 256 + (bytes[at + i] ?? 0);
    ones &&= bytes[at + i] === 0xff;
  }
  return { length, value, unknown: ones };
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
