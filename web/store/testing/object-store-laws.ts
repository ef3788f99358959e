/** What every object store keeps to. */
import { concat, randomBytes, type Bytes } from '#shared/bytes.ts';
import type { ObjectStore, ObjectWriter } from '../objects.ts';
import { must, mustEqual, mustFail, type Law } from './law.ts';

/** Each law gets a store without any file. `reopen` gives the same files to a new store. */
export interface ObjectStoreSubject {
  readonly objects: ObjectStore;
  readonly reopen: () => Promise<ObjectStore>;
}

async function write(objects: ObjectStore, name: string, ...parts: readonly Bytes[]): Promise<void> {
  const writer = await objects.create(name);
  let at = 0;
  for (const part of parts) {
    writer.write(part, at);
    at += part.length;
  }
  writer.flush();
  writer.close();
}

async function readAll(objects: ObjectStore, name: string): Promise<Bytes | null> {
  const reader = await objects.open(name);
  if (reader === null) return null;
  const bytes = await reader.read(0, reader.size);
  reader.close();
  return bytes;
}

async function opened(
  objects: ObjectStore,
  name: string
): Promise<NonNullable<Awaited<ReturnType<ObjectStore['open']>>>> {
  const reader = await objects.open(name);
  must(reader !== null, 'the file is there');
  return reader;
}

/** A write as the vault would do it in one go, undone when it fails. */
async function attempt(objects: ObjectStore, name: string, work: (writer: ObjectWriter) => void): Promise<void> {
  const writer = await objects.create(name);
  try {
    work(writer);
  } finally {
    writer.close();
  }
}

