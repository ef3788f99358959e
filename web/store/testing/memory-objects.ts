/**
 * The object port in memory, for tests. Tells flushed bytes from written ones, so that a test
 * can cut the power: what was not flushed is then torn at any byte.
 */
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { ObjectReader, ObjectStore, ObjectWriter } from '../objects.ts';
import type { Faults } from './faults.ts';

interface Write {
  readonly at: number;
  readonly bytes: Bytes;
}

class MemoryFile {
  bytes: Bytes = new Uint8Array();
  unflushed: Write[] = [];
  writing = false;

  apply({ at, bytes }: Write): void {
    const end = at + bytes.length;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(end);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(bytes, at);
  }
}

export class MemoryObjects implements ObjectStore {
  readonly files = new Map<string, MemoryFile>();
  readonly #faults: Faults | undefined;

  constructor(faults?: Faults) {
    this.#faults = faults;
  }

  create(name: string): Promise<ObjectWriter> {
    if (this.files.get(name)?.writing) return Promise.reject(new SvjError('object/busy'));
    if (this.#faults?.strikes()) return Promise.reject(new SvjError('storage/quota'));
    const file = new MemoryFile();
    file.writing = true;
    this.files.set(name, file);
    return Promise.resolve(this.#writer(file));
  }

  open(name: string): Promise<ObjectReader | null> {
    const file = this.files.get(name);
    if (file === undefined) return Promise.resolve(null);
    return Promise.resolve({
      size: file.bytes.length,
      read: (from, to) => Promise.resolve(file.bytes.slice(from, to)),
      close: () => undefined
    });
  }

  remove(name: string): Promise<void> {
    if (this.files.get(name)?.writing) return Promise.reject(new SvjError('object/busy'));
    this.files.delete(name);
    return Promise.resolve();
  }

  list(): Promise<string[]> {
    return Promise.resolve([...this.files.keys()]);
  }

  /** Power loss: of the unflushed writes only the first `kept` bytes reached the disk. */
  cutPower(kept: number): void {
    for (const file of this.files.values()) {
      const flushed = file.bytes.slice();
      const writes = file.unflushed;
      file.bytes = flushed;
      file.unflushed = [];
      file.writing = false;
      let left = kept;
      for (const { at, bytes } of writes) {
        const part = bytes.slice(0, Math.max(0, left));
        left -= bytes.length;
        if (part.length > 0) file.apply({ at, bytes: part });
      }
    }
  }

  #writer(file: MemoryFile): ObjectWriter {
    return {
      write: (bytes, at) => {
        if (this.#faults?.strikes()) throw new SvjError('storage/quota');
        file.unflushed.push({ at, bytes: bytes.slice() });
      },
      flush: () => {
        if (this.#faults?.strikes()) throw new SvjError('storage/quota');
        for (const write of file.unflushed) file.apply(write);
        file.unflushed = [];
      },
      close: () => {
        for (const write of file.unflushed) file.apply(write);
        file.unflushed = [];
        file.writing = false;
      }
    };
  }
}
