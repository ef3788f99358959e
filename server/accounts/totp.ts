/** One-time codes by time (RFC 6238): 160-bit seed, SHA-1, six digits, 30 s. The only importer of the library. */
import { Secret, TOTP } from 'otpauth';

export const SEED_BYTES = 20;
const PERIOD_SECONDS = 30;
const ISSUER = 'Secure Video Journal';

function totpOf(seed: Uint8Array, label = ''): TOTP {
  const secret = new Secret({ buffer: Uint8Array.from(seed).buffer });
  return new TOTP({ issuer: ISSUER, label, algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS, secret });
}

/** What an authenticator app takes by QR code or by hand. */
export function totpSetup(seed: Uint8Array, label: string): { readonly uri: string; readonly secret: string } {
  const totp = totpOf(seed, label);
  return { uri: totp.toString(), secret: totp.secret.base32 };
}

/**
 * @param now milliseconds since 1970, by the relay's clock
 * @returns the step that the code belongs to, at most one away from now; null for a wrong code
 */
export function stepOfCode(seed: Uint8Array, code: string, now: number): number | null {
  const delta = totpOf(seed).validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? null : Math.floor(now / 1000 / PERIOD_SECONDS) + delta;
}

/** The code of now, as an app shows it. For tests and for nobody else. */
export function codeAt(seed: Uint8Array, now: number): string {
  return totpOf(seed).generate({ timestamp: now });
}