export const objectStoreLaws: Readonly<Record<string, Law<ObjectStoreSubject>>> = {
  'an absent file opens as null': async ({ objects }) => {
    mustEqual(await objects.open('absent'), null, 'open');
    mustEqual(await objects.list(), [], 'list');
  },

  'what was flushed reads back, by range and after reopening': async ({ objects, reopen }) => {
    const parts = [randomBytes(1), randomBytes(65_536), randomBytes(40_001)];
    await write(objects, 'a', ...parts);
    const whole = concat(...parts);
    for (const store of [objects, await reopen()]) {
      const reader = await opened(store, 'a');
      mustEqual(reader.size, whole.length, 'size');
      for (const [from, to] of [
        [0, 0],
        [0, 1],
        [65_535, 65_538],
        [whole.length - 1, whole.length],
        [0, whole.length]
      ] as const) {
        mustEqual(await reader.read(from, to), whole.slice(from, to), `bytes ${String(from)}–${String(to)}`);
      }
      reader.close();
    }
  },

  'a read beyond the end gives what there is': async ({ objects }) => {
    await write(objects, 'a', new Uint8Array([1, 2, 3]));
    const reader = await opened(objects, 'a');
    mustEqual(await reader.read(1, 10), new Uint8Array([2, 3]), 'over the end');
    mustEqual(await reader.read(3, 10), new Uint8Array(), 'at the end');
    mustEqual(await reader.read(10, 20), new Uint8Array(), 'behind the end');
    reader.close();
  },

  'an empty file is a file': async ({ objects, reopen }) => {
    await write(objects, 'a');
    mustEqual(await readAll(await reopen(), 'a'), new Uint8Array(), 'bytes');
  },

  'offsets are kept, gaps are zeros, a later write wins': async ({ objects }) => {
    const writer = await objects.create('a');
    writer.write(new Uint8Array([1, 1, 1, 1]), 4);
    writer.write(new Uint8Array([2, 2]), 5);
    writer.flush();
    writer.close();
    mustEqual(await readAll(objects, 'a'), new Uint8Array([0, 0, 0, 0, 1, 2, 2, 1]), 'bytes');
  },

  'resize grows with zeros and cuts off': async ({ objects, reopen }) => {
    const writer = await objects.create('a');
    writer.write(new Uint8Array([1, 2, 3, 4]), 0);
    writer.resize(6);
    writer.flush();
    writer.resize(2);
    writer.resize(3);
    writer.flush();
    writer.close();
    mustEqual(await readAll(await reopen(), 'a'), new Uint8Array([1, 2, 0]), 'bytes');
  },

  'one writer at a time': async ({ objects, reopen }) => {
    const writer = await objects.create('a');
    await mustFail('object/busy', () => objects.create('a'));
    const other = await reopen();
    await mustFail('object/busy', () => other.create('a'));
    const elsewhere = await other.create('b');
    elsewhere.close();
    writer.close();
    (await objects.create('a')).close();
  },

  'a refused second writer harms nothing': async ({ objects }) => {
    const writer = await objects.create('a');
    writer.write(new Uint8Array([1, 2, 3]), 0);
    await mustFail('object/busy', () => objects.create('a'));
    writer.flush();
    writer.close();
    mustEqual(await readAll(objects, 'a'), new Uint8Array([1, 2, 3]), 'bytes');
  },

  'what is flushed can be read while it is being written': async ({ objects }) => {
    const writer = await objects.create('a');
    writer.write(new Uint8Array([1, 2, 3]), 0);
    writer.flush();
    const reader = await opened(objects, 'a');
    mustEqual(await reader.read(0, 3), new Uint8Array([1, 2, 3]), 'bytes');
    reader.close();
    writer.write(new Uint8Array([4]), 3);
    writer.flush();
    writer.close();
    mustEqual(await readAll(objects, 'a'), new Uint8Array([1, 2, 3, 4]), 'bytes');
  },

  'several readers at once': async ({ objects }) => {
    await write(objects, 'a', new Uint8Array([1, 2, 3]));
    const readers = await Promise.all([opened(objects, 'a'), opened(objects, 'a'), opened(objects, 'a')]);
    for (const reader of readers) mustEqual(await reader.read(0, 3), new Uint8Array([1, 2, 3]), 'bytes');
    for (const reader of readers) reader.close();
  },

  'a file that is being written is not removed': async ({ objects }) => {
    const writer = await objects.create('a');
    writer.write(new Uint8Array([1]), 0);
    writer.flush();
    await mustFail('object/busy', () => objects.remove('a'));
    writer.close();
    mustEqual(await readAll(objects, 'a'), new Uint8Array([1]), 'bytes');
  },

  'removing is final, and may be repeated': async ({ objects, reopen }) => {
    await write(objects, 'a', new Uint8Array([1]));
    await write(objects, 'b', new Uint8Array([2]));
    await objects.remove('a');
    await objects.remove('a');
    await objects.remove('never there');
    mustEqual(await readAll(objects, 'a'), null, 'removed');
    mustEqual(await (await reopen()).list(), ['b'], 'list');
  },

  'a name made again begins empty': async ({ objects }) => {
    await write(objects, 'a', new Uint8Array([1, 2, 3]));
    await write(objects, 'a', new Uint8Array([9]));
    mustEqual(await readAll(objects, 'a'), new Uint8Array([9]), 'bytes');
    await objects.remove('a');
    await write(objects, 'a', new Uint8Array([7]));
    mustEqual(await readAll(objects, 'a'), new Uint8Array([7]), 'bytes');
  },

  'the list names every file once': async ({ objects, reopen }) => {
    const names = ['0a', '0a.tail', 'ff'];
    for (const name of names) await write(objects, name, randomBytes(3));
    mustEqual((await (await reopen()).list()).sort(), names, 'list');
  }
};

/** Only for a store that is made to hold little. */
export const fullStoreLaws: Readonly<Record<string, Law<ObjectStoreSubject & { readonly tooMuch: number }>>> = {
  'D3 a full device is storage/quota, and what was flushed before stays': async ({ objects, reopen, tooMuch }) => {
    await write(objects, 'before', new Uint8Array([1, 2, 3]));
    await mustFail('storage/quota', () =>
      attempt(objects, 'big', (writer) => {
        for (let at = 0; at < tooMuch; at += 1_000_000) {
          writer.write(randomBytes(65_536), at);
          writer.write(randomBytes(65_536), at + 500_000);
        }
        writer.flush();
      })
    );
    mustEqual(await readAll(await reopen(), 'before'), new Uint8Array([1, 2, 3]), 'bytes');
    await objects.remove('big');
    await write(objects, 'after', new Uint8Array([4]));
    mustEqual(await readAll(objects, 'after'), new Uint8Array([4]), 'bytes');
  },

  'D3 space cannot be reserved that is not there': async ({ objects, tooMuch }) => {
    await mustFail('storage/quota', () =>
      attempt(objects, 'big', (writer) => {
        writer.resize(tooMuch);
      })
    );
  }
};
