/** Recordings that were never closed because the app or the browser died: found, kept or discarded. */
import type { FoundRecordings, StartedClip } from '#web/workers/contracts.ts';
import { completePictures, type ClipUrl, type Kept } from './pictures.ts';
import type { VaultClient } from './session.ts';

export interface KeepOptions {
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly progress: (fraction: number) => void;
}

/** The newest first. What was stopped while the journal was locked is kept without asking. */
export async function findRecordings(vault: VaultClient, signal: AbortSignal): Promise<FoundRecordings> {
  const found = await vault.call('unfinished', undefined, { signal });
  const offered = found.offered.toSorted((a, b) => Date.parse(b.recordedAt) - Date.parse(a.recordedAt));
  return { ...found, offered };
}

/**
 * Makes what is saved a clip of its entry. Cancelled, it stays unfinished and nothing is lost.
 * @throws `storage/quota`, `object/absent`, `call/aborted`
 */
export async function keepRecording(vault: VaultClient, clip: StartedClip, options: KeepOptions): Promise<Kept> {
  const { entryId, clipId } = clip;
  return vault.call(
    'keep',
    { entryId, clipId },
    {
      signal: options.signal,
      progress: ({ done, total }) => options.progress(total > 0 ? Math.min(1, done / total) : 0)
    }
  );
}

/** Poster and scrub pictures, which a recording that died could not make. Null when nothing was missing. */
export async function pictureRecording(vault: VaultClient, kept: Kept, urlOf: ClipUrl): Promise<Kept | null> {
  return completePictures(vault, kept.record, urlOf);
}

/** Removes it from this device for good. */
export async function discardRecording(vault: VaultClient, { entryId, clipId }: StartedClip): Promise<void> {
  await vault.call('discard', { entryId, clipId });
}
