/** One-time codes against the answers of RFC 6238, appendix B. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeAt, stepOfCode, totpSetup } from './totp.ts';

interface Case {
  readonly time: number;
  readonly totp: string;
  readonly hash: string;
  readonly secretAscii: string;
}

/** Of the appendix itself, for where the shared file is absent. */
const OWN: readonly Case[] = [
  { time: 59, totp: '94287082', hash: 'SHA1', secretAscii: '12345678901234567890' },
  { time: 20_000_000_000, totp: '65353130', hash: 'SHA1', secretAscii: '12345678901234567890' }
];

function cases(): readonly Case[] {
  const folder = process.env['SVJ_VECTORS_DIR'] ?? '../shared/vectors';
  try {
    const file = JSON.parse(readFileSync(resolve(folder, 'totp/rfc6238.json'), 'utf8')) as { tests: Case[] };
    return [...OWN, ...file.tests.filter(({ hash }) => hash === 'SHA1')];
  } catch {
    return OWN;
  }
}

describe('one-time codes', () => {
  it.each(cases())('at $time', ({ time, totp, secretAscii }) => {
    const seed = new TextEncoder().encode(secretAscii);
    const code = totp.slice(-6);
    const now = time * 1000;
    const step = Math.floor(time / 30);
    expect(codeAt(seed, now)).toBe(code);
    expect(stepOfCode(seed, code, now)).toBe(step);
    // One step earlier or later by the relay's clock, and no further.
    expect(stepOfCode(seed, code, now - 30_000)).toBe(step);
    expect(stepOfCode(seed, code, now + 30_000)).toBe(step);
    expect(stepOfCode(seed, code, now + 60_000)).toBeNull();
    expect(stepOfCode(seed, String((Number(code) + 1) % 1_000_000).padStart(6, '0'), now)).toBeNull();
  });

  it('give an app what it takes, and the relay no name', () => {
    const { uri, secret } = totpSetup(new TextEncoder().encode('12345678901234567890'), 'Backup');
    expect(secret).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    expect(uri).toBe(
      `otpauth://totp/Secure%20Video%20Journal:Backup?issuer=Secure%20Video%20Journal&secret=${secret}&algorithm=SHA1&digits=6&period=30`
    );
  });
});
