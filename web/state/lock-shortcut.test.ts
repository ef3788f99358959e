/** The keys that lock, on Latin and other keyboards. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

type Keys = Partial<Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>>;

const SHIFT_L: Keys = { key: 'L', code: 'KeyL', shiftKey: true };
const NONE: Keys = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

async function isLock(keys: Keys): Promise<boolean> {
  const { isLockShortcut } = await import('./lock-shortcut.ts');
  return isLockShortcut({ ...NONE, ...keys } as KeyboardEvent);
}

describe.each(['X11; Linux x86_64', 'Macintosh; Intel Mac OS X'])('lock shortcut, %s', (system) => {
  const isApple = system.startsWith('Mac');

  beforeAll(() => {
    vi.resetModules();
    vi.stubGlobal('navigator', { userAgent: `Mozilla/5.0 (${system})` });
  });
  afterAll(() => vi.unstubAllGlobals());

  it.each<[string, Keys]>([
    ['L', {}],
    ['l, by caps lock', { key: 'l' }],
    ['Russian Д', { key: 'Д' }],
    ['Greek Λ', { key: 'Λ' }],
    ['Hebrew ך', { key: 'ך' }],
    ['L of a Dvorak layout, on the key of P', { code: 'KeyP' }]
  ])('%s with Ctrl or ⌘ and Shift', async (_, keys) => {
    expect(await isLock({ ...SHIFT_L, ...keys, ctrlKey: true })).toBe(true);
    expect(await isLock({ ...SHIFT_L, ...keys, metaKey: true })).toBe(true);
    expect(await isLock({ ...SHIFT_L, ...keys, altKey: true })).toBe(!isApple);
  });

  it.each<[string, Keys]>([
    ['without Shift', { ctrlKey: true, shiftKey: false }],
    ['without another key', {}],
    ['with Ctrl and Alt, which types', { ctrlKey: true, altKey: true }],
    ['the key of L on a Dvorak layout, which is N there', { key: 'N', ctrlKey: true }],
    ['another key on a Russian layout', { key: 'К', code: 'KeyR', ctrlKey: true }]
  ])('not %s', async (_, keys) => {
    expect(await isLock({ ...SHIFT_L, ...keys })).toBe(false);
  });
});
