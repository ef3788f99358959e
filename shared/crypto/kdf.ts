/**
 * Argon2id (RFC 9106) from a passphrase, with floor and ceiling in the one function that
 * derives. The only importer of hash-wasm. The 48-byte block (FORMAT.md section 5.1) is bound
 * into the passphrase slot, so parameters cannot be changed without breaking the wrap.
 */
import { argon2id } from 'hash-wasm';
import { bigEndian, concat, randomBytes, readBigEndian, utf8, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { passphraseKey, type PassphraseKey } from './keys.ts';

export interface KdfParameters {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
}

export interface KdfBlock extends KdfParameters {
  /** 32 bytes. */
  readonly salt: Bytes;
}

export const KDF_BLOCK_BYTES = 48;
export const KDF_FLOOR: KdfParameters = { memory: 64 * 1024, passes: 3 };
export const KDF_DEFAULT: KdfParameters = { memory: 128 * 1024, passes: 3 };
export const KDF_STRONG: KdfParameters = { memory: 256 * 1024, passes: 3 };
export const KDF_CEILING: KdfParameters = { memory: 1024 * 1024, passes: 16 };
export const PASSPHRASE_MAX_BYTES = 1024;

const ARGON2ID = 0x01;
const VERSION = 0x13;
// hash-wasm has one thread; more lanes would only help an attacker.
const LANES = 1;
const SALT_BYTES = 32;

export function newKdfBlock(parameters: KdfParameters): KdfBlock {
  return { memory: parameters.memory, passes: parameters.passes, salt: randomBytes(SALT_BYTES) };
}

export function encodeKdfBlock(block: KdfBlock): Bytes {
  if (block.salt.length !== SALT_BYTES) throw new SvjError('format/kdf', 'salt');
  return concat(
    new Uint8Array([ARGON2ID, VERSION, 0, 0]),
    bigEndian(block.memory, 4),
    bigEndian(block.passes, 4),
    bigEndian(LANES, 4),
    block.salt
  );
}

/**
 * @throws `format/kdf` unless it is an Argon2id 0x13 block with one lane and a 32-byte salt,
 *   `kdf/below-floor`, `kdf/above-ceiling`
 */
export function parseKdfBlock(bytes: Uint8Array): KdfBlock {
  if (bytes.length !== KDF_BLOCK_BYTES) throw new SvjError('format/kdf', 'length');
  if (bytes[0] !== ARGON2ID || bytes[1] !== VERSION || bytes[2] !== 0 || bytes[3] !== 0) {
    throw new SvjError('format/kdf', 'algorithm');
  }
  if (readBigEndian(bytes, 12, 4) !== LANES) throw new SvjError('format/kdf', 'lanes');
  const block = {
    memory: readBigEndian(bytes, 4, 4),
    passes: readBigEndian(bytes, 8, 4),
    salt: concat(bytes.subarray(16))
  };
  requireSaneCost(block);
  return block;
}

/**
 * The passphrase key. Takes 0.3–3 s and `memory` KiB; run it in a worker that is ended
 * afterwards, which is also how it is cancelled.
 * @param passphrase as typed: normalised to NFC, not trimmed
 * @throws `kdf/below-floor`, `kdf/above-ceiling`, `kdf/empty-passphrase`,
 *   `kdf/passphrase-too-long`, `kdf/memory`
 */
export async function derivePassphraseKey(passphrase: string, block: KdfBlock): Promise<PassphraseKey> {
  requireSaneCost(block);
  if (block.salt.length !== SALT_BYTES) throw new SvjError('format/kdf', 'salt');
  const password = utf8(passphrase.normalize('NFC'));
  if (password.length === 0) throw new SvjError('kdf/empty-passphrase');
  if (password.length > PASSPHRASE_MAX_BYTES) throw new SvjError('kdf/passphrase-too-long');
  try {
    const raw = await argon2id({
      password,
      salt: block.salt,
      memorySize: block.memory,
      iterations: block.passes,
      parallelism: LANES,
      hashLength: 32,
      outputType: 'binary'
    });
    return await passphraseKey(concat(raw));
  } catch (cause) {
    if (cause instanceof RangeError) throw new SvjError('kdf/memory', undefined, cause);
    throw cause;
  } finally {
    password.fill(0);
  }
}

function requireSaneCost({ memory, passes }: KdfParameters): void {
  if (!Number.isSafeInteger(memory) || !Number.isSafeInteger(passes)) throw new SvjError('format/kdf', 'cost');
  if (memory < KDF_FLOOR.memory || passes < KDF_FLOOR.passes) throw new SvjError('kdf/below-floor');
  if (memory > KDF_CEILING.memory || passes > KDF_CEILING.passes) throw new SvjError('kdf/above-ceiling');
}
