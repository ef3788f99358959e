/** This page as the way from players to the vault, and what of their clips could not be given. */
import { endClips, serveClips } from '#web/journal/play.ts';
import type { ClipTrouble } from '#web/workers/clip-port.ts';
import { session } from './session.svelte.ts';

class Player {
  readonly #listeners = new Set<(trouble: ClipTrouble) => void>();

  /** Once per document, as early as can be: a locked page has to say that it is. */
  serve(): void {
    serveClips({
      vault: () => session.vault,
      ontrouble: (trouble) => {
        for (const listener of this.#listeners) listener(trouble);
      }
    });
    // The browser's list of what was loaded would name the addresses of clips, of late answers even after a lock.
    performance.setResourceTimingBufferSize(0);
    session.onLock(() => endClips());
  }

  /** Returns how to stop listening. */
  onTrouble(listener: (trouble: ClipTrouble) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const player = new Player();
