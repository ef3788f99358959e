/** The keyboard of the record screen. Keys that belong to a control under the focus are left to it. */
export type RecordKey = 'main' | 'stop' | 'switch' | 'prompt';

const KEYS: Readonly<Record<string, RecordKey>> = { ' ': 'main', r: 'stop', c: 'switch', n: 'prompt' };

export function recordKey(event: KeyboardEvent): RecordKey | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return null;
  const control = event.target instanceof Element && event.target.closest('button, a, input, select, textarea, dialog');
  // A focused button owns Space; letters are free on buttons and links, but not where one types.
  const typing = control && control.matches('input, select, textarea, dialog');
  if (typing || (control && event.key === ' ')) return null;
  return KEYS[event.key.toLowerCase()] ?? null;
}
