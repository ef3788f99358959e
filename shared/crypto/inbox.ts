/**
 * The inbox (FORMAT.md section 11.3): with its public key anybody can add to a locked vault, and only the open vault can
 * read what was added. ECDH on P-256, a fresh pair for each wrap.
 */
import { concat, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { Envelope } from '#shared/format/envelope.ts';
import type { VaultId } from '#shared/ids.ts';
import { inboxKek, KEY_BYTES, type InboxKey } from './keys.ts';
import { unwrap, wrap, WRAP_BYTES } from './wrap.ts';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
/** An uncompressed point. */
const POINT_BYTES = 65;
/** Ephemeral public key, then the wrap. */
export const INBOX_WRAP_BYTES = POINT_BYTES + WRAP_BYTES;

/** A new pair, to be stored: the public key in clear, the private key (PKCS#8) sealed. */
export interface InboxPair {
  readonly publicKey: Bytes;
  readonly pkcs8: Bytes;
}

export async function newInboxPair(): Promise<InboxPair> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const [publicKey, pkcs8] = await Promise.all([
    crypto.subtle.exportKey('raw', pair.publicKey),
    crypto.subtle.exportKey('pkcs8', pair.privateKey)
  ]);
  return { publicKey: new Uint8Array(publicKey), pkcs8: new Uint8Array(pkcs8) };
}

/** @param pkcs8 overwritten */
export async function inboxKey(pkcs8: Bytes): Promise<InboxKey> {
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, CURVE, false, ['deriveBits']);
  pkcs8.fill(0);
  return key as InboxKey;
}

/**
 * Wraps an entry key for the inbox.
 * @param raw 32 bytes, left as they are
 * @returns 295 bytes
 * @throws `vault/damaged` where the public key is no point of the curve
 */
export async function wrapForInbox(publicKey: Bytes, vault: VaultId, envelope: Envelope, raw: Bytes): Promise<Bytes> {
  const inbox = await point(publicKey);
  if (inbox === null) throw new SvjError('vault/damaged', 'inbox');
  const pair = await crypto.subtle.generateKey(CURVE, false, ['deriveBits']);
  const ephemeral = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const kek = await inboxKek(await agree(pair.privateKey, inbox), ephemeral, publicKey, vault);
  return concat(ephemeral, await wrap(kek, envelope, raw));
}

/**
 * The raw entry key; the caller imports it at once. Null when it does not open, for whatever reason (as {@link unwrap}).
 * @throws `format/…`, `seal/header-mismatch`
 */
export async function unwrapFromInbox(
  key: InboxKey,
  publicKey: Bytes,
  vault: VaultId,
  envelope: Envelope,
  wrapped: Bytes
): Promise<Bytes | null> {
  if (wrapped.length !== INBOX_WRAP_BYTES) throw new SvjError('format/length', 'inbox wrap');
  const ephemeral = wrapped.slice(0, POINT_BYTES);
  const other = await point(ephemeral);
  if (other === null) return null;
  const kek = await inboxKek(await agree(key, other), ephemeral, publicKey, vault);
  return unwrap(kek, envelope, wrapped.slice(POINT_BYTES));
}

/** Null for what is no uncompressed point of the curve: WebCrypto checks that it lies on it. */
async function point(bytes: Bytes): Promise<CryptoKey | null> {
  if (bytes.length !== POINT_BYTES) return null;
  return crypto.subtle.importKey('raw', bytes, CURVE, false, []).catch(() => null);
}

async function agree(key: CryptoKey, other: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: other }, key, 8 * KEY_BYTES));
}
