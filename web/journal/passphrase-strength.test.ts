import { describe, expect, it } from 'vitest';
import { judgePassphrase } from './passphrase-strength.ts';

describe('judgePassphrase', () => {
  it.each([
    ['', 'empty'],
    ['7 chars', 'too-short'],
    ['\u{1f511}\u{1f511}\u{1f511}\u{1f511}', 'too-short'],
    ['password', 'common'],
    ['password1', 'common'],
    ['12345678', 'common'],
    ['aaaaaaaaaaaa', 'common'],
    ['let me in please', 'common'],
    ['x'.repeat(1025), 'too-long'],
    ['ß'.repeat(513), 'too-long']
  ] as const)('refuses %j: %s', (passphrase, refusal) => {
    expect(judgePassphrase(passphrase).refusal).toBe(refusal);
  });

  it('accepts 1,024 bytes', () => {
    const passphrase = 'tell plug measure turn warrior '.repeat(40).slice(0, 1024);
    expect(judgePassphrase(passphrase)).toEqual({ level: 4, refusal: null, short: false });
  });

  it('finds five random words strong', () => {
    expect(judgePassphrase('tell plug measure turn warrior').level).toBe(4);
  });

  it('recommends more than eight characters', () => {
    const { refusal, short } = judgePassphrase('kV7!pq2Zx');
    expect(refusal).toBeNull();
    expect(short).toBe(true);
  });

  it('judges composed and decomposed letters alike', () => {
    expect(judgePassphrase('Schlüssel Käse Öl'.normalize('NFD'))).toEqual(judgePassphrase('Schlüssel Käse Öl'));
  });

  it('is quick with long texts', () => {
    const started = performance.now();
    judgePassphrase('abc123 '.repeat(140));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
