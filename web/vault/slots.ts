/** Key slots (FORMAT.md section 5.2): the vault key wrapped once per way in. */
import { sha256, toHex, type Bytes } from '#shared/bytes.ts';
import { parseKdfBlock } from '#shared/crypto/kdf.ts';
import {
  passphraseKek,
  recoveryKek,
  recoveryKey,
  type Kek,
  type LocalKey,
  type PassphraseKey
} from '#shared/crypto/keys.ts';
import { newRawKey, unwrap, wrap } from '#shared/crypto/wrap.ts';
import { SvjError } from '#shared/errors.ts';
import { newSlotId, type SlotId, type VaultId } from '#shared/ids.ts';
import type { SlotRow, VaultRow } from '#web/store/rows.ts';
import { recoveryCopyEnvelope, slotEnvelope } from './envelopes.ts';
import type { HeadContent } from './head.ts';

/** @param rawVaultKey 32 bytes, left as they are */
export async function passphraseSlot(
  vaultId: VaultId,
  pwk: PassphraseKey,
  kdf: Bytes,
  rawVaultKey: Bytes
): Promise<SlotRow> {
  parseKdfBlock(kdf); // never seal under parameters that could not be opened again
  const slotId = newSlotId();
  const envelope = await slotEnvelope(vaultId, slotId, 'passphrase', kdf);
  return {
    slotId,
    kind: 'passphrase',
    kdf,
    wrap: await wrap(await passphraseKek(pwk, vaultId), envelope, rawVaultKey)
  };
}

/** @param rawRecoveryKey 32 bytes, left as they are */
export async function recoverySlot(vaultId: VaultId, rawRecoveryKey: Bytes, rawVaultKey: Bytes): Promise<SlotRow> {
  const slotId = newSlotId();
  const kek = await recoveryKek(await recoveryKey(rawRecoveryKey.slice()), vaultId);
  const envelope = await slotEnvelope(vaultId, slotId, 'recovery', null);
  return { slotId, kind: 'recovery', kdf: null, wrap: await wrap(kek, envelope, rawVaultKey) };
}

/** The raw vault key, and which slot gave it. */
export interface OpenedSlot {
  readonly raw: Bytes;
  readonly slotId: SlotId;
}

/** Null: one outcome for every way not to open (attack A22). */
export async function openByPassphrase(vault: VaultRow, pwk: PassphraseKey): Promise<OpenedSlot | null> {
  return openSlots(vault, 'passphrase', await passphraseKek(pwk, vault.vaultId));
}

/** The slot that the passphrase opens; null when it opens none. Nothing of the key is left. */
export async function slotOpenedBy(vault: VaultRow, pwk: PassphraseKey): Promise<SlotId | null> {
  const opened = await openByPassphrase(vault, pwk);
  opened?.raw.fill(0);
  return opened?.slotId ?? null;
}

/** @param rawRecoveryKey 32 bytes, overwritten */
export async function openByRecoveryKey(vault: VaultRow, rawRecoveryKey: Bytes): Promise<OpenedSlot | null> {
  return openSlots(vault, 'recovery', await recoveryKek(await recoveryKey(rawRecoveryKey), vault.vaultId));
}

async function openSlots(vault: VaultRow, kind: SlotRow['kind'], kek: Kek): Promise<OpenedSlot | null> {
  for (const slot of vault.slots) {
    if (slot.kind !== kind) continue;
    const envelope = await slotEnvelope(vault.vaultId, slot.slotId, kind, slot.kdf);
    try {
      const raw = await unwrap(kek, envelope, slot.wrap);
      if (raw !== null) return { raw, slotId: slot.slotId };
    } catch (thrown) {
      // A damaged slot looks like a wrong passphrase on purpose: no oracle, and another slot may open.
      if (!(thrown instanceof SvjError)) throw thrown;
    }
  }
  return null;
}

/** The slot's place in the vault head: nothing about it can be changed unseen. */
export async function slotItem(slot: SlotRow): Promise<HeadContent['slots'][number]> {
  return { id: slot.slotId, kind: slot.kind, hash: toHex(await sha256(slot.wrap)) };
}

/** The slots that a head lists, in its order, whatever order they came in; null unless these are the very ones. */
export async function listedSlots(
  given: readonly SlotRow[],
  listed: HeadContent['slots']
): Promise<readonly SlotRow[] | null> {
  const items = new Map<string, SlotRow>();
  for (const slot of given) items.set(nameOf(await slotItem(slot)), slot);
  const found = listed.map((item) => items.get(nameOf(item))).filter((slot) => slot !== undefined);
  return found.length === listed.length && found.length === given.length ? found : null;
}

function nameOf({ id, kind, hash }: HeadContent['slots'][number]): string {
  return `${id} ${kind} ${hash}`;
}

/** A new recovery key with its sealed copy, so that the kit can be shown again. */
export async function newRecoveryKey(vaultId: VaultId, local: LocalKey): Promise<{ raw: Bytes; copy: Bytes }> {
  const raw = newRawKey();
  return { raw, copy: await wrap(local, recoveryCopyEnvelope(vaultId), raw) };
}

/** @throws `vault/damaged` when the copy does not open */
export async function openRecoveryCopy(vault: VaultRow, local: LocalKey): Promise<Bytes> {
  const raw = await unwrap(local, recoveryCopyEnvelope(vault.vaultId), vault.recoveryCopy);
  if (raw === null) throw new SvjError('vault/damaged', 'recovery copy');
  return raw;
}
