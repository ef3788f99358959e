/** A clip that could not be named when it ended, because the journal was locked or full: it comes before the next one. */
import { toSvjError } from '#shared/errors.ts';
import type { TakeEnd } from '#web/journal/record.ts';
import { entries } from './entries.svelte.ts';
import { session } from './session.svelte.ts';

/** @param end of the clip before; null when there is none. @throws what the vault throws */
export async function nameClip(end: TakeEnd | null): Promise<void> {
  if (end === null || (end.outcome !== 'sealed' && end.outcome !== 'unfinished')) return;
  const { entryId, clipId } = end;
  try {
    entries.apply((await session.vault.call('keep', { entryId, clipId })).summary);
  } catch (thrown) {
    // Kept meanwhile, by the journal's own look at unfinished recordings.
    if (toSvjError(thrown).code !== 'object/absent') throw thrown;
  }
}
