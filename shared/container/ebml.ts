/**
 * EBML (RFC 8794): elements of an id, a size and data. Ids are written with their length marker, as in RFC 9559.
 */
import { SvjError } from '#shared/errors.ts';
import { type ByteWriter } from './byte-writer.ts';
import { type SliceReader } from './slice-reader.ts';

/** Element ids of RFC 8794 section 11.2 and RFC 9559 section 5.1. */
export const Id = {
  Ebml: 0x1a45dfa3,
  DocType: 0x4282,
  Void: 0xec,
  Crc32: 0xbf,
  Segment: 0x18538067,
  SeekHead: 0x114d9b74,
  Seek: 0x4dbb,
  SeekId: 0x53ab,
  SeekPosition: 0x53ac,
  Info: 0x1549a966,
  TimestampScale: 0x2ad7b1,
  Duration: 0x4489,
  MuxingApp: 0x4d80,
  WritingApp: 0x5741,
  Tracks: 0x1654ae6b,
  TrackEntry: 0xae,
  TrackNumber: 0xd7,
  TrackType: 0x83,
  CodecId: 0x86,
  DefaultDuration: 0x23e383,
  Video: 0xe0,
  PixelWidth: 0xb0,
  PixelHeight: 0xba,
  DisplayWidth: 0x54b0,
  DisplayHeight: 0x54ba,
  DisplayUnit: 0x54b2,
  Cluster: 0x1f43b675,
  Timestamp: 0xe7,
  SimpleBlock: 0xa3,
  BlockGroup: 0xa0,
  Block: 0xa1,
  BlockDuration: 0x9b,
  ReferenceBlock: 0xfb,
  Cues: 0x1c53bb6b,
  CuePoint: 0xbb,
  CueTime: 0xb3,
  CueTrackPositions: 0xb7,
  CueTrack: 0xf7,
  CueClusterPosition: 0xf1,
  Chapters: 0x1043a770,
  Tags: 0x1254c367,
  Attachments: 0x1941a469
} as const;

/** The size of an element that says it does not know; only Segment and Cluster may (RFC 9559 section 5.1). */
export const UNKNOWN_SIZE = Infinity;

/** Longest id and longest size field, in bytes; Matroska allows no other. */
const MAX_ID_LENGTH = 4;
const MAX_SIZE_LENGTH = 8;

/** Reads element headers off the passing slices; a header counts once all of it is there. */
export class ElementHeader {
  id = 0;
  /** Bytes of data, or `UNKNOWN_SIZE`. Above 2^53 inexact, which is beyond every file. */
  size = 0;

  /** Goes behind the next header. False, and nothing consumed, until more bytes arrive. */
  read(reader: SliceReader): boolean {
    if (!this.peek(reader)) return false;
    this.pass(reader);
    return true;
  }

  /** Goes behind the header just peeked at. */
  pass(reader: SliceReader): void {
    reader.advance(this.#length);
  }

  /**
   * Like `read`, without consuming.
   *
   * @throws `media/foreign` for an id or size longer than Matroska allows
   */
  peek(reader: SliceReader): boolean {
    if (!reader.has(1)) return false;
    const idLength = lengthOf(reader.byte(0), MAX_ID_LENGTH);
    if (!reader.has(idLength + 1)) return false;
    const first = reader.byte(idLength);
    const sizeLength = lengthOf(first, MAX_SIZE_LENGTH);
    if (!reader.has(idLength + sizeLength)) return false;
    this.id = 0;
    for (let i = 0; i < idLength; i++) this.id = this.id * 256 + reader.byte(i);
    const mask = 0xff >> sizeLength;
    this.size = first & mask;
    let unknown = this.size === mask;
    for (let i = idLength + 1; i < idLength + sizeLength; i++) {
      const byte = reader.byte(i);
      unknown &&= byte === 0xff;
      this.size = this.size * 256 + byte;
    }
    if (unknown) this.size = UNKNOWN_SIZE;
    this.#length = idLength + sizeLength;
    return true;
  }

  #length = 0;
}

/** Length of a variable-size integer from its first byte (RFC 8794 section 4). */
function lengthOf(first: number, longest: number): number {
  const length = Math.clz32(first) - 23;
  if (length > longest) throw new SvjError('media/foreign', 'ebml length');
  return length;
}

export interface Element {
  readonly id: number;
  readonly data: Uint8Array;
}

/** @throws `media/foreign` when an element goes beyond `bytes` */
export function* elements(bytes: Uint8Array): Generator<Element> {
  let at = 0;
  while (at < bytes.length) {
    const id = vint(bytes, at, MAX_ID_LENGTH, true);
    const size = vint(bytes, at + id.length, MAX_SIZE_LENGTH, false);
    const from = at + id.length + size.length;
    if (!(from + size.value <= bytes.length)) throw new SvjError('media/foreign', 'element beyond its parent');
    at = from + size.value;
    yield { id: id.value, data: bytes.subarray(from, at) };
  }
}

/** A variable-size integer, with or without its length marker. Beyond the bytes it reads zeros. */
export function vint(
  bytes: Uint8Array,
  at: number,
  longest: number,
  marked: boolean
): { value: number; length: number } {
  const first = bytes[at] ?? 0;
  const length = lengthOf(first, longest);
  let value = marked ? first : first & (0xff >> length);
  for (let i = 1; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return { value, length };
}

/** An unsigned integer of up to 8 bytes (RFC 8794 section 7.2), inexact above 2^53. */
export function uint(data: Uint8Array): number {
  if (data.length > 8) throw new SvjError('media/foreign', 'integer length');
  let value = 0;
  for (const byte of data) value = value * 256 + byte;
  return value;
}

/** Bytes that `value` needs as an unsigned integer, at least one. */
export function uintLength(value: number): number {
  let length = 1;
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) length++;
  return length;
}

export function writeId(to: ByteWriter, id: number): void {
  to.uint(id, uintLength(id));
}

/** An element of unsigned integer, of `length` bytes. */
export function writeUint(to: ByteWriter, id: number, value: number, length = uintLength(value)): void {
  writeId(to, id);
  to.u8(0x80 | length);
  to.uint(value, length);
}

/** An element of bytes or of other elements. */
export function writeElement(to: ByteWriter, id: number, data: Uint8Array): void {
  writeId(to, id);
  to.u32(0x1000_0000 | data.length);
  to.bytes(data);
}
