/** Object files that nothing names: leftovers of a crash between a file and its commit. */
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import { sealedSize } from '#shared/format/segment.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import type { EntryRecord, StoredObject } from '#web/model/entry.ts';
import type { ObjectRow } from '#web/store/rows.ts';
import { heldClips } from './clip-lock.ts';
import { tailName } from './clip-tail.ts';
import { openTrash } from './entries.ts';
import { openEntry } from './entry-reader.ts';
import { removeFiles } from './remove-files.ts';
import { RESERVE_NAME } from './reserve.ts';
import type { Vault } from './vault.ts';

/**
 * Files are listed before rows are read, and a file is always made after its draft row, under
 * the commit lock or while its clip lock is held, so nothing that is being written is ever taken for an orphan.
 *
 * The rows of objects are an index that nobody vouches for. Before a file goes that they do not name, the sealed records
 * are asked: what one of them names stays, and gets its row back.
 */
export function removeOrphans(vault: Vault): Promise<void> {
  return vault.commit(async (transaction) => {
    const { records, objects } = vault.stores;
    const names = await objects.list();
    const held = await heldClips();
    const drafts = (await records.all('drafts')).map(({ clipId }) => clipId);
    const known = new Set<string>([RESERVE_NAME]);
    for (const { objectId } of await records.all('objects')) known.add(objectId);
    for (const { fileId } of await records.all('inbox')) known.add(fileId);
    for (const clip of [...drafts, ...(held as ReadonlySet<ObjectId>)]) known.add(clip).add(tailName(clip));
    const unknown = names.filter((name) => !known.has(name));
    if (unknown.length === 0) return;
    const recorded = await recordedObjects(vault);
    // One record that does not open may be the one that names them.
    if (recorded === null) return;
    for (const name of unknown) {
      const row = recorded.get(name);
      if (row !== undefined) transaction.addObject(row);
    }
    await removeFiles(objects, ...unknown.filter((name) => !recorded.has(name)));
  });
}

/** What the records of all entries name, by file name; null when one of them does not open. */
async function recordedObjects(vault: Vault): Promise<ReadonlyMap<string, ObjectRow> | null> {
  const { records } = vault.stores;
  const found = new Map<string, ObjectRow>();
  try {
    for (const entryId of vault.summaries.keys()) {
      const { record } = await openEntry(vault, entryId);
      for (const row of rowsOf(entryId, record)) found.set(row.objectId, row);
    }
    for (const { entryId } of await records.all('trash')) {
      const trashed = await openTrash(vault, entryId);
      for (const row of trashed ? rowsOf(entryId, trashed.record) : []) found.set(row.objectId, row);
    }
    return found;
  } catch (thrown) {
    if (thrown instanceof SvjError) return null;
    throw thrown;
  }
}

function rowsOf(entryId: EntryId, { clips }: EntryRecord): ObjectRow[] {
  const row = (kind: ObjectRow['kind'], stored: StoredObject | null): ObjectRow[] =>
    stored === null ? [] : [{ objectId: stored.object, entryId, kind, size: sealedSize(stored.plaintextLength) }];
  return clips.flatMap(({ body, head, poster, thumbnails }) => [
    ...row(KIND.media, body),
    ...row(KIND.containerHead, head),
    ...row(KIND.poster, poster),
    ...row(KIND.thumbnails, thumbnails)
  ]);
}
