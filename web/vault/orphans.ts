/** Object files that nothing names: leftovers of a crash between a file and its commit. */
import type { ObjectId } from '#shared/ids.ts';
import { heldClips } from './clip-lock.ts';
import { tailName } from './clip-tail.ts';
import { removeFiles } from './remove-files.ts';
import { RESERVE_NAME } from './reserve.ts';
import type { Vault } from './vault.ts';

/**
 * Files are listed before rows are read, and a file is always made after its draft row, under
 * the commit lock or while its clip lock is held, so nothing that is being written is ever taken for an orphan.
 */
export function removeOrphans(vault: Vault): Promise<void> {
  return vault.exclusively(async () => {
    const { records, objects } = vault.stores;
    const names = await objects.list();
    const held = await heldClips();
    const drafts = (await records.all('drafts')).map(({ clipId }) => clipId);
    const known = new Set<string>([RESERVE_NAME]);
    for (const { objectId } of await records.all('objects')) known.add(objectId);
    for (const { fileId } of await records.all('inbox')) known.add(fileId);
    for (const clip of [...drafts, ...(held as ReadonlySet<ObjectId>)]) known.add(clip).add(tailName(clip));
    await removeFiles(objects, ...names.filter((name) => !known.has(name)));
  });
}
