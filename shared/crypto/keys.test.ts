/** The key tree: every branch another key, every handle closed, every raw byte overwritten. */
import { describe, expect, it } from 'vitest';
import { randomBytes, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import { newEntryId, newObjectId, newSlotId, newVaultId } from '#shared/ids.ts';
import { fingerprint } from '#shared/testing/raw-keys.ts';
import {
  entryKey,
  entryWrapKey,
  headKey,
  localKey,
  objectKey,
  objectParent,
  passkeyKek,
  passkeyPrfInput,
  passphraseAuth,
  passphraseKek,
  passphraseKey,
  recordKey,
  recoveryAuth,
  recoveryKek,
  recoveryKey,
  vaultKey,
  type SealKey
} from './keys.ts';

const RAW = randomBytes(32);
const [vault, otherVault] = [newVaultId(), newVaultId()];
const [entry, otherEntry] = [newEntryId(), newEntryId()];
const [object, otherObject] = [newObjectId(), newObjectId()];
const raw = (): Bytes => RAW.slice();

async function everySealKey(): Promise<SealKey[]> {
  const [pwk, rk, vmk, eky] = [
    await passphraseKey(raw()),
    await recoveryKey(raw()),
    await vaultKey(raw()),
    await entryKey(raw())
  ];
  const media = await objectKey(eky, object, KIND.media);
  return [
    await passphraseKek(pwk, vault),
    await passphraseKek(pwk, otherVault),
    await recoveryKek(rk, vault),
    await passkeyKek(raw(), newSlotId()),
    await passkeyKek(raw(), newSlotId()),
    await entryWrapKey(vmk, vault, 1),
    await entryWrapKey(vmk, vault, 2),
    await headKey(vmk, vault),
    await localKey(vmk, vault),
    await recordKey(eky, entry),
    await recordKey(eky, otherEntry),
    media.seal,
    media.tail,
    (await objectKey(eky, otherObject, KIND.media)).seal,
    (await objectKey(eky, object, KIND.poster)).seal,
    (await objectKey(eky, object, KIND.poster)).tail
  ];
}

describe('key tree', () => {
  it('one raw key gives another key on every branch, and the same each time', async () => {
    const prints = await Promise.all((await everySealKey()).map(fingerprint));
    expect(new Set(prints).size).toBe(prints.length);
    const vmk = await vaultKey(raw());
    expect(await fingerprint(await headKey(vmk, vault))).toBe(await fingerprint(await headKey(vmk, vault)));
  });

  it('every key is a handle that cannot be exported and does one thing', async () => {
    for (const key of await everySealKey()) {
      expect(key.extractable).toBe(false);
      expect(key.usages).toEqual(['sign']);
      expect(key.algorithm).toMatchObject({ name: 'HMAC', hash: { name: 'SHA-384' }, length: 256 });
      await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    }
    for (const key of [
      await passphraseKey(raw()),
      await recoveryKey(raw()),
      await vaultKey(raw()),
      await entryKey(raw())
    ]) {
      expect(key.extractable).toBe(false);
      expect(key.algorithm.name).toBe('HKDF');
      await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
    }
  });

  it('raw bytes are overwritten by whoever takes them', async () => {
    for (const take of [passphraseKey, recoveryKey, vaultKey, entryKey]) {
      const bytes = raw();
      await take(bytes);
      expect(bytes).toEqual(new Uint8Array(32));
    }
    const prf = raw();
    await passkeyKek(prf, newSlotId());
    expect(prf).toEqual(new Uint8Array(32));
  });

  it.each([0, 16, 31, 33, 64])('a base key of %i bytes is refused', async (length) => {
    await expect(vaultKey(randomBytes(length))).rejects.toThrow(SvjError);
  });

  it('what the relay is shown opens nothing and says nothing of the key', async () => {
    const [pwk, rk] = [await passphraseKey(raw()), await recoveryKey(raw())];
    const shown = [
      await passphraseAuth(pwk, vault),
      await passphraseAuth(pwk, otherVault),
      await recoveryAuth(rk, vault)
    ];
    expect(new Set(shown.map(String)).size).toBe(3);
    for (const auth of shown) expect(auth).toHaveLength(32);
  });

  it('the passkey input and the parent hash name their ids', async () => {
    const slot = newSlotId();
    expect(await passkeyPrfInput(vault, slot)).not.toEqual(await passkeyPrfInput(vault, newSlotId()));
    expect(await passkeyPrfInput(vault, slot)).not.toEqual(await passkeyPrfInput(otherVault, slot));
    expect(await objectParent(entry)).toHaveLength(32);
    expect(await objectParent(entry)).not.toEqual(await objectParent(otherEntry));
  });
});
