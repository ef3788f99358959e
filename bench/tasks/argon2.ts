/** Argon2id with 64 MiB, three passes, one lane: bare hash-wasm (the limit) and the peers. */
import { argon2id } from 'hash-wasm';
import { randomBytes, type Bytes } from '../../shared/bytes.ts';
import { KDF_FLOOR } from '../../shared/crypto/kdf.ts';
import type { LoadPeer } from './stream-columns.ts';

export const PASSPHRASE = 'correct horse battery staple once more';

/** What a peer's adapter exports. */
interface Argon2Peer {
  argon2id(passphrase: string, salt: Bytes, memoryKiB: number, passes: number): Promise<Bytes> | Bytes;
}

export async function prepareArgon2(by: string, loadPeer: LoadPeer): Promise<() => Promise<{ ms: number }>> {
  const { memory, passes } = KDF_FLOOR;
  const peer = by === 'limit' ? bareHashWasm : ((await loadPeer(by)) as Argon2Peer);
  return async () => {
    const salt = randomBytes(32);
    const started = performance.now();
    const key = await peer.argon2id(PASSPHRASE, salt, memory, passes);
    const ms = performance.now() - started;
    if (key.length !== 32) throw new Error(`${by} derived ${key.length} bytes`);
    return { ms };
  };
}

const bareHashWasm: Argon2Peer = {
  argon2id: async (password, salt, memorySize, iterations) =>
    new Uint8Array(
      await argon2id({ password, salt, memorySize, iterations, parallelism: 1, hashLength: 32, outputType: 'binary' })
    )
};
