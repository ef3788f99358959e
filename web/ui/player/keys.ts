/** Which key does what in the player. Pure: a keystroke in, a deed out. */

export type PlayerDeed =
  | { readonly do: 'toggle' }
  | { readonly do: 'skip'; readonly ms: number }
  | { readonly do: 'seek'; readonly part: number }
  | { readonly do: 'step'; readonly frames: 1 | -1 }
  | { readonly do: 'speed'; readonly by: 1 | -1 }
  | { readonly do: 'volume'; readonly by: number }
  | { readonly do: 'mute' }
  | { readonly do: 'fullscreen' }
  | { readonly do: 'picture-in-picture' }
  | { readonly do: 'help' };

export const SKIP_MS = 10_000;
export const ARROW_SKIP_MS = 5_000;
export const VOLUME_STEP = 0.1;

const DEEDS: Readonly<Record<string, PlayerDeed>> = {
  ' ': { do: 'toggle' },
  k: { do: 'toggle' },
  j: { do: 'skip', ms: -SKIP_MS },
  l: { do: 'skip', ms: SKIP_MS },
  ArrowLeft: { do: 'skip', ms: -ARROW_SKIP_MS },
  ArrowRight: { do: 'skip', ms: ARROW_SKIP_MS },
  ArrowUp: { do: 'volume', by: VOLUME_STEP },
  ArrowDown: { do: 'volume', by: -VOLUME_STEP },
  ',': { do: 'step', frames: -1 },
  '.': { do: 'step', frames: 1 },
  '<': { do: 'speed', by: -1 },
  '>': { do: 'speed', by: 1 },
  m: { do: 'mute' },
  f: { do: 'fullscreen' },
  p: { do: 'picture-in-picture' },
  '?': { do: 'help' },
  Home: { do: 'seek', part: 0 },
  End: { do: 'seek', part: 1 },
  ...Object.fromEntries(Array.from({ length: 10 }, (_, digit) => [String(digit), { do: 'seek', part: digit / 10 }]))
};

export interface Keystroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Null for keys that are not the player's; keys with Ctrl, Alt or ⌘ belong to the browser. */
export function deedOf({ key, ctrlKey, metaKey, altKey }: Keystroke): PlayerDeed | null {
  if (ctrlKey || metaKey || altKey) return null;
  const name = key.length === 1 ? key.toLowerCase() : key;
  return Object.hasOwn(DEEDS, name) ? (DEEDS[name] ?? null) : null;
}

/** These scroll the page, unless the person is in the player. */
const SCROLLING = new Set(['ArrowUp', 'ArrowDown', 'Home', 'End']);

export function scrollsElsewhere(key: string): boolean {
  return SCROLLING.has(key);
}

const TYPING = 'input:not([type=checkbox], [type=button]), textarea, select, [contenteditable]';
const LAYERS = '[role^=menu], [role=dialog], [role=alertdialog]';
const PRESSED = 'button, a, summary, [role=checkbox], [role=switch]';
const MOVED = '[role=radiogroup], [role=listbox], [role=slider], fieldset';

/** Where keys have a meaning of their own, so that the player must not take them. */
export function belongsElsewhere(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(`${TYPING}, ${LAYERS}`)) return true;
  // Buttons and links are pressed by these two; everywhere else they play.
  if ((key === ' ' || key === 'Enter') && target.closest(PRESSED)) return true;
  return key.startsWith('Arrow') && target.closest(MOVED) !== null;
}
