/**
 * A Web Lock for as long as an object is being written. It ends with its worker, whatever
 * kills that, so recovery never touches a recording that another tab is making.
 */
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';

const PREFIX = 'svj/clip/';

const PATIENCE_MS = 5000;

/** Resolves with the release function once the lock is held. */
export function holdClip(clipId: ObjectId): Promise<() => void> {
  return hold(clipId);
}

/** The same for a recording that somebody else began. @throws `object/busy` when its writer does not end */
export function claimClip(clipId: ObjectId): Promise<() => void> {
  // A worker that was just ended gives its locks back a moment later.
  return hold(clipId, AbortSignal.timeout(PATIENCE_MS));
}

/** Runs `work` while nobody writes the clip; null when somebody does. Several tabs may do so at once. */
export function unlessWritten<T>(clipId: ObjectId, work: () => Promise<T>): Promise<T | null> {
  return navigator.locks.request(PREFIX + clipId, { mode: 'shared', ifAvailable: true }, async (lock) =>
    lock === null ? null : work()
  );
}

/** Clips that some worker of this browser is writing now. */
export async function heldClips(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  const names = held.flatMap(({ name, mode }) => (mode === 'exclusive' && name !== undefined ? [name] : []));
  return new Set(names.flatMap((name) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])));
}

function hold(clipId: ObjectId, signal?: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(
        PREFIX + clipId,
        signal === undefined ? {} : { signal },
        () =>
          new Promise<void>((release) => {
            resolve(release);
          })
      )
      .catch((thrown: unknown) => {
        reject(signal?.aborted ? new SvjError('object/busy', undefined, thrown) : toSvjError(thrown));
      });
  });
}
