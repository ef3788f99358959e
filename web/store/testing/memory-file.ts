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

const PAGE_BYTES = 16 * 1024;

/** Bytes in pages; pages of zeros take no room, and copies share theirs until one is written. */
class Content {
  readonly #pages: Map<number, Bytes>;
  size: number;

  constructor(from?: Content) {
    this.#pages = new Map(from ? from.#pages : []);
    this.size = from ? from.size : 0;
  }

  copy(): Content {
    return new Content(this);
  }

  slice(from: number, to: number): Bytes {
    const end = Math.min(to, this.size);
    const bytes = new Uint8Array(Math.max(0, end - from));
    eachPage(from, from + bytes.length, (page, start, stop, at) => {
      const known = this.#pages.get(page);
      if (known) bytes.set(known.subarray(start, stop), at);
    });
    return bytes;
  }

  apply(change: Change): void {
    if (change.type === 'resize') {
      if (change.size < this.size) this.#cut(change.size);
      this.size = change.size;
      return;
    }
    this.#set(change.at, change.bytes);
    this.size = Math.max(this.size, change.at + change.bytes.length);
  }

  // Whole pages go at once: a recording reserves megabytes, and each close gives them back.
  #cut(size: number): void {
    const firstWhole = Math.ceil(size / PAGE_BYTES);
    for (const page of this.#pages.keys()) if (page >= firstWhole) this.#pages.delete(page);
    this.#set(size, new Uint8Array(firstWhole * PAGE_BYTES - size));
  }

  #set(from: number, bytes: Bytes): void {
    eachPage(from, from + bytes.length, (page, start, stop, at) => {
      const part = bytes.subarray(at, at + stop - start);
      const known = this.#pages.get(page);
      if (known === undefined && part.every((byte) => byte === 0)) return;
      const next = known?.slice() ?? new Uint8Array(PAGE_BYTES);
      next.set(part, start);
      this.#pages.set(page, next);
    });
  }
}

/** `start` and `stop` within the page; `at` counted from `from`. */
function eachPage(
  from: number,
  to: number,
  visit: (page: number, start: number, stop: number, at: number) => void
): void {
  for (let at = from; at < to;) {
    const page = Math.floor(at / PAGE_BYTES);
    const stop = Math.min(to, (page + 1) * PAGE_BYTES);
    visit(page, at - page * PAGE_BYTES, stop - page * PAGE_BYTES, at - from);
    at = stop;
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
