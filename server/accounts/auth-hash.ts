/**
 * How proofs are kept: HMAC-SHA-256 under a pepper of the keyring. A proof was derived on the device at the full cost of
 * Argon2id, so slow hashing here would add nothing (Palant 2023); the pepper keeps a stolen table alone from being tried
 * against the relay.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type ProofKind = 'auth' | 'recovery';

export function authHash(pepper: Uint8Array, kind: ProofKind, accountId: string, proof: Uint8Array): Uint8Array {
  return createHmac('sha256', pepper).update(`${kind}/${accountId}/`).update(proof).digest();
}

/** Takes as long for a wrong proof as for the right one. */
export function equalHashes(kept: Uint8Array, given: Uint8Array): boolean {
  return kept.length === given.length && timingSafeEqual(kept, given);
}
