/** How the vault's own list of everything was found when it was opened (FORMAT.md section 12). */

/**
 * Everything that opens can be seen, and nothing is ever written. `damaged` and `rolled-back`: the newest head does not
 * open, or what is kept contradicts it. `newer-app`: it is in a format that this version does not know.
 */
export type ReadOnlyCondition = 'damaged' | 'rolled-back' | 'newer-app';

/** `history-cut`: an older head is damaged, which harms nothing and is mended by the next change. */
export type VaultCondition = 'sound' | 'history-cut' | ReadOnlyCondition;

export function isReadOnly(condition: VaultCondition): condition is ReadOnlyCondition {
  return condition === 'damaged' || condition === 'rolled-back' || condition === 'newer-app';
}
