/** Taking recordings off this device that the backup holds, each read back once more before it goes. */
import type { ObjectId } from '#shared/ids.ts';
import type { Transfer } from '#web/sync/transfers.ts';
import type { Places } from '#web/workers/contracts.ts';
import type { VaultClient } from './session.ts';

export interface Freeable {
  readonly objectId: ObjectId;
  /** Sealed, in bytes. */
  readonly size: number;
}

/** Verified recordings of entries whose words the relay has too. Pictures stay: they are what a timeline is made of. */
export function freeable({ objects, unpublished }: Places, transfers: readonly Transfer[]): Freeable[] {
  const verified = new Set(transfers.filter(({ state }) => state === 'verified').map(({ objectId }) => objectId));
  const waiting = new Set(unpublished);
  return objects.filter(
    ({ objectId, entryId, isRecording, isHere }) =>
      isRecording && isHere && verified.has(objectId) && !waiting.has(entryId)
  );
}

/**
 * One after the other; what the backup does not give back whole stays. Resolves to the bytes that were freed.
 * @throws `relay/…`, `session/absent`, `vault/locked`; what was freed before stays freed
 */
export async function freeAll(
  vault: VaultClient,
  objects: readonly Freeable[],
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: (done: number) => void }
): Promise<number> {
  let freed = 0;
  for (const [index, { objectId, size }] of objects.entries()) {
    if (signal.aborted) break;
    if ((await vault.call('free', { objectId })) === 'verified') freed += size;
    progress(index + 1);
  }
  return freed;
}
