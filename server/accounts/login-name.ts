/** What a person signs in with. Kept as a keyed hash only: the relay finds an account by it and cannot list names. */
import { createHmac } from 'node:crypto';

/** Compared without regard to case, width and surrounding space (NFKC). */
export function normaliseName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase().normalize('NFKC');
}

/** 32 bytes: HMAC-SHA-256 of the normalised name. */
export function nameIndex(key: Uint8Array, name: string): Uint8Array {
  return createHmac('sha256', key).update(normaliseName(name)).digest();
}
