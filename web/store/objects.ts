/**
 * The port to object files: immutable ciphertext, written once from front to back by one
 * writer. Its conformance suite is `testing/object-store-suite.ts`.
 */
import type { Bytes } from '#shared/bytes.ts';

export interface ObjectWriter {
  /** Writes at an offset; only the tail file ever writes an offset twice. */
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void;
  /** Returns when the operating system has the bytes. @throws `storage/quota` */
  flush(): void;
  /** Grows with zeros, which reserves quota, or cuts off. @throws `storage/quota` */
  resize(size: number): void;
  close(): void;
}

export interface ObjectReader {
  readonly size: number;
  /** Bytes `[from, to)`; fewer only where the file ends. @throws a code of the table, like all others here */
  read(from: number, to: number): Promise<Bytes>;
  close(): void;
}

export interface ObjectStore {
  /** @throws `object/busy` while another writer has it, `storage/unavailable`, `storage/quota` */
  create(name: string): Promise<ObjectWriter>;
  /** Null when there is no such file. */
  open(name: string): Promise<ObjectReader | null>;
  /** Does nothing when there is no such file. @throws `object/busy` */
  remove(name: string): Promise<void>;
  list(): Promise<string[]>;
}
