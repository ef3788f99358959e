/** A file of the object port in memory, as an operating system holds it: what is on the disk, and what is not yet. */
import type { Bytes } from '#shared/bytes.ts';

type Change =
  | { readonly type: 'write'; readonly at: number; readonly bytes: Bytes }
  | { readonly type: 'resize'; readonly size: number };

/** The unit a disk writes whole or not at all. */
export const SECTOR_BYTES = 512;

export class MemoryFile {
  #disk: Bytes = new Uint8Array();
  #changes: Change[] = [];
  writers = 0;
  readers = 0;

  /** What a reader sees: the operating system shows what was written, flushed or not. */
  get bytes(): Bytes {
    return this.#changes.reduce(apply, this.#disk);
  }

  /** On the disk, whatever happens. */
  get flushed(): Bytes {
    return this.#disk;
  }

  /** Unflushed bytes, in the order they were written. */
  get pendingBytes(): number {
    return this.#changes.reduce((sum, change) => sum + (change.type === 'write' ? change.bytes.length : 0), 0);
  }

  write(bytes: Bytes, at: number): void {
    this.#changes.push({ type: 'write', at, bytes: bytes.slice() });
  }

  resize(size: number): void {
    this.#changes.push({ type: 'resize', size });
  }

  flush(): void {
    this.#disk = this.bytes;
    this.#changes = [];
  }

  copy(): MemoryFile {
    const file = new MemoryFile();
    file.#disk = this.#disk;
    file.#changes = [...this.#changes];
    return file;
  }

  /** For attacks: other bytes in this place. */
  replace(bytes: Bytes): void {
    this.#disk = bytes;
    this.#changes = [];
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

  #restart(survived: readonly Change[]): void {
    this.#disk = survived.reduce(apply, this.#disk);
    this.#changes = [];
    this.writers = 0;
    this.readers = 0;
  }
}

function apply(before: Bytes, change: Change): Bytes {
  if (change.type === 'resize') {
    const resized = new Uint8Array(change.size);
    resized.set(before.subarray(0, change.size));
    return resized;
  }
  const after = new Uint8Array(Math.max(before.length, change.at + change.bytes.length));
  after.set(before);
  after.set(change.bytes, change.at);
  return after;
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
