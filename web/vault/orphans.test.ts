/** What is cleared away: only what no record names, whatever the unauthenticated index of objects says. */
import { describe, expect, it, vi } from 'vitest';
import { newObjectId, type ObjectId } from '#shared/ids.ts';
import { editEntry, removeEntry, restoreEntry } from './entries.ts';
import { removeOrphans } from './orphans.ts';
import { flipped, readClip, rowOf, twoEntries, unlocked, type Place } from './testing/place.ts';

async function leaveBehind(place: Place): Promise<ObjectId> {
  const name = newObjectId();
  (await place.objects.create(name)).close();
  return name;
}

/** Everything that the entry's clip names. */
function objectsOf({ view }: Awaited<ReturnType<typeof twoEntries>>['x']): ObjectId[] {
  const clip = view.record.clips[0]!;
  return [clip.id, clip.head.object, clip.poster!.object];
}

describe('object files that the index does not name', () => {
  it('go when no record names them', async () => {
    const { place, vault } = await twoEntries();
    const name = await leaveBehind(place);
    await removeOrphans(vault);
    expect(place.objects.files.has(name)).toBe(false);
  });

  it('stay, and get their rows back, when a record names them, also one in the trash', async () => {
    const { place, vault, x, y } = await twoEntries();
    await removeEntry(vault, y.entryId, new Date());
    const orphan = await leaveBehind(place);
    const lost = [...objectsOf(x), ...objectsOf(y)];
    const rows = await place.records.all('objects');
    await place.records.commit({ remove: { objects: lost } });

    const again = await unlocked(place);
    await removeOrphans(again);
    expect(place.objects.files.has(orphan)).toBe(false);
    expect(await place.records.all('objects')).toEqual(rows);
    expect(await readClip(again, x.clipId)).toEqual(x.data);
    await restoreEntry(again, y.entryId);
    expect(await readClip(again, y.clipId)).toEqual(y.data);
  });

  it('stay where a record does not open: it may be the one that names them', async () => {
    const { place, x, y } = await twoEntries();
    const row = await rowOf(place, y.entryId);
    await place.records.commit({
      put: { entries: [{ ...row, record: flipped(row.record, 300) }] },
      remove: { objects: [...objectsOf(x), ...objectsOf(y)] }
    });
    await removeOrphans(await unlocked(place));
    for (const name of [...objectsOf(x), ...objectsOf(y)]) expect(place.objects.files.has(name)).toBe(true);
  });

  it('nothing is written when there is none', async () => {
    const { place, vault } = await twoEntries();
    const before = (await place.records.all('heads')).length;
    await removeOrphans(vault);
    expect(await place.records.all('heads')).toHaveLength(before);
  });

  it('stay for another round when the journal is changed while the records are asked', async () => {
    const { place, vault, x } = await twoEntries();
    const name = await leaveBehind(place);
    let edit: Promise<unknown> | undefined;
    const get = place.records.get.bind(place.records);
    vi.spyOn(place.records, 'get').mockImplementation((table, key) => {
      if (table === 'entries') edit ??= editEntry(vault, x.entryId, { title: 'meanwhile' });
      return get(table, key);
    });
    await removeOrphans(vault);
    await edit;
    expect(edit).toBeDefined();
    expect(place.objects.files.has(name)).toBe(true);
    await removeOrphans(vault);
    expect(place.objects.files.has(name)).toBe(false);
  });
});
