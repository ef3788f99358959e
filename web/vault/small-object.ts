/** Objects that fit in memory: pictures and container heads. Padded, sealed in one shot. */
import { sha256, toHex, type Bytes } from '#shared/bytes.ts';
import { objectKey, type EntryKey } from '#shared/crypto/keys.ts';
import { pad, unpad } from '#shared/crypto/padding.ts';
import { open, seal } from '#shared/crypto/stream.ts';
import { SvjError } from '#shared/errors.ts';
import type { Kind } from '#shared/format/kind.ts';
import { HEAD_BYTES, sealedSize, segmentCount } from '#shared/format/segment.ts';
import { newObjectId, type EntryId, type ObjectId } from '#shared/ids.ts';
import type { StoredObject } from '#web/model/entry.ts';
import { objectEnvelope } from './envelopes.ts';
import { openSealed } from './sealed-source.ts';
import type { Transaction } from './transaction.ts';
import type { Vault } from './vault.ts';

export interface ObjectOwner {
  readonly entryId: EntryId;
  readonly key: EntryKey;
  readonly epoch: number;
}

/** Writes the object's file, flushed, and lists it in the transaction. */
export async function writeObject(
  transaction: Transaction,
  owner: ObjectOwner,
  kind: Kind,
  data: Uint8Array
): Promise<StoredObject> {
  const { vault } = transaction;
  const object = newObjectId();
  const { seal: key } = await objectKey(owner.key, object, kind);
  const plaintext = pad(data);
  const sealed = await seal(key, await objectEnvelope(vault.id, owner.entryId, object, kind, owner.epoch), plaintext);
  const file = await vault.stores.objects.create(object);
  try {
    file.write(sealed, 0);
    file.flush();
  } finally {
    file.close();
  }
  transaction.addObject({ objectId: object, entryId: owner.entryId, kind, size: sealed.length });
  return {
    object,
    plaintextLength: plaintext.length,
    dataLength: data.length,
    segments: segmentCount(plaintext.length),
    headHash: toHex(await sha256(sealed.slice(0, HEAD_BYTES)))
  };
}

/**
 * Not to be called within {@link Vault.read} or {@link Vault.commit} unless `here`: what lies on the relay may take its
 * time, and nobody could commit meanwhile.
 * @param from `here`: what is not on this device is `object/elsewhere`
 * @throws `object/absent`, `object/elsewhere`, `entry/damaged`, `seal/…`; `relay/damaged` where the relay's copy does not
 *   open, which says nothing of the object itself
 */
export async function readObject(
  vault: Vault,
  owner: ObjectOwner,
  kind: Kind,
  stored: StoredObject,
  from: 'anywhere' | 'here' = 'anywhere'
): Promise<Bytes> {
  const { file, isRemote } = await openSealed(vault, stored);
  try {
    if (isRemote && from === 'here') throw new SvjError('object/elsewhere');
    const size = sealedSize(stored.plaintextLength);
    if (file.size < size) throw new SvjError('seal/truncated');
    if (file.size > size) throw new SvjError('seal/trailing-data');
    const { seal: key } = await objectKey(owner.key, stored.object, kind);
    const envelope = await objectEnvelope(vault.id, owner.entryId, stored.object, kind, owner.epoch);
    const sealed = await file.read(0, size);
    const plaintext = await open(key, envelope, sealed).catch((thrown: unknown) => {
      throw isRemote && thrown instanceof SvjError ? new SvjError('relay/damaged', thrown.code, thrown) : thrown;
    });
    if (plaintext === null)
      throw isRemote ? new SvjError('relay/damaged') : new SvjError('entry/damaged', 'object key');
    if (isRemote) await keepObject(vault, stored.object, sealed);
    return unpad(plaintext);
  } finally {
    file.close();
  }
}

/** What came from the relay and opened stays here from now on. That it does is a convenience: nobody hears of a failure. */
async function keepObject(vault: Vault, object: ObjectId, sealed: Bytes): Promise<void> {
  const { records, objects } = vault.stores;
  try {
    await vault.exclusively(async () => {
      const row = await records.get('objects', object);
      // Another tab may have been quicker, or the entry is gone.
      if (row?.away !== true) return;
      const file = await objects.create(object);
      try {
        file.write(sealed, 0);
        file.flush();
      } finally {
        file.close();
      }
      const { away: _, ...here } = row;
      await records.commit({ put: { objects: [here] } });
    });
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
  }
}
