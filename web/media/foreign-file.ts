/** A foreign file as it is read here: one that the person picked, or one that the vault opens piece by piece. */
import { BlobSource, CustomSource, type Source } from 'mediabunny';
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { READ_BYTES } from '#web/workers/clip-port.ts';
import { ClipSource } from '#web/workers/clip-source.ts';
import type { GivenFile } from '#web/workers/contracts.ts';

export interface ForeignFile {
  /** Bytes. */
  readonly size: number;
  /** Bytes `[from, to)`; fewer where the file ends. @throws `media/truncated` when it cannot give what it announced */
  read(from: number, to: number): Promise<Bytes>;
  /** For the library that reads containers. Disposing of it closes the file. */
  source(): Source;
  close(): void;
}

/** @throws what the vault failed with, for a port */
export async function foreignFile(given: GivenFile): Promise<ForeignFile> {
  return given instanceof MessagePort ? sealedFile(await ClipSource.over(given)) : pickedFile(given);
}

export function pickedFile(file: Blob): ForeignFile {
  return {
    size: file.size,
    async read(from, to) {
      try {
        return new Uint8Array(await file.slice(from, to).arrayBuffer());
      } catch (thrown) {
        throw new SvjError('media/truncated', undefined, thrown);
      }
    },
    source: () => new BlobSource(file),
    close() {
      // A file holds nothing open.
    }
  };
}

function sealedFile(opened: ClipSource): ForeignFile {
  const { size } = opened;
  // The vault answers one question at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const read = (from: number, to: number): Promise<Bytes> => {
    const mine = turn.then(() => readPieces(opened, from, Math.min(to, size)));
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    size,
    read,
    source: () =>
      new CustomSource({ getSize: () => size, read, dispose: () => opened.close(), prefetchProfile: 'fileSystem' }),
    close: () => opened.close()
  };
}

async function readPieces(opened: ClipSource, from: number, to: number): Promise<Bytes> {
  const bytes = new Uint8Array(Math.max(0, to - from));
  for (let at = from; at < to; at += READ_BYTES) {
    bytes.set(await opened.read(at, Math.min(to, at + READ_BYTES)), at - from);
  }
  return bytes;
}
