/**
 * What is cleared away while a journal is open: trash that is due, object files that nothing names; and what is kept ready
 * for a full device. Ends with the worker.
 */
import { SvjError } from '#shared/errors.ts';
import { purgeTrash } from './entries.ts';
import { removeOrphans } from './orphans.ts';
import { keepReserve } from './reserve.ts';
import type { Vault } from './vault.ts';

/** Long enough for the first screen to be there. */
export const BEGIN_AFTER_MS = 10_000;
/** A journal may stay open for days, and what is in the trash is promised to be gone after seven. */
export const REPEAT_AFTER_MS = 60 * 60 * 1000;

export class Housekeeping {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** For the journal that is opened now; an earlier one is left alone from here on. */
  begin(vault: Vault): void {
    this.#plan(vault, BEGIN_AFTER_MS);
  }

  #plan(vault: Vault, delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#plan(vault, REPEAT_AFTER_MS);
      void clear(vault);
    }, delay);
  }
}

/** Never waited for: a large journal has tens of thousands of files, and none of them is in the way. */
async function clear(vault: Vault): Promise<void> {
  await purgeTrash(vault, new Date());
  try {
    await removeOrphans(vault);
    await keepReserve(vault.stores.objects);
  } catch (thrown) {
    // The next round tries again.
    if (!(thrown instanceof SvjError)) throw thrown;
  }
}
