/** Secrets that travel in a header or an address: 256 random bits, of which the database keeps the SHA-256 alone. */
import { fromHex, randomBytes, sha256, toHex, type Bytes } from '#shared/bytes.ts';

const SECRET = /^[0-9a-f]{64}$/;

export interface Secret {
  /** 64 lower-case hex digits, for whoever may know it. */
  readonly text: string;
  readonly hash: Bytes;
}

export async function newSecret(): Promise<Secret> {
  const bytes = randomBytes(32);
  return { text: toHex(bytes), hash: await sha256(bytes) };
}

/** Null when this cannot be one. */
export async function hashOfSecret(text: string | null | undefined): Promise<Bytes | null> {
  return typeof text === 'string' && SECRET.test(text) ? sha256(fromHex(text)) : null;
}
