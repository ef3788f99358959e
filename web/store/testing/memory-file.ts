/** A file of the object port in memory, as an operating system holds it: what is on the disk, and what is not yet. */
import type { Bytes } from '#shared/bytes.ts';

type Change =
  | { readonly type: 'write'; readonly at: number; readonly bytes: Bytes }
  | { readonly type: 'resize'; readonly size: number };

/** The unit a disk writes whole or not at all. */
export const SECTOR_BYTES = 512;

export class MemoryFile {
  #disk = new Content();
  /** What a reader sees: the operating system shows what was written, flushed or not. */
  #seen = new Content();
  #changes: Change[] = [];
  writers = 0;
  readers = 0;

  get size(): number {
    return this.#seen.size;
  }

  /** A copy of bytes `[from, to)` as a reader sees them. */
  read(from = 0, to = this.size): Bytes {
    return this.#seen.slice(from, to);
  }

  /** Unflushed bytes. */
  get pendingBytes(): number {
    return this.#changes.reduce((sum, change) => sum + (change.type === 'write' ? change.bytes.length : 0), 0);
  }

  write(bytes: Bytes, at: number): void {
    this.#change({ type: 'write', at, bytes: bytes.slice() });
  }

  resize(size: number): void {
    this.#change({ type: 'resize', size });
  }

  flush(): void {
    for (const change of this.#changes) this.#disk.apply(change);
    this.#changes = [];
  }

  copy(): MemoryFile {
    const file = new MemoryFile();
    file.#disk = this.#disk.copy();
    file.#seen = this.#seen.copy();
    file.#changes = [...this.#changes];
    return file;
  }

  /** For attacks: other bytes in this place. */
  replace(bytes: Bytes): void {
    this.resize(0);
    this.write(bytes, 0);
    this.flush();
  }

  /** Of the unflushed bytes the first `kept` reached the disk. */
  tearAt(kept: number): void {
    let left = kept;
    const survived = this.#changes.flatMap((change): Change[] => {
      if (change.type === 'resize') return left > 0 ? [change] : [];
      const bytes = change.bytes.subarray(0, Math.max(0, left));
      left -= change.bytes.length;
      return bytes.length === 0 ? [] : [{ ...change, bytes }];
    });
    this.#restart(survived);
  }

  /** Of the unflushed sectors those reached the disk that `survives` says, in whatever order. */
  tearBySector(survives: () => boolean): void {
    const survived = this.#changes.flatMap((change): Change[] => {
      if (change.type === 'resize') return survives() ? [change] : [];
      return sectorsOf(change).filter(survives);
    });
    this.#restart(survived);
  }

  #change(change: Change): void {
    this.#seen.apply(change);
    this.#changes.push(change);
  }

  #restart(survived: readonly Change[]): void {
    for (const change of survived) this.#disk.apply(change);
    this.#seen = this.#disk.copy();
    this.#changes = [];
    this.writers = 0;
    this.readers = 0;
  }
}

/** Bytes that grow. */
class Content {
  #bytes: Bytes = new Uint8Array();
  size = 0;

  slice(from: number, to: number): Bytes {
    return this.#bytes.slice(from, Math.min(to, this.size));
  }

  apply(change: Change): void {
    if (change.type === 'resize') {
      this.#grow(change.size);
      if (change.size < this.size) this.#bytes.fill(0, change.size, this.size);
      this.size = change.size;
      return;
    }
    const end = change.at + change.bytes.length;
    this.#grow(end);
    this.#bytes.set(change.bytes, change.at);
    this.size = Math.max(this.size, end);
  }

  copy(): Content {
    const content = new Content();
    content.#bytes = this.#bytes.slice(0, this.size);
    content.size = this.size;
    return content;
  }

  #grow(size: number): void {
    if (size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(size, Math.min(2 * this.#bytes.length, size + 1024 * 1024)));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Cut where sectors of the disk begin, not where the write began. */
function sectorsOf({ at, bytes }: { at: number; bytes: Bytes }): Extract<Change, { type: 'write' }>[] {
  const parts: Extract<Change, { type: 'write' }>[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + SECTOR_BYTES - ((at + from) % SECTOR_BYTES));
    parts.push({ type: 'write', at: at + from, bytes: bytes.subarray(from, to) });
    from = to;
  }
  return parts;
}
