/**
 * The file of a recording under way: segments one behind the other, with room reserved ahead.
 * When the device is full the reserve still holds the sealed end, and what it gives back is
 * enough for the entry record, so a full disk ends a recording and does not harm it.
 */
import { SvjError } from '#shared/errors.ts';
import { HEAD_BYTES, segmentOffset } from '#shared/format/segment.ts';
import type { Bytes } from '#shared/bytes.ts';
import type { ObjectWriter } from '#web/store/objects.ts';

const MIB = 1024 * 1024;
/** Never less than this beyond the last segment, unless the device is full. */
const RESERVE = 4 * MIB;
const GROWTH = 8 * MIB;

export class ClipFile {
  readonly #file: ObjectWriter;
  #segments = 0;
  #end = HEAD_BYTES;
  #reserved = 0;
  #full = false;

  constructor(file: ObjectWriter) {
    this.#file = file;
  }

  /** Full segments written. */
  get segments(): number {
    return this.#segments;
  }

  /** Bytes from the beginning that will not change any more, once they are flushed: the head and full segments. */
  get sealedBytes(): number {
    return this.#end;
  }

  /** @throws `storage/quota` when not even the reserve can be had */
  writeHead(head: Bytes): void {
    this.#reserve();
    this.#file.write(head, 0);
    this.#file.flush();
  }

  /** @throws `storage/quota` before anything of the segment is written */
  writeSegment(sealed: Bytes): void {
    if (this.#full) throw new SvjError('storage/quota');
    this.#reserve();
    this.#file.write(sealed, segmentOffset(this.#segments));
    this.#segments++;
    this.#end = segmentOffset(this.#segments);
  }

  flush(): void {
    this.#file.flush();
  }

  /** Writes the end into the reserve if need be, gives the rest back, flushes. */
  writeLast(sealed: Bytes): void {
    const at = segmentOffset(this.#segments);
    this.#file.write(sealed, at);
    this.#end = at + sealed.length;
    this.#file.resize(this.#end);
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }

  #reserve(): void {
    if (this.#reserved - this.#end >= RESERVE) return;
    try {
      this.#file.resize(this.#end + GROWTH);
      this.#reserved = this.#end + GROWTH;
    } catch (thrown) {
      this.#full = true;
      throw thrown;
    }
  }
}
