/** Posters and scrub thumbnails: sealed objects beside the clip, replaced as a whole. */
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { parseFramed } from '#shared/format/framed.ts';
import { KIND } from '#shared/format/kind.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { array, integer, looseObject, minValue, number, pipe, string, validate } from '#shared/schema.ts';
import type { Clip, EntryRecord } from '#web/model/entry.ts';
import { withParts } from '#web/model/patch.ts';
import type { ThumbnailSheet, VaultContract } from '#web/workers/contracts.ts';
import { writePictures } from './clips.ts';
import { openEntry, type OpenedEntry } from './entry-reader.ts';
import { writeRevision, type EntryView } from './entries.ts';
import { removeFiles } from './remove-files.ts';
import { readObject, type ObjectOwner } from './small-object.ts';
import type { Vault } from './vault.ts';

const layout = looseObject({
  mime: string(),
  columns: pipe(number(), integer(), minValue(1)),
  tileWidth: pipe(number(), integer(), minValue(1)),
  tileHeight: pipe(number(), integer(), minValue(1)),
  timesMs: array(number())
});

/** Not to be called within {@link Vault.read}: see {@link readObject}. @throws `object/absent`, `entry/damaged`, as readObject */
export async function readPoster(vault: Vault, id: EntryId, poster: ObjectId): Promise<Bytes> {
  const opened = await vault.read(() => openEntry(vault, id));
  const stored = opened.record.clips.find((clip) => clip.poster?.object === poster)?.poster;
  if (!stored) throw new SvjError('object/absent');
  return (await readObject(vault, ownerOf(opened), KIND.poster, stored)).slice();
}

/** As {@link readPoster}. */
export async function readThumbnails(vault: Vault, id: EntryId, clipId: ObjectId): Promise<ThumbnailSheet | null> {
  const opened = await vault.read(() => openEntry(vault, id));
  const stored = clipOf(opened.record, clipId).thumbnails;
  if (stored === null) return null;
  const framed = parseFramed(await readObject(vault, ownerOf(opened), KIND.thumbnails, stored));
  return { ...validate(layout, framed.json), image: framed.bytes.slice() };
}

/** The new ones are on disk and in the record before the old ones go. */
export async function setPictures(
  vault: Vault,
  { id, clip: clipId, poster, thumbnails }: VaultContract['setPictures']['input']
): Promise<EntryView> {
  const replaced: ObjectId[] = [];
  const view = await vault.commit(async (transaction) => {
    const opened = await openEntry(vault, id);
    const clip = clipOf(opened.record, clipId);
    const written = await writePictures(transaction, ownerOf(opened), { poster, thumbnails });
    const parts = {
      ...(written.poster && { poster: written.poster }),
      ...(written.thumbnails && { thumbnails: written.thumbnails })
    };
    if (written.poster && clip.poster) replaced.push(clip.poster.object);
    if (written.thumbnails && clip.thumbnails) replaced.push(clip.thumbnails.object);
    transaction.remove('objects', ...replaced);
    transaction.remove('outbox', ...replaced.map((object) => `object/${object}`));
    const record = withParts(opened.record, clipId, parts, vault.device);
    return { record, summary: await writeRevision(transaction, opened, record) };
  });
  await removeFiles(vault.stores.objects, ...replaced);
  return view;
}

function ownerOf({ row, key }: OpenedEntry): ObjectOwner {
  return { entryId: row.entryId, key, epoch: row.epoch };
}

function clipOf(record: EntryRecord, clipId: ObjectId): Clip {
  const clip = record.clips.find(({ id }) => id === clipId);
  if (clip === undefined) throw new SvjError('object/absent');
  return clip;
}
