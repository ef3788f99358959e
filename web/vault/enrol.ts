/**
 * A browser without a journal becomes a device of one that lies on the relay (FORMAT.md section 12.3). What the relay gives
 * opens with the passphrase, and is what the newest head lists, or nothing is kept of it.
 */
import type { PassphraseKey } from '#shared/crypto/keys.ts';
import { sealRecord } from '#shared/crypto/record.ts';
import { SvjError } from '#shared/errors.ts';
import type { DeviceId } from '#shared/ids.ts';
import type { VaultRow } from '#web/store/rows.ts';
import type { Enrolment, EnrolOutcome } from '#web/workers/contracts.ts';
import { signInProof } from './account-request.ts';
import { FIRST_EPOCH, headEnvelope } from './envelopes.ts';
import type { HeadContent } from './head.ts';
import { readHead, type AuthenticHead } from './head-reader.ts';
import { inboxHash } from './inbox.ts';
import { recoveryKeyOf } from './recovery-words.ts';
import { listedSlots, openByPassphrase, openByRecoveryKey } from './slots.ts';
import { deriveVaultKeys, Vault, type Stores, type VaultKeys } from './vault.ts';

/** What signed in to the relay: it opens the header that is given there. */
export type WayIn = { readonly passphrase: PassphraseKey } | { readonly words: readonly string[] };

/** @throws `vault/exists`, `vault/newer-app`, `storage/…`, `format/words` */
export async function enrolDevice(
  stores: Stores,
  wayIn: WayIn,
  deviceId: DeviceId,
  { vaultId, header, heads, known }: Enrolment
): Promise<Vault | Exclude<EnrolOutcome, 'enrolled'>> {
  const row: VaultRow = { key: 'vault', vaultId, deviceId, ...header };
  const opened =
    'passphrase' in wayIn
      ? await openByPassphrase(row, wayIn.passphrase)
      : await openByRecoveryKey(row, recoveryKeyOf(wayIn.words));
  if (opened === null) return 'wrong';
  const keys = await deriveVaultKeys(opened.raw, vaultId, FIRST_EPOCH);
  const newest = await newestOf(keys, { vaultId, heads, known });
  if (typeof newest === 'string') return newest;
  const slots = await listedSlots(header.slots, newest.content.slots);
  if (slots === null || (await inboxHash(header.inbox)) !== newest.content.inbox) return 'foreign';
  // It lists nothing yet and was never published: everything comes as it does to a device that was away from the beginning.
  const content: HeadContent = { ...newest.content, buckets: {}, devices: {} };
  const sealed = await sealRecord(keys.head, headEnvelope(vaultId, 1, null), content);
  await navigator.locks.request('svj/commit', async () => {
    if ((await stores.records.get('vault', 'vault')) !== undefined) throw new SvjError('vault/exists');
    await stores.records.commit({ put: { vault: [{ ...row, slots }], heads: [{ sequence: 1, sealed }] } });
  });
  const vault = await Vault.load(stores, keys, vaultId, opened.slotId);
  if ('passphrase' in wayIn) vault.proof = await signInProof(wayIn.passphrase, vaultId, opened.slotId);
  return vault;
}

/** The chain from the first head on, with the one that was vouched for in it. */
async function newestOf(
  { head: key }: VaultKeys,
  { vaultId, heads, known }: Pick<Enrolment, 'vaultId' | 'heads' | 'known'>
): Promise<AuthenticHead | 'foreign' | 'forked'> {
  let newest: AuthenticHead | null = null;
  let isVouchedFor = known === null;
  for (const sealed of heads) {
    const head: AuthenticHead | null = await readHead(key, vaultId, sealed);
    if (head === null) return 'foreign';
    if (head.parent !== (newest?.hash ?? null)) return 'forked';
    isVouchedFor ||= head.hash === known?.hash && head.sequence === known.sequence;
    newest = head;
  }
  if (newest === null) return 'foreign';
  return isVouchedFor ? newest : 'forked';
}
