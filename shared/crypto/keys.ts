/**
 * The key tree (FORMAT.md section 5). Every key is a non-extractable handle with the fewest
 * usages, one brand per meaning. Raw bytes exist only inside the functions of this file and
 * of wrap.ts, and are overwritten before they return.
 *
 * A *seal key* (HMAC-SHA-384 handle) feeds FLOE; a *base key* (HKDF handle) derives others.
 */
import { bigEndian, concat, fromHex, sha256, utf8, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { idBytes, type EntryId, type ObjectId, type SlotId, type VaultId } from '#shared/ids.ts';
import type { Kind } from '#shared/format/kind.ts';

declare const brand: unique symbol;
interface Brand<Name extends string> {
  readonly [brand]: Name;
}

/** Anything FLOE seals under. */
export type SealKey = CryptoKey & { readonly [brand]: string };
export type Kek = CryptoKey & Brand<'Kek'>;
export type EntryWrapKey = CryptoKey & Brand<'EntryWrapKey'>;
export type HeadKey = CryptoKey & Brand<'HeadKey'>;
export type LocalKey = CryptoKey & Brand<'LocalKey'>;
export type RecordKey = CryptoKey & Brand<'RecordKey'>;
export type ObjectSealKey = CryptoKey & Brand<'ObjectSealKey'>;
export type TailKey = CryptoKey & Brand<'TailKey'>;
/** Base keys. */
export type PassphraseKey = CryptoKey & Brand<'PassphraseKey'>;
export type RecoveryKey = CryptoKey & Brand<'RecoveryKey'>;
export type VaultKey = CryptoKey & Brand<'VaultKey'>;
export type EntryKey = CryptoKey & Brand<'EntryKey'>;
/** Opens what was put into the inbox: the one asymmetric key. */
export type InboxKey = CryptoKey & Brand<'InboxKey'>;

/** Both faces of an object's key: one writer, written once. */
export interface ObjectKey {
  readonly seal: ObjectSealKey;
  readonly tail: TailKey;
}

export const KEY_BYTES = 32;
const EXTRACTABLE = false;

async function baseKey<K extends CryptoKey>(raw: Bytes): Promise<K> {
  if (raw.length !== KEY_BYTES) throw new SvjError('format/length', 'key');
  const key = await crypto.subtle.importKey('raw', raw, 'HKDF', EXTRACTABLE, ['deriveBits', 'deriveKey']);
  raw.fill(0);
  return key as K;
}

async function sealKey<K extends CryptoKey>(base: CryptoKey, salt: Bytes, info: Bytes): Promise<K> {
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt, info };
  const use = { name: 'HMAC', hash: 'SHA-384', length: 8 * KEY_BYTES };
  return (await crypto.subtle.deriveKey(derivation, base, use, EXTRACTABLE, ['sign'])) as K;
}

async function bits(base: CryptoKey, salt: Bytes, info: Bytes): Promise<Bytes> {
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt, info };
  return new Uint8Array(await crypto.subtle.deriveBits(derivation, base, 8 * KEY_BYTES));
}

/** Each takes ownership of `raw` (32 bytes) and overwrites it. */
export const passphraseKey = (raw: Bytes): Promise<PassphraseKey> => baseKey(raw);
export const recoveryKey = (raw: Bytes): Promise<RecoveryKey> => baseKey(raw);
export const vaultKey = (raw: Bytes): Promise<VaultKey> => baseKey(raw);
export const entryKey = (raw: Bytes): Promise<EntryKey> => baseKey(raw);

export function passphraseKek(pwk: PassphraseKey, vault: VaultId): Promise<Kek> {
  return sealKey(pwk, idBytes(vault), utf8('svj1/kek/passphrase'));
}

export function recoveryKek(key: RecoveryKey, vault: VaultId): Promise<Kek> {
  return sealKey(key, idBytes(vault), utf8('svj1/kek/recovery'));
}

/** Shown to the relay at login; 32 bytes. */
export function passphraseAuth(pwk: PassphraseKey, vault: VaultId): Promise<Bytes> {
  return bits(pwk, idBytes(vault), utf8('svj1/auth'));
}

export function recoveryAuth(key: RecoveryKey, vault: VaultId): Promise<Bytes> {
  return bits(key, idBytes(vault), utf8('svj1/recovery-auth'));
}

/** `prf`: 32 bytes of the WebAuthn PRF extension, overwritten. */
export async function passkeyKek(prf: Bytes, slot: SlotId): Promise<Kek> {
  return sealKey(await baseKey(prf), idBytes(slot), utf8('svj1/kek/passkey'));
}

/** `shared`: the 32 bytes that ECDH gave, overwritten. `ephemeral` and `inbox` are the two public points. */
export async function inboxKek(shared: Bytes, ephemeral: Bytes, inbox: Bytes, vault: VaultId): Promise<Kek> {
  const salt = await sha256(concat(ephemeral, inbox));
  return sealKey(await baseKey(shared), salt, concat(utf8('svj1/inbox'), idBytes(vault)));
}

/** What is given to the authenticator as `prf.eval.first`. */
export function passkeyPrfInput(vault: VaultId, slot: SlotId): Promise<Bytes> {
  return sha256(concat(utf8('svj1/prf'), idBytes(vault), idBytes(slot)));
}

export function entryWrapKey(vmk: VaultKey, vault: VaultId, epoch: number): Promise<EntryWrapKey> {
  return sealKey(vmk, idBytes(vault), concat(utf8('svj1/entry-wrap'), bigEndian(epoch, 4)));
}

export function headKey(vmk: VaultKey, vault: VaultId): Promise<HeadKey> {
  return sealKey(vmk, idBytes(vault), utf8('svj1/head'));
}

/** Seals what stays on this device: list cache, copy of the recovery key, inbox private key. */
export function localKey(vmk: VaultKey, vault: VaultId): Promise<LocalKey> {
  return sealKey(vmk, idBytes(vault), utf8('svj1/local'));
}

export function recordKey(eky: EntryKey, entry: EntryId): Promise<RecordKey> {
  return sealKey(eky, idBytes(entry), utf8('svj1/record'));
}

export async function objectKey(eky: EntryKey, object: ObjectId, kind: Kind): Promise<ObjectKey> {
  const salt = idBytes(object);
  const raw = await bits(eky, salt, concat(utf8('svj1/blob/'), new Uint8Array([kind])));
  const use = { name: 'HMAC', hash: 'SHA-384', length: 8 * KEY_BYTES };
  const seal = (await crypto.subtle.importKey('raw', raw, use, EXTRACTABLE, ['sign'])) as ObjectSealKey;
  const base = await baseKey<CryptoKey>(raw);
  return { seal, tail: await sealKey<TailKey>(base, salt, utf8('svj1/tail')) };
}

/** The parent hash in the header of every object of an entry: SHA-256 of the entry id. */
export async function objectParent(entry: EntryId): Promise<Bytes> {
  return sha256(fromHex(entry));
}
