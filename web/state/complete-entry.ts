/** Pictures for an entry that came without, in the background. An entry without a picture is no failure. */
import type { ObjectId } from '#shared/ids.ts';
import { completePictures, type Kept } from '#web/journal/pictures.ts';
import { clipUrl as newClipUrl } from '#web/journal/play.ts';
import { entries } from './entries.svelte.ts';
import { session } from './session.svelte.ts';

/** A new address each time; see web/journal/play.ts. */
export const clipUrl = (clip: ObjectId): string => newClipUrl(clip);

/** Never rejects: the next attempt is made when the entry is opened. */
export async function completeEntry({ record }: Kept, signal?: AbortSignal): Promise<void> {
  try {
    const kept = await completePictures(session.vault, record, clipUrl, signal === undefined ? {} : { signal });
    if (kept !== null) entries.apply(kept.summary);
  } catch {
    // Locked or cancelled meanwhile.
  }
}
