/** How many recordings were never finished, as far as that can be said without a key: for the locked screen. */
import { SvjError } from '#shared/errors.ts';
import { HEAD_BYTES } from '#shared/format/segment.ts';
import type { ObjectId } from '#shared/ids.ts';
import type { ObjectReader, ObjectStore } from '#web/store/objects.ts';
import { heldClips } from './clip-lock.ts';
import { TAIL_SLOTS, tailName } from './clip-tail.ts';
import type { Stores } from './vault.ts';

/**
 * Not those that some tab is writing, nor those of which nothing was written. An import that was cut short is counted, and
 * a recording without one whole picture: what a draft is of and what is in it is sealed. So the locked screen promises
 * neither that there is a recording nor that it can be kept.
 */
export async function countUnfinished({ records, objects }: Stores): Promise<number> {
  const drafts = await records.all('drafts');
  const held = await heldClips();
  const free = drafts.filter(({ clipId }) => !held.has(clipId));
  const written = await Promise.all(free.map(({ clipId }) => isWritten(objects, clipId)));
  return written.filter(Boolean).length;
}

async function isWritten(objects: ObjectStore, clipId: ObjectId): Promise<boolean> {
  try {
    const inBody = await hasBytesAt(await objects.open(clipId), [HEAD_BYTES]);
    return inBody || (await hasBytesAt(await objects.open(tailName(clipId)), TAIL_SLOTS));
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
    return true; // what cannot be read may hold a recording
  }
}

/** Room is reserved with zeros, and nothing that is sealed begins with four of them. */
async function hasBytesAt(file: ObjectReader | null, places: readonly number[]): Promise<boolean> {
  if (file === null) return false;
  try {
    for (const at of places) {
      const start = at < file.size ? await file.read(at, Math.min(at + 4, file.size)) : new Uint8Array();
      if (start.some((byte) => byte !== 0)) return true;
    }
    return false;
  } finally {
    file.close();
  }
}
