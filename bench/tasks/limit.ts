/** The limit: raw WebCrypto AES-256-GCM in the shape that is quickest, 256 KiB with four calls in flight. */
import type { Bytes } from '../../shared/bytes.ts';
import type { StreamRun } from './stream.ts';

const SHAPE = 256 * 1024;
const IN_FLIGHT = 4;

function limitKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function algorithm(index: number): AesGcmParams {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(8, index);
  return { name: 'AES-GCM', iv };
}

async function inFlight(count: number, call: (index: number) => Promise<ArrayBuffer>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

function part(source: Bytes, index: number, length: number): Bytes {
  const from = (index * SHAPE) % source.length;
  return source.subarray(from, Math.min(from + SHAPE, from + length - index * SHAPE));
}

export async function limitSeal(source: Bytes, length: number): Promise<StreamRun> {
  const key = await limitKey();
  const started = performance.now();
  await inFlight(Math.ceil(length / SHAPE), (index) =>
    crypto.subtle.encrypt(algorithm(index), key, part(source, index, length))
  );
  return { ms: performance.now() - started, bytes: length, heldBytes: 0 };
}

export async function prepareLimitOpen(source: Bytes, length: number): Promise<() => Promise<StreamRun>> {
  const key = await limitKey();
  const sealed: ArrayBuffer[] = [];
  for (let index = 0; index < Math.ceil(length / SHAPE); index++) {
    sealed.push(await crypto.subtle.encrypt(algorithm(index), key, part(source, index, length)));
  }
  const heldBytes = sealed.reduce((sum, bytes) => sum + bytes.byteLength, 0);
  return async () => {
    const started = performance.now();
    await inFlight(sealed.length, (index) =>
      crypto.subtle.decrypt(algorithm(index), key, sealed[index] as ArrayBuffer)
    );
    return { ms: performance.now() - started, bytes: length, heldBytes };
  };
}
