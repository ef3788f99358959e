/**
 * The door of the vault: create it, open it by passphrase or by words, change the passphrase.
 * The raw vault key exists only between opening a slot and deriving handles from it.
 */
import type { Bytes } from '#shared/bytes.ts';
import { KDF_BLOCK_BYTES, parseKdfBlock } from '#shared/crypto/kdf.ts';
import type { PassphraseKey } from '#shared/crypto/keys.ts';
import { sealRecord } from '#shared/crypto/record.ts';
import { newRawKey } from '#shared/crypto/wrap.ts';
import { SvjError, toSvjError } from '#shared/errors.ts';
import { newDeviceId, newVaultId } from '#shared/ids.ts';
import type { SlotRow, VaultRow } from '#web/store/rows.ts';
import type { UnlockOutcome, VaultOutline } from '#web/workers/contracts.ts';
import { signInProof } from './account-request.ts';
import { FIRST_EPOCH, headEnvelope } from './envelopes.ts';
import { firstHead } from './head.ts';
import { inboxHash, newInbox } from './inbox.ts';
import { recoveryKeyOf } from './recovery-words.ts';
import {
  newRecoveryKey,
  openByPassphrase,
  openByRecoveryKey,
  passphraseSlot,
  recoverySlot,
  slotItem,
  slotOpenedBy,
  type OpenedSlot
} from './slots.ts';
import type { Transaction } from './transaction.ts';
import { countUnfinished } from './unfinished-count.ts';
import { deriveVaultKeys, Vault, type SignInProof, type Stores } from './vault.ts';

export async function outlineVault(stores: Stores): Promise<VaultOutline> {
  const row = await stores.records.get('vault', 'vault');
  if (row === undefined) {
    return { exists: false, vaultId: null, kdf: null, kdfRefused: null, unfinished: 0, shared: 0 };
  }
  const [unfinished, shared] = await Promise.all([countUnfinished(stores), stores.records.all('inbox')]);
  return { exists: true, vaultId: row.vaultId, ...storedKdf(row), unfinished, shared: shared.length };
}

/**
 * A stored block below the floor is refused before anything depends on a passphrase (A17). The recovery words do not
 * depend on it: whatever it is, they still open the journal and put a new one in its place.
 */
function storedKdf({ slots }: VaultRow): Pick<VaultOutline, 'kdf' | 'kdfRefused'> {
  const kdf = slots.find(({ kind }) => kind === 'passphrase')?.kdf ?? null;
  try {
    parseKdfBlock(kdf ?? new Uint8Array());
    return { kdf, kdfRefused: null };
  } catch (thrown) {
    return { kdf: null, kdfRefused: toSvjError(thrown).code };
  }
}

/** @throws `vault/exists`, `kdf/below-floor` */
export async function createVault(stores: Stores, pwk: PassphraseKey, kdf: Bytes): Promise<Vault> {
  if (kdf.length !== KDF_BLOCK_BYTES) throw new SvjError('format/kdf');
  const vaultId = newVaultId();
  const deviceId = newDeviceId();
  const raw = newRawKey();
  const keys = await deriveVaultKeys(raw.slice(), vaultId, FIRST_EPOCH);
  const recovery = await newRecoveryKey(vaultId, keys.local);
  const inbox = await newInbox(vaultId, keys.local);
  const slots = [await passphraseSlot(vaultId, pwk, kdf, raw), await recoverySlot(vaultId, recovery.raw, raw)];
  raw.fill(0);
  recovery.raw.fill(0);
  const row: VaultRow = { key: 'vault', vaultId, deviceId, slots, recoveryCopy: recovery.copy, inbox };
  const head = firstHead(await Promise.all(slots.map(slotItem)), await inboxHash(inbox), deviceId);
  const sealed = await sealRecord(keys.head, headEnvelope(vaultId, 1, null), head);
  await navigator.locks.request('svj/commit', async () => {
    // Two tabs may both offer "Create": the second must not replace what the first has made.
    if ((await stores.records.get('vault', 'vault')) !== undefined) throw new SvjError('vault/exists');
    await stores.records.commit({ put: { vault: [row], heads: [{ sequence: 1, sealed }] } });
  });
  const vault = await Vault.load(stores, keys, vaultId, null);
  vault.proof = await proofOf(pwk, row);
  return vault;
}

