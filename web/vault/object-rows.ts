/** The objects that an entry's record names, as rows of the index that says which entry an object belongs to. */
import { KIND, type Kind } from '#shared/format/kind.ts';
import { sealedSize } from '#shared/format/segment.ts';
import type { EntryId } from '#shared/ids.ts';
import type { EntryRecord, StoredObject } from '#web/model/entry.ts';
import type { ObjectRow } from '#web/store/rows.ts';

export function objectRows(entryId: EntryId, record: EntryRecord): ObjectRow[] {
  return storedObjects(record).map(({ stored, kind }) => {
    return { objectId: stored.object, entryId, kind, size: sealedSize(stored.plaintextLength) };
  });
}

export function storedObjects({ clips }: EntryRecord): { stored: StoredObject; kind: Kind }[] {
  const named = (kind: Kind, stored: StoredObject | null) => (stored === null ? [] : [{ stored, kind }]);
  return clips.flatMap(({ body, head, poster, thumbnails }) => [
    ...named(KIND.media, body),
    ...named(KIND.containerHead, head),
    ...named(KIND.poster, poster),
    ...named(KIND.thumbnails, thumbnails)
  ]);
}
