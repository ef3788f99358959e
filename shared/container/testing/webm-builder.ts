/** Makes small WebM files of every layout the index has to read. For tests only. */
import { type Bytes, concat, utf8 } from '#shared/bytes.ts';
import { ByteWriter } from '../byte-writer.ts';
import { Id, writeElement, writeId } from '../ebml.ts';

export function element(id: number, ...data: Uint8Array[]): Bytes {
  const to = new ByteWriter();
  writeElement(to, id, concat(...data));
  return to.finish();
}

export function uintElement(id: number, value: number, length = 8): Bytes {
  const to = new ByteWriter();
  to.uint(value, length);
  return element(id, to.finish());
}

/** An element that says it does not know its size. */
export function openElement(id: number, ...data: Uint8Array[]): Bytes {
  const to = new ByteWriter();
  writeId(to, id);
  to.bytes(Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
  return concat(to.finish(), ...data);
}

export const ebmlHeader = element(Id.Ebml, element(Id.DocType, utf8('webm')));

/** Track 1 is video (type 1), 2 audio (type 2). */
export function trackEntry(type: 1 | 2 | 17, ...more: Uint8Array[]): Bytes {
  return element(Id.TrackEntry, uintElement(Id.TrackNumber, type, 1), uintElement(Id.TrackType, type, 1), ...more);
}

const payload = Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9);

function blockData(track: number, time: number, flags: number, data: Uint8Array): Bytes {
  return concat(Uint8Array.of(0x80 | track, (time >> 8) & 0xff, time & 0xff, flags), data);
}

export function simpleBlock(track: number, time: number, key: boolean, data: Uint8Array = payload): Bytes {
  return element(Id.SimpleBlock, blockData(track, time, key ? 0x80 : 0, data));
}

export function blockGroup(track: number, time: number, key: boolean, ...more: Uint8Array[]): Bytes {
  const reference = key ? [] : [uintElement(Id.ReferenceBlock, 1, 1)];
  return element(Id.BlockGroup, element(Id.Block, blockData(track, time, 0, payload)), ...reference, ...more);
}
