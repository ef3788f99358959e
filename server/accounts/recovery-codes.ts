/**
 * Codes that stand in for a lost second factor: ten of 130 random bits, each good once. Kept as SHA-256, which is enough
 * for so much chance (ASVS V6.5.2).
 */
import { createHash, randomInt } from 'node:crypto';

const COUNT = 10;
/** Without I, L, O and U, which are misread (Crockford's base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHARACTERS = 26;
const GROUP = /.{1,7}/g;

/** As they are shown: four groups. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, () => {
    const characters = Array.from({ length: CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    return (characters.match(GROUP) ?? []).join('-');
  });
}

/** However it was typed: case, spaces, dashes and the misread letters do not matter. */
export function recoveryCodeHash(code: string): Uint8Array {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  return createHash('sha256').update(plain).digest();
}
