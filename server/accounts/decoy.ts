/**
 * What prelogin answers for a name that nobody has: stable, and like an answer for one that somebody has (attack C1).
 */
import { createHmac } from 'node:crypto';

export interface Prelogin {
  /** 32 hex digits. */
  readonly vaultId: string;
  /** 48 bytes. */
  readonly kdf: Uint8Array;
}

/** KiB: what devices choose when a journal is created. */
const MEMORIES = [64 * 1024, 128 * 1024, 256 * 1024] as const;
const PASSES = 3;

/** @param key of the keyring, for this purpose alone */
export function decoy(key: Uint8Array, index: Uint8Array): Prelogin {
  const derive = (label: string): Buffer => createHmac('sha256', key).update(label).update(index).digest();
  const parameters = Buffer.alloc(16);
  // Argon2id 0x13, memory, passes, one lane: FORMAT.md section 5.1.
  parameters.set([0x01, 0x13, 0, 0]);
  parameters.writeUInt32BE(MEMORIES[derive('memory').readUInt16BE(0) % MEMORIES.length] ?? MEMORIES[1], 4);
  parameters.writeUInt32BE(PASSES, 8);
  parameters.writeUInt32BE(1, 12);
  return {
    vaultId: derive('vault').subarray(0, 16).toString('hex'),
    kdf: new Uint8Array(Buffer.concat([parameters, derive('salt')]))
  };
}
