/**
 * Reads a recording that arrives in slices, forwards only and without copying: a parser asks for `n` bytes in one
 * piece, and only a piece that straddles slices is put together in a small buffer. Positions are bytes of the recording.
 *
 * A parser on top is a generator that yields when `has` or `skipTo` answers false; it then depends on nothing but the
 * bytes received so far, never on how they were sliced.
 */
const EMPTY = new Uint8Array(0);

export class SliceReader {
  #position = 0;
  // The bytes being read, from #at; they are the held ones while #holding, else those of the slice.
  #bytes: Uint8Array = EMPTY;
  #at = 0;
  #end = 0;
  #holding = false;
  #held = new Uint8Array(64);
  // The rest of the slice, waiting behind the held bytes.
  #slice: Uint8Array = EMPTY;
  #sliceAt = 0;

  /** Offset of the next unread byte. */
  get position(): number {
    return this.#position;
  }

  /** Gives the next slice. What is left unread of it must be kept with `hold` before the slice changes. */
  offer(slice: Uint8Array): void {
    if (this.#holding) {
      this.#slice = slice;
      this.#sliceAt = 0;
    } else {
      this.#bytes = slice;
      this.#at = 0;
      this.#end = slice.length;
    }
  }

  /** Copies what is left unread (less than a parser asked for) and lets go of the slice. */
  hold(): void {
    if (this.#holding) this.#top(this.#slice.length - this.#sliceAt);
    else if (this.#at < this.#end) {
      const rest = this.#bytes.subarray(this.#at, this.#end);
      this.#reserve(rest.length);
      this.#held.set(rest);
      this.#bytes = this.#held;
      this.#at = 0;
      this.#end = rest.length;
      this.#holding = true;
    } else this.#bytes = EMPTY;
    this.#slice = EMPTY;
  }

  /** Whether the next `count` bytes are there, in one piece. The caller bounds `count`. */
  has(count: number): boolean {
    if (this.#end - this.#at >= count) return true;
    if (this.#holding) this.#top(Math.min(count - (this.#end - this.#at), this.#slice.length - this.#sliceAt));
    return this.#end - this.#at >= count;
  }

  /** Byte `i` from here, after `has(i + 1)`. */
  byte(i: number): number {
    return this.#bytes[this.#at + i] ?? 0;
  }

  /** The next `count` bytes, after `has(count)`: a copy, and goes behind them. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(this.#at, this.#at + count);
    this.advance(count);
    return taken;
  }

  /** Goes `count` bytes on, after `has(count)`. */
  advance(count: number): void {
    this.#at += count;
    this.#position += count;
    if (this.#holding && this.#at === this.#end) {
      this.#holding = false;
      this.#bytes = this.#slice;
      this.#at = this.#sliceAt;
      this.#end = this.#slice.length;
      this.#slice = EMPTY;
      this.#sliceAt = 0;
    }
  }

  /** Goes on to `target` as far as bytes are there; true once it is reached. */
  skipTo(target: number): boolean {
    while (this.#position < target) {
      const there = this.#end - this.#at;
      if (there === 0) return false;
      this.advance(Math.min(there, target - this.#position));
    }
    return true;
  }

  /** Moves `count` bytes of the slice behind the held ones. */
  #top(count: number): void {
    if (count <= 0) return;
    this.#reserve(this.#end + count);
    this.#held.set(this.#slice.subarray(this.#sliceAt, this.#sliceAt + count), this.#end);
    this.#sliceAt += count;
    this.#end += count;
  }

  #reserve(length: number): void {
    if (this.#held.length >= length) return;
    const larger = new Uint8Array(Math.max(length, 2 * this.#held.length));
    larger.set(this.#held);
    this.#held = larger;
    if (this.#holding) this.#bytes = larger;
  }
}
