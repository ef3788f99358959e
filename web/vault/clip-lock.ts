/**
 * A Web Lock for as long as an object is being written. It ends with its worker, whatever
 * kills that, so recovery never touches a recording that another tab is making.
 */
import type { ObjectId } from '#shared/ids.ts';

const PREFIX = 'svj/clip/';

/** Resolves with the release function once the lock is held. */
export function holdClip(clipId: ObjectId): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(
        PREFIX + clipId,
        () =>
          new Promise<void>((release) => {
            resolve(release);
          })
      )
      .catch(reject);
  });
}

/** Clips that some worker of this browser is writing now. */
export async function heldClips(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])));
}
