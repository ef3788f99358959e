/**
 * Room kept back for a full device: to delete an entry a few kilobytes have to be written before anything is freed, and
 * without room for them nothing could ever be freed.
 */
import { randomBytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { ObjectStore } from '#web/store/objects.ts';
import { removeFiles } from './remove-files.ts';

export const RESERVE_NAME = 'reserve';
/** A head, a bucket and a pack of the list at 10,000 entries, twice over. */
export const RESERVE_BYTES = 1024 * 1024;
/** As many as are given at once. */
const PIECE_BYTES = 65_536;

/** Makes it, or makes it again after it was spent. Where there is no room for it, the next round tries again. */
export async function keepReserve(objects: ObjectStore): Promise<void> {
  try {
    const kept = await objects.open(RESERVE_NAME);
    const isWhole = kept?.size === RESERVE_BYTES;
    kept?.close();
    if (!isWhole) await writeReserve(objects);
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
    if (thrown.code === 'storage/quota') await removeFiles(objects, RESERVE_NAME);
  }
}

/** Runs `work`, and where there was no room for it once more without the reserve. */
export async function withReserve<T>(objects: ObjectStore, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof SvjError) || thrown.code !== 'storage/quota') throw thrown;
    await removeFiles(objects, RESERVE_NAME);
    return work();
  }
}

/** Random, not zeros: a file system keeps no blocks for what it can leave out or make small. */
async function writeReserve(objects: ObjectStore): Promise<void> {
  const file = await objects.create(RESERVE_NAME);
  try {
    for (let at = 0; at < RESERVE_BYTES; at += PIECE_BYTES) file.write(randomBytes(PIECE_BYTES), at);
    file.flush();
  } finally {
    file.close();
  }
}
