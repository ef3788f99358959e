/** The inbox: added with the public key, read with the private one, and nothing in between. */
import { describe, expect, it } from 'vitest';
import { randomBytes } from '#shared/bytes.ts';
import { KIND } from '#shared/format/kind.ts';
import { newEntryId, newVaultId } from '#shared/ids.ts';
import { INBOX_WRAP_BYTES, inboxKey, newInboxPair, unwrapFromInbox, wrapForInbox } from './inbox.ts';

const vault = newVaultId();
const envelope = { kind: KIND.inboxWrap, epoch: 0, revision: 1, vaultId: vault, objectId: newEntryId() };

async function inbox() {
  const { publicKey, pkcs8 } = await newInboxPair();
  return { publicKey, key: await inboxKey(pkcs8), pkcs8 };
}

describe('the inbox', () => {
  it('gives back what was wrapped for it, each time under another key', async () => {
    const { publicKey, key, pkcs8 } = await inbox();
    const raw = randomBytes(32);
    const [one, two] = [
      await wrapForInbox(publicKey, vault, envelope, raw),
      await wrapForInbox(publicKey, vault, envelope, raw)
    ];
    expect(one).toHaveLength(INBOX_WRAP_BYTES);
    expect(one.slice(0, 65)).not.toEqual(two.slice(0, 65));
    for (const wrapped of [one, two]) {
      expect(await unwrapFromInbox(key, publicKey, vault, envelope, wrapped)).toEqual(raw);
    }
    expect(pkcs8.every((byte) => byte === 0)).toBe(true);
  });

  it('keeps its private key from leaving', async () => {
    const { key } = await inbox();
    await expect(crypto.subtle.exportKey('pkcs8', key)).rejects.toThrow();
  });

  it('A10 opens with its own private key only', async () => {
    const [ours, theirs] = [await inbox(), await inbox()];
    const wrapped = await wrapForInbox(ours.publicKey, vault, envelope, randomBytes(32));
    expect(await unwrapFromInbox(theirs.key, ours.publicKey, vault, envelope, wrapped)).toBeNull();
    expect(await unwrapFromInbox(ours.key, theirs.publicKey, vault, envelope, wrapped)).toBeNull();
    expect(await unwrapFromInbox(ours.key, ours.publicKey, newVaultId(), envelope, wrapped)).toBeNull();
  });

  it('A7 belongs to one entry of one vault', async () => {
    const { publicKey, key } = await inbox();
    const wrapped = await wrapForInbox(publicKey, vault, envelope, randomBytes(32));
    for (const other of [
      { ...envelope, objectId: newEntryId() },
      { ...envelope, kind: KIND.entryKeyWrap },
      { ...envelope, epoch: 1 }
    ]) {
      await expect(unwrapFromInbox(key, publicKey, vault, other, wrapped)).rejects.toThrow(
        expect.objectContaining({ code: 'seal/header-mismatch' })
      );
    }
  });

  it('does not open with any byte changed, nor shorter or longer', async () => {
    const { publicKey, key } = await inbox();
    const wrapped = await wrapForInbox(publicKey, vault, envelope, randomBytes(32));
    for (let at = 0; at < wrapped.length; at++) {
      const changed = wrapped.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const opened = await unwrapFromInbox(key, publicKey, vault, envelope, changed).catch((thrown: unknown) => thrown);
      expect(opened === null || opened instanceof Error, `byte ${at}`).toBe(true);
    }
    for (const length of [0, 65, INBOX_WRAP_BYTES - 1]) {
      await expect(unwrapFromInbox(key, publicKey, vault, envelope, wrapped.slice(0, length))).rejects.toThrow(
        expect.objectContaining({ code: 'format/length' })
      );
    }
  });

  it('takes no public key that is no point of the curve', async () => {
    const { publicKey } = await inbox();
    const beside = publicKey.slice();
    beside[64] = (beside[64] ?? 0) ^ 1;
    for (const wrong of [beside, publicKey.slice(0, 33), new Uint8Array(65)]) {
      await expect(wrapForInbox(wrong, vault, envelope, randomBytes(32))).rejects.toThrow(
        expect.objectContaining({ code: 'vault/damaged' })
      );
    }
  });
});
