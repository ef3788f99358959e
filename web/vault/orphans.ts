/** Object files that nothing names: leftovers of a crash between a file and its commit. */
import { SvjError } from '#shared/errors.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import type { ObjectRow } from '#web/store/rows.ts';
import { heldClips } from './clip-lock.ts';
import { tailName } from './clip-tail.ts';
import { openTrash } from './entries.ts';
import { openEntry, type OpenedEntry } from './entry-reader.ts';
import { objectRows } from './object-rows.ts';
import { removeFiles } from './remove-files.ts';
import { RESERVE_NAME } from './reserve.ts';
import type { Vault } from './vault.ts';

/**
 * Files are listed before rows are read, and a file is always made after its draft row, under
 * the commit lock or while its clip lock is held, so nothing that is being written is ever taken for an orphan.
 *
 * The rows of objects are an index that nobody vouches for. Before a file goes that they do not name, the sealed records
 * are asked: what one of them names stays, and gets its row back. That takes a while and keeps nobody waiting; where the
 * journal is changed meanwhile, the next round tries again.
 */
export async function removeOrphans(vault: Vault): Promise<void> {
  vault.requireWritable();
  if ((await vault.read(() => unknownFiles(vault))).length === 0) return;
  const asked = await recordedObjects(vault);
  if (asked === null) return;
  await vault.commit(async (transaction) => {
    if (vault.head.hash !== asked.headHash) return;
    const unknown = await unknownFiles(vault);
    // Freed, or fetched in part: what is on the relay needs no file here.
    const rows = await vault.stores.records.all('objects');
    const away = new Set<string>(rows.filter((row) => row.away).map(({ objectId }) => objectId));
    for (const name of unknown) {
      const row = asked.objects.get(name);
      if (row !== undefined && !away.has(name)) transaction.addObject(row);
    }
    const leftovers = unknown.filter((name) => away.has(name) || !asked.objects.has(name));
    await removeFiles(vault.stores.objects, ...leftovers);
  });
}

async function unknownFiles({ stores: { records, objects } }: Vault): Promise<string[]> {
  const names = await objects.list();
  const held = await heldClips();
  const drafts = (await records.all('drafts')).map(({ clipId }) => clipId);
  const known = new Set<string>([RESERVE_NAME]);
  for (const { objectId, away } of await records.all('objects')) if (!away) known.add(objectId);
  for (const { fileId } of await records.all('inbox')) known.add(fileId);
  for (const clip of [...drafts, ...(held as ReadonlySet<ObjectId>)]) known.add(clip).add(tailName(clip));
  return names.filter((name) => !known.has(name));
}

interface Recorded {
  /** What the records of all entries name, by file name. */
  readonly objects: ReadonlyMap<string, ObjectRow>;
  /** Of the head that they stood under. */
  readonly headHash: string;
}

/** Heads under which a record did not open: asking again under the same one would find the same. */
const unanswered = new WeakMap<Vault, string>();

/** Null when a record does not open, which may be the one that names a file, or when the journal is changed meanwhile. */
async function recordedObjects(vault: Vault): Promise<Recorded | null> {
  const objects = new Map<string, ObjectRow>();
  const { headHash, entries, trashed } = await vault.read(async () => ({
    headHash: vault.head.hash,
    entries: [...vault.summaries.keys()],
    trashed: (await vault.stores.records.all('trash')).map(({ entryId }) => entryId)
  }));
  if (unanswered.get(vault) === headHash) return null;
  const take = async (entryId: EntryId, open: (vault: Vault, id: EntryId) => Promise<OpenedEntry | null>) => {
    const opened = await vault.read(() => open(vault, entryId));
    for (const row of opened === null ? [] : objectRows(entryId, opened.record)) objects.set(row.objectId, row);
  };
  try {
    for (const entryId of entries) await take(entryId, openEntry);
    for (const entryId of trashed) await take(entryId, openTrash);
    return { objects, headHash };
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
    if (vault.head.hash === headHash) unanswered.set(vault, headHash);
    return null;
  }
}
