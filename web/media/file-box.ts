/** Boxes of an MP4 or QuickTime file (ISO/IEC 14496-12 section 4.2), read where they lie: a file may be of any size. */
import type { Bytes } from '#shared/bytes.ts';
import type { ForeignFile } from './foreign-file.ts';

export interface FileBox {
  /** Four characters, of any bytes. */
  readonly type: string;
  /** First byte of what it holds. */
  readonly from: number;
  /** Behind its last byte, as it announces; this may lie beyond the end of the file. */
  readonly to: number;
}

const SHORT_HEADER = 8;
const LONG_HEADER = 16;

/**
 * The box that begins at byte `at`. Null when its header is cut off or announces less than itself.
 *
 * @throws `media/truncated` when the file cannot deliver what it announced
 */
export async function readBox(file: ForeignFile, at: number): Promise<FileBox | null> {
  const bytes = await file.read(at, at + LONG_HEADER);
  if (bytes.length < SHORT_HEADER) return null;
  const view = viewOf(bytes);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  const size = view.getUint32(0);
  if (size === 0) return { type, from: at + SHORT_HEADER, to: file.size };
  if (size !== 1) return size < SHORT_HEADER ? null : { type, from: at + SHORT_HEADER, to: at + size };
  if (bytes.length < LONG_HEADER) return null;
  const large = Number(view.getBigUint64(8));
  return large < LONG_HEADER ? null : { type, from: at + LONG_HEADER, to: at + large };
}

/**
 * Boxes one after another from byte `from` on, at most `limit`; ends before the first that is not whole before `to`.
 *
 * @throws as {@link readBox}
 */
export async function* boxesWithin(
  file: ForeignFile,
  from: number,
  to: number,
  limit: number
): AsyncGenerator<FileBox> {
  for (let at = from, count = 0; at < to && count < limit; count++) {
    const box = await readBox(file, at);
    if (box === null || box.to > to) return;
    yield box;
    at = box.to;
  }
}

/** The first `length` bytes that a box holds; fewer when it ends before. @throws as {@link readBox} */
export async function contentOf(file: ForeignFile, box: FileBox, length: number): Promise<Bytes> {
  return file.read(box.from, Math.min(box.from + length, box.to));
}

export function viewOf(bytes: Bytes): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
