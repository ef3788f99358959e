/** What signs in to the relay: derived beside the keys, and opening nothing (crypto.md 2.3). */
import type { Bytes } from '#shared/bytes.ts';
import { passphraseAuth, recoveryAuth, recoveryKey, type PassphraseKey } from '#shared/crypto/keys.ts';
import { SvjError } from '#shared/errors.ts';
import type { SlotId, VaultId } from '#shared/ids.ts';
import type { Publication } from '#web/model/parcel.ts';
import type { AccountRequest } from '#web/workers/contracts.ts';
import type { HeadContent } from './head.ts';
import { openRecoveryCopy, slotOpenedBy } from './slots.ts';
import type { SignInProof, Vault } from './vault.ts';

/**
 * Asks for the passphrase, although the journal is open: whoever finds it open makes no account for it.
 * @throws `vault/words-unconfirmed`: a second way in must exist before anything leaves the device
 */
export async function accountRequest(vault: Vault, pwk: PassphraseKey): Promise<AccountRequest | 'wrong'> {
  return vault.read(async () => {
    const opened = await slotOpenedBy(vault.row, pwk);
    if (opened === null) return 'wrong';
    if (vault.head.content.recovery.confirmed.length === 0) throw new SvjError('vault/words-unconfirmed');
    vault.proof = await signInProof(pwk, vault.id, opened);
    const { vaultId, deviceId, slots, recoveryCopy, inbox } = vault.row;
    const kdf = slots.find(({ slotId }) => slotId === opened)?.kdf;
    if (!kdf) throw new SvjError('vault/damaged', 'slot');
    return {
      ...{ vaultId, deviceId, kdf, auth: vault.proof.auth },
      recoveryAuth: await recoveryProof(vault),
      vault: { slots, recoveryCopy, inbox }
    };
  });
}

export async function signInProof(pwk: PassphraseKey, vaultId: VaultId, slotId: SlotId): Promise<SignInProof> {
  return { slotId, auth: await passphraseAuth(pwk, vaultId) };
}

/**
 * What goes with a head that lists another passphrase slot than the one before. The recovery words prove that it may: the
 * old passphrase is not known any more when this device is next online.
 * @throws `vault/unlock-again` where another tab changed it: only who types it can derive what signs in
 */
export async function changedPassphrase(
  vault: Vault,
  before: HeadContent | undefined,
  { slots }: HeadContent
): Promise<Publication['passphrase']> {
  const slot = slots.find(({ kind }) => kind === 'passphrase');
  if (before === undefined || slot === undefined || before.slots.some(({ id }) => id === slot.id)) return null;
  const kdf = vault.row.slots.find(({ slotId }) => slotId === slot.id)?.kdf;
  if (!kdf || vault.proof?.slotId !== slot.id) throw new SvjError('vault/unlock-again');
  return { proof: { recoveryAuth: await recoveryProof(vault) }, kdf, auth: vault.proof.auth };
}

/**
 * What proves to the relay that this journal is ours where the passphrase cannot: it was changed here, and not there.
 * Null unless the passphrase opens the journal.
 */
export async function recoveryProofBy(vault: Vault, pwk: PassphraseKey): Promise<Bytes | null> {
  return vault.read(async () => {
    return (await slotOpenedBy(vault.row, pwk)) === null ? null : recoveryProof(vault);
  });
}

async function recoveryProof(vault: Vault): Promise<Bytes> {
  const raw = await openRecoveryCopy(vault.row, vault.keys.local);
  return recoveryAuth(await recoveryKey(raw), vault.id);
}
