/**
 * Reads a clip, and where it is damaged reads up to the damage: what lies before still plays. A read that fails as a
 * whole is asked for again in halves, each over a new line, since a vault that found damage says nothing more.
 */
import type { Bytes } from '#shared/bytes.ts';
import { toSvjError, type SvjError } from '#shared/errors.ts';
import type { ByteReader } from './clip-stream.ts';

export interface Source {
  readonly size: number;
  readonly mime: string;
  read(from: number, to: number): Promise<Bytes>;
  close(): void;
}

/** Far below a segment (64 KiB), so that no readable segment is lost beside a damaged one. */
const SMALLEST_READ_BYTES = 4 * 1024;

export function isDamage(error: SvjError): boolean {
  return error.code.startsWith('seal/') || error.code === 'entry/damaged';
}

export class ClipReader implements ByteReader {
  #source: Source;
  readonly #reopen: () => Promise<Source>;
  #closed = false;

  /** @param reopen gives the same clip once more */
  constructor(source: Source, reopen: () => Promise<Source>) {
    this.#source = source;
    this.#reopen = reopen;
  }

  async read(from: number, to: number): Promise<Bytes> {
    for (let end = to; ;) {
      try {
        return await this.#source.read(from, end);
      } catch (thrown) {
        const error = toSvjError(thrown);
        if (this.#closed || !isDamage(error) || end - from <= SMALLEST_READ_BYTES) throw error;
        end = from + Math.ceil((end - from) / 2);
        this.#source = await this.#reopen();
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#source.close();
  }
}
