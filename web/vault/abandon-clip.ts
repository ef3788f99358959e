/** A recording that is not to be: its draft goes, and with it the files, unless a record names them. */
import { SvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import type { StartedClip } from '#web/workers/contracts.ts';
import { claimClip } from './clip-lock.ts';
import { tailName } from './clip-tail.ts';
import { removeFiles } from './remove-files.ts';
import type { Vault } from './vault.ts';

/**
 * Leaves no trace of a clip that was not recorded; one that is recorded stays.
 * @throws `object/busy` while somebody writes or keeps it, `object/absent` when it was kept or
 *   discarded before, by another tab say
 */
export async function abandonClip(vault: Vault, { clipId }: StartedClip): Promise<undefined> {
  const release = await claimClip(clipId);
  try {
    if (!(await dropDraft(vault, clipId))) throw new SvjError('object/absent');
    return undefined;
  } finally {
    release();
  }
}

/**
 * Under the commit lock: another tab may just be taking the recording in where it lies.
 * @returns whether there was a draft
 */
export function dropDraft(vault: Vault, clipId: ObjectId): Promise<boolean> {
  return vault.exclusively(async () => {
    const { records } = vault.stores;
    const isDraft = (await records.get('drafts', clipId)) !== undefined;
    if (isDraft) await records.commit({ remove: { drafts: [clipId] } });
    await removeUnrecorded(vault, clipId);
    return isDraft;
  });
}

/** The files of a clip that no commit has named. To be called under the commit lock. */
export async function removeUnrecorded({ stores }: Vault, clipId: ObjectId): Promise<void> {
  if ((await stores.records.get('objects', clipId)) !== undefined) return;
  await removeFiles(stores.objects, clipId, tailName(clipId));
}
