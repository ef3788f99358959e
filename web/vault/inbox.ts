/** The vault's inbox pair: made with the vault, its private key sealed under the local key (FORMAT.md section 11.3). */
import { sha256, toHex } from '#shared/bytes.ts';
import { inboxKey, newInboxPair } from '#shared/crypto/inbox.ts';
import type { InboxKey, LocalKey } from '#shared/crypto/keys.ts';
import { open, seal } from '#shared/crypto/stream.ts';
import { SvjError } from '#shared/errors.ts';
import type { VaultId } from '#shared/ids.ts';
import type { InboxPairRow, VaultRow } from '#web/store/rows.ts';
import { inboxPrivateKeyEnvelope } from './envelopes.ts';

const FIRST = 1;

export async function newInbox(vaultId: VaultId, local: LocalKey): Promise<InboxPairRow> {
  const { publicKey, pkcs8 } = await newInboxPair();
  const privateKey = await seal(local, inboxPrivateKeyEnvelope(vaultId, FIRST), pkcs8);
  pkcs8.fill(0);
  return { number: FIRST, publicKey, privateKey };
}

/** @throws `vault/damaged` when the private key does not open */
export async function openInbox(vaultId: VaultId, inbox: InboxPairRow, local: LocalKey): Promise<InboxKey> {
  const pkcs8 = await open(local, inboxPrivateKeyEnvelope(vaultId, inbox.number), inbox.privateKey);
  if (pkcs8 === null) throw new SvjError('vault/damaged', 'inbox');
  return inboxKey(pkcs8);
}

/** The pair as it is stored; null where it was taken away or is none, which the head contradicts. */
export function storedInbox(row: VaultRow): InboxPairRow | null {
  const { inbox } = row as Partial<VaultRow>;
  return inbox?.publicKey instanceof Uint8Array && inbox.privateKey instanceof Uint8Array ? inbox : null;
}

/** What the head says of it, so that nobody can exchange the key that a locked vault seals to. */
export async function inboxHash({ publicKey }: InboxPairRow): Promise<string> {
  return toHex(await sha256(publicKey));
}
