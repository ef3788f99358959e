/** The envelope that the vault expects at each place (FORMAT.md sections 2 and 3). */
import { sha256, toHex, type Bytes } from '#shared/bytes.ts';
import { objectParent } from '#shared/crypto/keys.ts';
import type { Envelope } from '#shared/format/envelope.ts';
import { KIND, type Kind } from '#shared/format/kind.ts';
import type { EntryId, ObjectId, SlotId, VaultId } from '#shared/ids.ts';

export const FIRST_EPOCH = 1;

export async function slotEnvelope(
  vaultId: VaultId,
  slotId: SlotId,
  kind: 'passphrase' | 'recovery',
  kdf: Bytes | null
): Promise<Envelope> {
  const envelope = { epoch: 0, revision: 1, vaultId, objectId: slotId };
  return kind === 'passphrase'
    ? { ...envelope, kind: KIND.passphraseSlot, parent: toHex(await sha256(kdf ?? new Uint8Array())) }
    : { ...envelope, kind: KIND.recoverySlot };
}

export function recoveryCopyEnvelope(vaultId: VaultId): Envelope {
  return { kind: KIND.recoveryCopy, epoch: 0, revision: 1, vaultId, objectId: vaultId };
}

export function inboxPrivateKeyEnvelope(vaultId: VaultId, number: number): Envelope {
  return { kind: KIND.inboxPrivateKey, epoch: 0, revision: number, vaultId, objectId: vaultId };
}

export function inboxWrapEnvelope(vaultId: VaultId, entryId: EntryId): Envelope {
  return { kind: KIND.inboxWrap, epoch: 0, revision: 1, vaultId, objectId: entryId };
}

export function entryWrapEnvelope(vaultId: VaultId, entryId: EntryId, epoch: number): Envelope {
  return { kind: KIND.entryKeyWrap, epoch, revision: 1, vaultId, objectId: entryId };
}

/** A draft is revision 0 of its entry's record. */
export function recordEnvelope(
  vaultId: VaultId,
  entryId: EntryId,
  epoch: number,
  revision: number,
  parent?: string
): Envelope {
  const envelope = { kind: KIND.entryRecord, epoch, revision, vaultId, objectId: entryId };
  return parent === undefined ? envelope : { ...envelope, parent };
}

export async function objectEnvelope(
  vaultId: VaultId,
  entryId: EntryId,
  objectId: ObjectId,
  kind: Kind,
  epoch: number
): Promise<Envelope> {
  return { kind, epoch, revision: 1, vaultId, objectId, parent: toHex(await objectParent(entryId)) };
}

/** Tail slot: the rest of a recording behind `segments` full segments, written `counter` times. */
export function tailEnvelope(
  vaultId: VaultId,
  clipId: ObjectId,
  epoch: number,
  segments: number,
  counter: number
): Envelope {
  return { kind: KIND.tail, epoch, revision: segments, vaultId, objectId: clipId, part: counter };
}

export function headEnvelope(vaultId: VaultId, sequence: number, parent: string | null): Envelope {
  const envelope = { kind: KIND.vaultHead, epoch: 0, revision: sequence, vaultId, objectId: vaultId };
  return parent === null ? envelope : { ...envelope, parent };
}

export function bucketEnvelope(vaultId: VaultId, bucket: number, revision: number): Envelope {
  return { kind: KIND.headBucket, epoch: 0, revision, vaultId, objectId: vaultId, part: bucket };
}

export function listEnvelope(vaultId: VaultId, pack: number, revision: number): Envelope {
  return { kind: KIND.listCache, epoch: 0, revision, vaultId, objectId: vaultId, part: pack };
}
