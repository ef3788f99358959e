/**
 * Ctrl/⌘ + Shift + L locks. Browsers leave it free; a password manager may take it, so away
 * from Apple keyboards, where it would type a letter, Alt + Shift + L does the same.
 */
const apple = /mac|iphone|ipad/i.test(navigator.userAgent);

export const LOCK_KEYS = apple ? '⌘ ⇧ L' : 'Ctrl + Shift + L';
export const OTHER_LOCK_KEYS = apple ? '⌃ ⇧ L' : 'Alt + Shift + L';

export function isLockShortcut(event: KeyboardEvent): boolean {
  if (!event.shiftKey || !isL(event)) return false;
  if (event.ctrlKey || event.metaKey) return !event.altKey;
  return event.altKey && !apple;
}

/** By the letter; where the layout has no Latin ones, by the place of the key. */
function isL({ key, code }: KeyboardEvent): boolean {
  return key.toLowerCase() === 'l' || (code === 'KeyL' && !/^[a-z]$/i.test(key));
}
