/** Takes away object files that no committed row names any more. */
import { SvjError } from '#shared/errors.ts';
import type { ObjectStore } from '#web/store/objects.ts';

/**
 * What it was done for is committed, so a file that cannot go now (a player in another tab has
 * it open, say) is no failure: it is an orphan, and the next unlock removes it.
 */
export async function removeFiles(objects: ObjectStore, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await objects.remove(name);
    } catch (thrown) {
      if (!(thrown instanceof SvjError)) throw thrown;
    }
  }
}
