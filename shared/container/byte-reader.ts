/** Reads big-endian fields of bytes from outside, and never beyond them. */
import { SvjError } from '#shared/errors.ts';

export class ByteReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#next(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#next(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#next(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#next(4));
  }

  /** @throws `media/foreign` above 2^53 - 1 */
  u64(): number {
    const value = this.#view.getBigUint64(this.#next(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new SvjError('media/foreign', 'u64');
    return Number(value);
  }

  /** @throws `media/foreign` beyond ±(2^53 - 1) */
  i64(): number {
    const value = Number(this.#view.getBigInt64(this.#next(8)));
    if (!Number.isSafeInteger(value)) throw new SvjError('media/foreign', 'i64');
    return value;
  }

  skip(count: number): void {
    this.#next(count);
  }

  #next(count: number): number {
    const at = this.#at;
    if (this.left < count) throw new SvjError('media/foreign', 'box too short');
    this.#at += count;
    return at;
  }
}
