/** Taking recordings off this device that the backup holds, each read back once more before it goes. */
import type { ObjectId } from '#shared/ids.ts';
import type { Transfer, Transfers } from '#web/sync/transfers.ts';
import type { Places } from '#web/workers/contracts.ts';
import type { VaultClient } from './session.ts';

export interface Freeable {
  readonly objectId: ObjectId;
  /** Sealed, in bytes. */
  readonly size: number;
}

export interface FreeParts {
  readonly transfers: Transfers;
  readonly signal: AbortSignal;
  readonly progress: (done: number) => void;
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
 * One after the other; what the backup does not give back whole stays, and is sent again.
 * @throws `relay/…`, `session/absent`, `vault/locked`; what was freed before stays freed
 */
export async function freeAll(
  vault: VaultClient,
  objects: readonly Freeable[],
  { transfers, signal, progress }: FreeParts
): Promise<{ freedBytes: number; kept: number }> {
  let freedBytes = 0;
  let kept = 0;
  for (const [index, { objectId, size }] of objects.entries()) {
    if (signal.aborted) break;
    if ((await vault.call('free', { objectId })) === 'verified') freedBytes += size;
    else {
      kept++;
      await transfers.remove(objectId);
    }
    progress(index + 1);
  }
  return { freedBytes, kept };
}
