/**
 * Objects on a local disk: `<root>/<account>/<name>`, with `.part` behind the name until the object is complete. What
 * is acknowledged was flushed: the file, and its folder when a name in it is new, changed or gone.
 */
import { constants } from 'node:fs';
import { mkdir, open, opendir, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { SvjError } from '#shared/errors.ts';
import { abortableBytes } from '#server/api/abortable-bytes.ts';
import { isObjectKey, type AppendOptions, type ObjectKey, type ObjectSize, type ObjectStore } from './object-store.ts';

const PART = '.part';
/** Bytes gathered for one write while the one before it is on its way. */
const BATCH_BYTES = 1 << 20;
const READ_BYTES = 256 * 1024;

export class LocalObjectStore implements ObjectStore {
  readonly #root: string;

  /** @param root an absolute folder, made when first needed */
  constructor(root: string) {
    this.#root = root;
  }

  async append(
    key: ObjectKey,
    offset: number,
    body: AsyncIterable<Uint8Array>,
    { signal }: AppendOptions
  ): Promise<number> {
    const path = this.#path(key);
    if (await exists(path)) throw new SvjError('store/complete');
    const file = await this.#openPart(path, offset === 0);
    if (file === null) throw new SvjError('store/offset', '0');
    try {
      const { size } = await file.stat();
      if (offset !== size) throw new SvjError('store/offset', String(size));
      try {
        await writeAll(file, size, abortableBytes(body, signal));
      } finally {
        // Also after a failure: what was received stays, and must be true before anybody is told of it.
        await file.datasync().catch(fail);
      }
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  }

  async size(key: ObjectKey): Promise<ObjectSize | null> {
    const path = this.#path(key);
    const whole = await sizeOf(path);
    if (whole !== null) return { size: whole, complete: true };
    const file = await openOrNull(path + PART, constants.O_RDWR);
    if (file !== null) {
      try {
        // A process that was killed left bytes that the system has and the disk perhaps has not.
        await file.datasync().catch(fail);
        return { size: (await file.stat()).size, complete: false };
      } finally {
        await file.close();
      }
    }
    // It may have been completed between the two looks.
    const meanwhile = await sizeOf(path);
    return meanwhile === null ? null : { size: meanwhile, complete: true };
  }

  async complete(key: ObjectKey): Promise<void> {
    const path = this.#path(key);
    const file = await openOrNull(path + PART, constants.O_RDWR);
    if (file === null) {
      if (await exists(path)) return;
      throw new SvjError('store/absent');
    }
    try {
      await file.sync().catch(fail);
    } finally {
      await file.close();
    }
    await rename(path + PART, path).catch(fail);
    await flushFolder(dirname(path));
  }

  async read(key: ObjectKey, from: number, to: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    signal.throwIfAborted();
    const path = this.#path(key);
    if (!(await exists(path))) throw new SvjError('store/absent');
    // Opened by whoever reads, so that an answer that is never read leaves nothing open.
    return to > from ? bytesOf(path, from, to, signal) : Readable.from([]);
  }

  async remove(key: ObjectKey): Promise<void> {
    const path = this.#path(key);
    const removed = await Promise.all([path, path + PART].map(unlinkIfThere));
    if (removed.includes(true)) await flushFolder(dirname(path));
  }

  async *list(prefix: string): AsyncIterable<ObjectKey> {
    for await (const account of namesIn(this.#root)) {
      if (!account.startsWith(prefix.slice(0, account.length))) continue;
      const seen = new Set<string>();
      for await (const file of namesIn(join(this.#root, account))) {
        const key = `${account}/${file.endsWith(PART) ? file.slice(0, -PART.length) : file}`;
        if (!isObjectKey(key) || !key.startsWith(prefix) || seen.has(key)) continue;
        seen.add(key);
        yield key;
      }
    }
  }

  /** Checked again, since a path is made of it: types do not hold at run time. */
  #path(key: ObjectKey): string {
    if (!isObjectKey(key)) throw new SvjError('format/id');
    return join(this.#root, key);
  }

  async #openPart(path: string, mayBegin: boolean): Promise<FileHandle | null> {
    const there = await openOrNull(path + PART, constants.O_RDWR);
    if (there !== null || !mayBegin) return there;
    const folder = dirname(path);
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch(fail);
    const file = await open(path + PART, constants.O_RDWR | constants.O_CREAT, 0o600).catch(fail);
    // Both every time: whoever made the account's folder may have been killed before it flushed.
    await Promise.all([flushFolder(this.#root), flushFolder(folder)]);
    return file;
  }
}

async function* bytesOf(path: string, from: number, to: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY).catch(fail);
  // The stream closes the file, also when it is not read to its end.
  yield* file.createReadStream({ start: from, end: to - 1, highWaterMark: READ_BYTES, signal });
}

/** Writes one batch while the next one is gathered. When the body fails, what it gave before is written. */
async function writeAll(file: FileHandle, start: number, body: AsyncIterable<Uint8Array>): Promise<void> {
  let at = start;
  let batch: Uint8Array[] = [];
  let gathered = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async () => {
    await writing;
    if (gathered === 0) return;
    writing = writeBatch(file, batch, at);
    // Its failure is met at the next await; until then it must not count as unhandled.
    writing.catch(() => undefined);
    at += gathered;
    batch = [];
    gathered = 0;
  };
  try {
    for await (const chunk of body) {
      batch.push(chunk);
      gathered += chunk.length;
      if (gathered >= BATCH_BYTES) await flush();
    }
  } finally {
    await flush();
    await writing;
  }
}

async function writeBatch(file: FileHandle, batch: readonly Uint8Array[], start: number): Promise<void> {
  let rest = batch.filter(({ length }) => length > 0);
  let at = start;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, at).catch(fail);
    at += bytesWritten;
    rest = behind(rest, bytesWritten);
  }
}

/** What is left of `chunks` behind their first `count` bytes. */
function behind(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  return chunks.flatMap((chunk) => {
    const skipped = Math.min(skip, chunk.length);
    skip -= skipped;
    return skipped === chunk.length ? [] : [chunk.subarray(skipped)];
  });
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(fail);
  try {
    await handle.sync().catch(fail);
  } finally {
    await handle.close();
  }
}

async function* namesIn(folder: string): AsyncGenerator<string, void, undefined> {
  const entries = await opendir(folder).catch(absentIsNull);
  if (entries === null) return;
  for await (const { name } of entries) yield name;
}

async function openOrNull(path: string, flags: number): Promise<FileHandle | null> {
  return open(path, flags).catch(absentIsNull);
}

async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(absentIsNull);
  return found?.size ?? null;
}

async function exists(path: string): Promise<boolean> {
  return (await sizeOf(path)) !== null;
}

async function unlinkIfThere(path: string): Promise<boolean> {
  const gone = await unlink(path).catch(absentIsNull);
  return gone !== null;
}

function absentIsNull(thrown: unknown): null {
  if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return null;
  return fail(thrown);
}

function fail(thrown: unknown): never {
  const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(thrown) ?? '');
  throw new SvjError(full ? 'store/full' : 'store/unavailable', codeOf(thrown), thrown);
}

function codeOf(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException | null)?.code;
}
