/** The vault of now, to be asked for anew at each step: a lock may fall between two. */
import { session } from './session.svelte.ts';

export function isOpen(): boolean {
  return session.status === 'unlocked';
}

/** Null while the journal is locked. */
export function openVault(): typeof session.vault | null {
  try {
    return session.vault;
  } catch {
    return null;
  }
}
