/** Keys from and against known bytes, for tests only: the product never sees raw keys as hex. */
import { fromHex, toHex, utf8, type Bytes } from '#shared/bytes.ts';
import type { SealKey } from '#shared/crypto/keys.ts';

export async function sealKeyFrom(raw: Bytes | string): Promise<SealKey> {
  const bytes = typeof raw === 'string' ? fromHex(raw) : raw;
  const use = { name: 'HMAC', hash: 'SHA-384' };
  return (await crypto.subtle.importKey('raw', bytes, use, false, ['sign'])) as SealKey;
}

/** What tells two seal keys apart without exporting them. */
export async function fingerprint(key: SealKey | string): Promise<string> {
  const handle = typeof key === 'string' ? await sealKeyFrom(key) : key;
  return toHex(new Uint8Array(await crypto.subtle.sign('HMAC', handle, utf8('fingerprint'))));
}
