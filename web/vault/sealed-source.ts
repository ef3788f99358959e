/** Where the sealed bytes of an object come from: this device, or else the relay. */
import { SvjError } from '#shared/errors.ts';
import { sealedSize } from '#shared/format/segment.ts';
import type { StoredObject } from '#web/model/entry.ts';
import type { ObjectReader } from '#web/store/objects.ts';
import type { Vault } from './vault.ts';

export interface SealedObject {
  readonly file: ObjectReader;
  readonly isRemote: boolean;
}

/**
 * @throws `object/absent` when it should be here and is not, and no relay is at hand; `object/elsewhere` when it is not
 *   meant to be here
 */
export async function openSealed({ stores }: Vault, { object, plaintextLength }: StoredObject): Promise<SealedObject> {
  const isAway = (await stores.records.get('objects', object))?.away === true;
  // A file of what is not meant to be here is one that was not written to its end, or not yet removed.
  const file = isAway ? null : await stores.objects.open(object);
  if (file !== null) return { file, isRemote: false };
  const remote = stores.remote?.open(object, sealedSize(plaintextLength)) ?? null;
  if (remote === null) throw new SvjError(isAway ? 'object/elsewhere' : 'object/absent');
  return { file: remote, isRemote: true };
}
