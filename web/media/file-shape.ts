/**
 * The outermost shape of a video file, read before any library sees it: is it whole, and what instant does its header
 * name? A file that announces more than it holds is refused at once instead of half-imported.
 */
import { sniffContainer } from '#shared/container/container-index.ts';
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { ForeignFile } from './foreign-file.ts';

export interface FileShape {
  /** Creation time of an MP4 header, ISO 8601 in UTC; null when there is none. */
  readonly headerTime: string | null;
}

/** Seconds between 1904-01-01, where MP4 counts from, and 1970-01-01. */
const MP4_EPOCH = 2_082_844_800;
/** Boxes at the top of a file: a hostile one may have millions of them. */
const MAX_TOP_BOXES = 100_000;
const MAX_MOOV_SCAN = 64;

/**
 * @throws `media/empty` for a file of zero bytes
 * @throws `media/truncated` when a box, or the whole, announces more bytes than the file has
 */
export async function readShape(file: ForeignFile): Promise<FileShape> {
  if (file.size === 0) throw new SvjError('media/empty');
  const start = await read(file, 0, 64);
  const container = sniffContainer(start);
  if (container === 'webm') {
    checkSegment(start, file.size);
    return { headerTime: null };
  }
  // QuickTime files older than `ftyp` begin with one of these.
  const type = ascii(start, 4, 4);
  if (container === 'mp4' || ['moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].includes(type)) return walk(file);
  return { headerTime: null };
}

async function walk(file: ForeignFile): Promise<FileShape> {
  let at = 0;
  let headerTime: string | null = null;
  for (let boxes = 0; at < file.size; boxes++) {
    if (boxes > MAX_TOP_BOXES) throw new SvjError('media/foreign', 'boxes');
    const box = await readBox(file, at);
    if (box === null || box.size > file.size - at) throw new SvjError('media/truncated');
    if (box.type === 'moov') headerTime = await readMovieTime(file, at + box.head, at + box.size);
    at += box.size;
  }
  return { headerTime };
}

/** `mvhd` is the first child in practice; a few others are skipped. */
async function readMovieTime(file: ForeignFile, from: number, to: number): Promise<string | null> {
  let at = from;
  for (let boxes = 0; at < to && boxes < MAX_MOOV_SCAN; boxes++) {
    const box = await readBox(file, at);
    if (box === null || box.size > to - at) return null;
    if (box.type === 'mvhd') {
      const bytes = await read(file, at + box.head, 12);
      if (bytes.length < 12) return null;
      const view = new DataView(bytes.buffer);
      const seconds = view.getUint8(0) === 1 ? Number(view.getBigUint64(4)) : view.getUint32(4);
      return instantOf(seconds - MP4_EPOCH);
    }
    at += box.size;
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

interface Box {
  readonly type: string;
  readonly head: number;
  readonly size: number;
}

/** ISO/IEC 14496-12 section 4.2. Null when the header itself is cut off. */
async function readBox(file: ForeignFile, at: number): Promise<Box | null> {
  const bytes = await read(file, at, 16);
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer);
  const type = ascii(bytes, 4, 4);
  const size = view.getUint32(0);
  if (size === 0) return { type, head: 8, size: file.size - at };
  if (size !== 1) return size < 8 ? null : { type, head: 8, size };
  if (bytes.length < 16) return null;
  const large = Number(view.getBigUint64(8));
  return large < 16 ? null : { type, head: 16, size: large };
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

/** @throws `media/truncated` when the file cannot deliver what it announced */
function read(file: ForeignFile, at: number, length: number): Promise<Bytes> {
  return file.read(at, at + length);
}
