/**
 * The object port in memory, for tests: tells flushed bytes from written ones, so that a test
 * can cut the power; can be full; can fail at the N-th operation.
 */
import { SvjError } from '#shared/errors.ts';
import type { ObjectReader, ObjectStore, ObjectWriter } from '../objects.ts';
import { Faults } from './faults.ts';
import { MemoryFile } from './memory-file.ts';

export class MemoryObjects implements ObjectStore {
  readonly files = new Map<string, MemoryFile>();
  readonly #faults: Faults;
  /** Bytes that all files together may have. */
  capacity = Number.POSITIVE_INFINITY;
  /** Called before each change: a moment at which the power may fail. */
  onChange: () => void = () => undefined;

  constructor(faults = new Faults()) {
    this.#faults = faults;
  }

  get used(): number {
    return [...this.files.values()].reduce((sum, file) => sum + file.size, 0);
  }

  async create(name: string): Promise<ObjectWriter> {
    await Promise.resolve();
    return this.#faults.run(() => {
      if (this.files.get(name)?.writers) throw new SvjError('object/busy');
      const file = new MemoryFile();
      file.writers = 1;
      this.files.set(name, file);
      return this.#writer(file);
    });
  }

  async open(name: string): Promise<ObjectReader | null> {
    await Promise.resolve();
    const file = this.files.get(name);
    if (file === undefined) return null;
    file.readers++;
    return {
      size: file.size,
      read: (from, to) => Promise.resolve(file.read(from, to)),
      close: () => {
        file.readers--;
      }
    };
  }

  async remove(name: string): Promise<void> {
    await Promise.resolve();
    this.#faults.run(() => {
      this.onChange();
      const file = this.files.get(name);
      if (file !== undefined && file.writers + file.readers > 0) throw new SvjError('object/busy');
      this.files.delete(name);
    });
  }

  async list(): Promise<string[]> {
    await Promise.resolve();
    return [...this.files.keys()];
  }

  /** As it is now, for another run; nobody has anything open. */
  copy(faults = new Faults()): MemoryObjects {
    const objects = new MemoryObjects(faults);
    for (const [name, file] of this.files) objects.files.set(name, file.copy());
    return objects;
  }

  /** Power loss: of each file's unflushed bytes only the first `kept` reached the disk. */
  cutPower(kept: number): void {
    for (const file of this.files.values()) file.tearAt(kept);
  }

  /** Power loss: unflushed sectors reached the disk or not, one by one. */
  cutPowerBySector(survives: () => boolean): void {
    for (const file of this.files.values()) file.tearBySector(survives);
  }

  #writer(file: MemoryFile): ObjectWriter {
    const change = (work: () => void, growsTo = 0): void => {
      this.#faults.run(() => {
        this.onChange();
        if (this.used + Math.max(0, growsTo - file.size) > this.capacity) throw new SvjError('storage/quota');
        work();
      });
    };
    return {
      write: (bytes, at) => {
        change(() => {
          file.write(bytes, at);
        }, at + bytes.length);
      },
      flush: () => {
        change(() => {
          file.flush();
        });
      },
      resize: (size) => {
        change(() => {
          file.resize(size);
        }, size);
      },
      close: () => {
        file.writers = 0;
      }
    };
  }
}