/** Of the one passphrase slot. */
async function proofOf(pwk: PassphraseKey, { vaultId, slots }: VaultRow): Promise<SignInProof | null> {
  const slot = slots.find(({ kind }) => kind === 'passphrase');
  return slot === undefined ? null : signInProof(pwk, vaultId, slot.slotId);
}

/** Null for a wrong passphrase. @throws `vault/absent` and what {@link Vault.load} throws */
export async function unlockVault(stores: Stores, pwk: PassphraseKey): Promise<Vault | null> {
  const row = await requireRow(stores);
  const opened = await openByPassphrase(row, pwk);
  if (opened === null) return null;
  const vault = await enter(stores, row, opened);
  vault.proof = await signInProof(pwk, row.vaultId, opened.slotId);
  return vault;
}

async function enter(
  stores: Stores,
  { vaultId }: VaultRow,
  { raw, slotId }: OpenedSlot,
  replaced: SlotRow['kind'] | null = null
): Promise<Vault> {
  return Vault.load(stores, await deriveVaultKeys(raw, vaultId, FIRST_EPOCH), vaultId, slotId, replaced);
}

/**
 * Opens by recovery words and puts a new passphrase slot in the old one's place. A journal for reading only opens without:
 * it takes no new passphrase, and it must not stay closed for that.
 * @throws `format/words`
 */
export async function recoverVault(
  stores: Stores,
  words: readonly string[],
  pwk: PassphraseKey,
  kdf: Bytes
): Promise<Vault | null> {
  const row = await requireRow(stores);
  const opened = await openByRecoveryKey(row, recoveryKeyOf(words));
  if (opened === null) return null;
  const slot = await passphraseSlot(row.vaultId, pwk, kdf, opened.raw);
  const vault = await enter(stores, row, opened, 'passphrase');
  if (vault.readOnly) return vault;
  await vault.commit((transaction) => replacePassphraseSlot(transaction, slot));
  vault.proof = await signInProof(pwk, row.vaultId, slot.slotId);
  await repeatHead(vault);
  return vault;
}

/**
 * Asks for the current passphrase again: whoever finds an open journal cannot take it over. In one
 * commit, since of two tabs that change it at once only the first still knows the current one.
 */
export async function changePassphrase(
  vault: Vault,
  current: PassphraseKey,
  next: PassphraseKey,
  kdf: Bytes
): Promise<'changed' | 'wrong'> {
  const outcome = await vault.commit(async (transaction) => {
    const opened = await openByPassphrase(transaction.row, current);
    if (opened === null) return 'wrong';
    const slot = await passphraseSlot(vault.id, next, kdf, opened.raw).finally(() => opened.raw.fill(0));
    await replacePassphraseSlot(transaction, slot);
    return 'changed';
  });
  if (outcome === 'wrong') return outcome;
  vault.proof = await proofOf(next, vault.row);
  await repeatHead(vault);
  return outcome;
}

/** By the slots of now: another tab may have changed the passphrase. */
export async function checkPassphrase(vault: Vault, pwk: PassphraseKey): Promise<UnlockOutcome> {
  return (await vault.read(() => slotOpenedBy(vault.row, pwk))) === null ? 'wrong' : 'unlocked';
}

/** Slots and head change in one transaction: the old or the new one opens, never none, never both. */
async function replacePassphraseSlot(transaction: Transaction, slot: SlotRow): Promise<void> {
  const slots = [slot, ...transaction.row.slots.filter(({ kind }) => kind !== 'passphrase')];
  transaction.setRow({ ...transaction.row, slots });
  transaction.head = { ...transaction.head, slots: await Promise.all(slots.map(slotItem)) };
}

/**
 * A slot opens only where a head knows it ({@link Vault.load}). With a second head that does, one damaged head does not
 * lock out the new passphrase. It is changed already: what keeps this from being written is no failure of that.
 */
async function repeatHead(vault: Vault): Promise<void> {
  try {
    await vault.commit((transaction) => {
      transaction.head = { ...transaction.head };
      return Promise.resolve();
    });
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
  }
}

async function requireRow({ records }: Stores): Promise<VaultRow> {
  const row = await records.get('vault', 'vault');
  if (row === undefined) throw new SvjError('vault/absent');
  return row;
}
