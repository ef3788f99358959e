/** Boxes of ISO base media files (ISO/IEC 14496-12 section 4.2): a size, a type of four characters, data. */
import { SvjError } from '#shared/errors.ts';
import { ByteReader } from './byte-reader.ts';
import { type ByteWriter } from './byte-writer.ts';
import { type SliceReader } from './slice-reader.ts';

const TYPE_AT = 4;
const SHORT_HEADER = 8;
const LONG_HEADER = 16;

export interface Box {
  readonly type: string;
  readonly data: Uint8Array;
  /** With its header. */
  readonly whole: Uint8Array;
}

/** Reads box headers at the top of a file off the passing slices; a header counts once all of it is there. */
export class BoxHeader {
  type = '';
  /** Bytes of data; `Infinity` for a box that goes on to the end of the file. Inexact above 2^53. */
  size = 0;

  /**
   * Goes behind the next header. False, and nothing consumed, until more bytes arrive.
   *
   * @throws `media/foreign` for a size below that of the header
   */
  read(reader: SliceReader): boolean {
    if (!reader.has(SHORT_HEADER)) return false;
    const long = u32(reader, 0) === 1;
    const length = long ? LONG_HEADER : SHORT_HEADER;
    if (!reader.has(length)) return false;
    const size = long ? u32(reader, 8) * 2 ** 32 + u32(reader, 12) : u32(reader, 0) || Infinity;
    if (size < length) throw new SvjError('media/foreign', 'box size');
    this.size = size - length;
    this.type = String.fromCharCode(reader.byte(4), reader.byte(5), reader.byte(6), reader.byte(7));
    reader.advance(length);
    return true;
  }
}

function u32(reader: SliceReader, at: number): number {
  return reader.byte(at) * 2 ** 24 + ((reader.byte(at + 1) << 16) | (reader.byte(at + 2) << 8) | reader.byte(at + 3));
}

/**
 * The boxes within the data of a box. Trailing bytes too few for a box (some files end user data with a zero) are
 * passed over.
 *
 * @throws `media/foreign` when a box goes beyond `bytes`
 */
export function* boxes(bytes: Uint8Array): Generator<Box> {
  let at = 0;
  while (at + SHORT_HEADER <= bytes.length) {
    const reader = new ByteReader(bytes.subarray(at));
    const short = reader.u32();
    const type = String.fromCharCode(...bytes.subarray(at + TYPE_AT, at + SHORT_HEADER));
    reader.skip(TYPE_AT);
    const length = short === 1 ? LONG_HEADER : SHORT_HEADER;
    const size = short === 1 ? reader.u64() : short;
    if (size < length || at + size > bytes.length) throw new SvjError('media/foreign', 'box size');
    yield { type, data: bytes.subarray(at + length, at + size), whole: bytes.subarray(at, at + size) };
    at += size;
  }
}

/** The first box of a type within the data of a box. */
export function child(bytes: Uint8Array, type: string): Box | undefined {
  for (const box of boxes(bytes)) if (box.type === type) return box;
  return undefined;
}

/** @throws `media/foreign` when there is none */
export function demand(bytes: Uint8Array, type: string): Box {
  const box = child(bytes, type);
  if (box === undefined) throw new SvjError('media/foreign', `no ${type}`);
  return box;
}

/** Reads the version and flags that a full box begins with (section 4.2). */
export function fullBox(data: Uint8Array): { version: number; flags: number; reader: ByteReader } {
  const reader = new ByteReader(data);
  const word = reader.u32();
  return { version: word >>> 24, flags: word & 0xff_ffff, reader };
}

/** Writes a box around what `body` writes. */
export function writeBox(to: ByteWriter, type: string, body: () => void): void {
  const at = to.length;
  to.u32(0);
  to.ascii(type);
  body();
  to.setU32(at, to.length - at);
}

export function writeFullBox(to: ByteWriter, type: string, version: number, flags: number, body: () => void): void {
  writeBox(to, type, () => {
    to.u32(version * 2 ** 24 + flags);
    body();
  });
}
