/** Whoever holds the disk changes it: nothing foreign is shown, everything else keeps working. Rows of attacks.md. */
import { describe, expect, it } from 'vitest';
import { randomBytes, utf8 } from '#shared/bytes.ts';
import { recordHash } from '#shared/crypto/record.ts';
import { newEntryId, newObjectId } from '#shared/ids.ts';
import type { EntryRow } from '#web/store/rows.ts';
import { openClip } from './clip-reader.ts';
import { editEntry, entryVersions, listTrash, removeEntry, restoreEntry, viewEntry } from './entries.ts';
import { bucketOf } from './head.ts';
import { readPoster } from './pictures.ts';
import {
  flipped,
  newVault,
  readClip,
  recordEntry,
  required,
  rowOf,
  twoEntries,
  unlocked,
  withoutLists
} from './testing/place.ts';
import type { Vault } from './vault.ts';

/** X is whole and can be changed, whatever happened to others. */
async function expectWhole(vault: Vault, { entryId, clipId, data }: Awaited<ReturnType<typeof recordEntry>>) {
  expect(await readClip(vault, clipId)).toEqual(data);
  const title = `still editable ${String(Math.random())}`;
  expect((await editEntry(vault, entryId, { title })).summary.title).toBe(title);
}

describe('A7 A8 objects in another’s place', () => {
  it('A7 the object of one entry is refused for another', async () => {
    const { place, vault, x, y } = await twoEntries();
    place.objects.files.get(y.clipId)?.replace(place.objects.files.get(x.clipId)?.read() ?? new Uint8Array());
    await expect(openClip(vault, y.clipId)).rejects.toMatchObject({ code: 'seal/header-mismatch' });
    await expectWhole(vault, x);
  });

  it('A7 the poster of one entry is refused for another', async () => {
    const { place, vault, x, y } = await twoEntries();
    const [mine, others] = [x, y].map(({ view }) => view.record.clips[0]?.poster?.object ?? newObjectId());
    place.objects.files.get(others!)?.replace(place.objects.files.get(mine!)!.read());
    await expect(readPoster(vault, y.entryId, others!)).rejects.toMatchObject({ code: 'seal/header-mismatch' });
    expect(await readPoster(vault, x.entryId, mine!)).toEqual(utf8('a picture'));
  });

  it('A7 a row that names another entry as the owner of an object gives nothing away', async () => {
    const { place, vault, x, y } = await twoEntries();
    const row = await required(place.records.get('objects', y.clipId));
    await place.records.commit({ put: { objects: [{ ...row, entryId: x.entryId }] } });
    await expect(openClip(vault, y.clipId)).rejects.toMatchObject({ code: 'object/absent' });
    await expectWhole(vault, x);
  });

  it('A8 kinds exchanged inside an entry are refused; the clip’s own recording plays without its head', async () => {
    const { place, vault, x, y } = await twoEntries();
    const [clip] = y.view.record.clips;
    const [head, poster] = [clip!.head.object, clip!.poster!.object];
    const [headFile, posterFile] = [head, poster].map((name) => place.objects.files.get(name)!.read());
    place.objects.files.get(head)?.replace(posterFile!);
    place.objects.files.get(poster)?.replace(headFile!);
    await expect(readPoster(vault, y.entryId, poster)).rejects.toMatchObject({ code: /^seal\// });
    expect(await readClip(vault, y.clipId)).toEqual(y.data);
    await expectWhole(vault, x);
  });

  it('A4 an object that was cut or added to is refused, before and behind its end', async () => {
    const { place, vault, x, y } = await twoEntries();
    const poster = y.view.record.clips[0]!.poster!.object;
    const whole = place.objects.files.get(poster)!.read();
    place.objects.files.get(poster)?.replace(whole.slice(0, -1));
    await expect(readPoster(vault, y.entryId, poster)).rejects.toMatchObject({ code: 'seal/truncated' });
    place.objects.files.get(poster)?.replace(new Uint8Array([...whole, 0]));
    await expect(readPoster(vault, y.entryId, poster)).rejects.toMatchObject({ code: 'seal/trailing-data' });
    const body = place.objects.files.get(y.clipId)!;
    body.replace(new Uint8Array([...body.read(), 0]));
    await expect(openClip(vault, y.clipId)).rejects.toMatchObject({ code: 'seal/trailing-data' });
    await expectWhole(vault, x);
  });

  it('A3 a clip that was cut plays up to the cut and then says so', async () => {
    const { place, vault } = await newVault();
    const { clipId, data } = await recordEntry(vault, [randomBytes(60_000), randomBytes(60_000), randomBytes(60_000)]);
    const file = place.objects.files.get(clipId)!;
    file.replace(file.read(0, 166 + 2 * 65_536));
    const reader = await openClip(vault, clipId);
    expect(await reader.read(0, 2 * 65_504)).toEqual(data.slice(0, 2 * 65_504));
    await expect(reader.read(2 * 65_504, 2 * 65_504 + 1)).rejects.toMatchObject({ code: 'seal/truncated' });
    reader.close();
  });

  it('an object that is gone is object/absent, and harms no other', async () => {
    const { place, vault, x, y } = await twoEntries();
    place.objects.files.delete(y.clipId);
    await expect(openClip(vault, y.clipId)).rejects.toMatchObject({ code: 'object/absent' });
    place.objects.files.delete(y.view.record.clips[0]!.poster!.object);
    await expect(readPoster(vault, y.entryId, y.view.record.clips[0]!.poster!.object)).rejects.toMatchObject({
      code: 'object/absent'
    });
    await expectWhole(vault, x);
  });
});

describe('A9 A11 entry rows', () => {
  it('D14 a record of an unknown version is said to be that, and harms no other', async () => {
    const { place, vault, x, y } = await twoEntries();
    const row = await rowOf(place, y.entryId);
    const record = row.record.slice();
    record[5] = 2;
    const { revision } = row;
    await vault.commit(async (transaction) => {
      transaction.put('entries', { ...row, record });
      transaction.setItem(y.entryId, { revision, hash: await recordHash(record), tombstone: false });
    });
    await expect(viewEntry(vault, y.entryId)).rejects.toMatchObject({ code: 'format/version' });
    await expectWhole(vault, x);
  });

  it('A9 the wrap of one entry in another’s place: that one is damaged, all others work', async () => {
    const { place, vault, x, y } = await twoEntries();
    const [rowX, rowY] = [await rowOf(place, x.entryId), await rowOf(place, y.entryId)];
    await place.records.commit({ put: { entries: [{ ...rowY, wrap: rowX.wrap }] } });
    await expect(viewEntry(vault, y.entryId)).rejects.toMatchObject({ code: 'entry/damaged' });
    await expectWhole(vault, x);
    await withoutLists(place);
    const again = await unlocked(place);
    expect(again.summaries.get(y.entryId)?.damaged).toBe(true);
    expect(again.summaries.get(x.entryId)?.damaged).toBe(false);
    await expectWhole(again, x);
    await recordEntry(again);
  });

  it('A5 any bit of an entry’s row changed: damaged, never shown', async () => {
    const { place, vault } = await newVault();
    const { entryId } = await recordEntry(vault);
    const row = await rowOf(place, entryId);
    for (const field of ['wrap', 'record'] as const) {
      for (let at = 0; at < row[field].length; at += 7) {
        await place.records.commit({ put: { entries: [{ ...row, [field]: flipped(row[field], at) }] } });
        await expect(viewEntry(vault, entryId)).rejects.toMatchObject({ code: 'entry/damaged' });
      }
    }
    for (const change of [{ epoch: 2 }, { revision: 2 }, { wrap: new Uint8Array() }, { record: new Uint8Array() }]) {
      await place.records.commit({ put: { entries: [{ ...row, ...change }] } });
      await expect(viewEntry(vault, entryId)).rejects.toMatchObject({ code: 'entry/damaged' });
    }
    await place.records.commit({ put: { entries: [row] } });
    expect((await viewEntry(vault, entryId)).record.id).toBe(entryId);
  });

  it('A11 an older record put back is entry/rolled-back; disguised as the newer one it is damaged', async () => {
    const { place, vault, x, y } = await twoEntries();
    const older = await rowOf(place, y.entryId);
    await editEntry(vault, y.entryId, { title: 'newer' });
    const newer = await rowOf(place, y.entryId);
    await place.records.commit({ put: { entries: [older] } });
    await expect(viewEntry(vault, y.entryId)).rejects.toMatchObject({ code: 'entry/rolled-back' });
    await expect(editEntry(vault, y.entryId, { title: 'on top' })).rejects.toMatchObject({ code: 'entry/rolled-back' });
    await place.records.commit({ put: { entries: [{ ...older, revision: newer.revision }] } });
    await expect(viewEntry(vault, y.entryId)).rejects.toMatchObject({ code: 'entry/damaged' });
    await withoutLists(place);
    const again = await unlocked(place);
    expect(again.summaries.get(y.entryId)).toMatchObject({ damaged: true, title: '' });
    await expectWhole(again, x);
    await place.records.commit({ put: { entries: [newer] } });
    expect((await viewEntry(again, y.entryId)).summary.title).toBe('newer');
  });

  it('A11 the history ends where it cannot be proven', async () => {
    const { place, vault } = await newVault();
    const { entryId } = await recordEntry(vault);
    for (const title of ['a', 'b', 'c']) await editEntry(vault, entryId, { title });
    const row = await required(place.records.get('revisions', [entryId, 2]));
    await place.records.commit({ put: { revisions: [{ ...row, record: flipped(row.record, 200) }] } });
    expect((await entryVersions(vault, entryId)).map(({ title }) => title)).toEqual(['c', 'b']);
  });

  it('A11 an older record in the trash is not restored', async () => {
    const { place, vault } = await newVault();
    const { entryId } = await recordEntry(vault);
    const older = await rowOf(place, entryId);
    await editEntry(vault, entryId, { title: 'newer' });
    await removeEntry(vault, entryId, new Date());
    const trashed = await required(place.records.get('trash', entryId));
    await place.records.commit({ put: { trash: [{ ...trashed, ...older }] } });
    await expect(restoreEntry(vault, entryId)).rejects.toMatchObject({ code: 'entry/damaged' });
    expect((await listTrash(vault)).map(({ summary }) => summary.damaged)).toEqual([true]);
    await place.records.commit({ put: { trash: [trashed] } });
    await restoreEntry(vault, entryId);
    expect((await viewEntry(vault, entryId)).summary.title).toBe('newer');
  });
});

/** Ids are random: once in 256 times both are in one bucket. */
async function inTwoBuckets(): ReturnType<typeof twoEntries> {
  const made = await twoEntries();
  return bucketOf(made.x.entryId) === bucketOf(made.y.entryId) ? inTwoBuckets() : made;
}

describe('A12 A14 A15 the list of entries', () => {
  it('A12 an older bucket, none, or a changed one: its entries are named as damaged, all others work', async () => {
    const { place, vault, x, y } = await inTwoBuckets();
    const bucket = bucketOf(y.entryId);
    const older = await required(place.records.get('buckets', bucket));
    await editEntry(vault, y.entryId, { title: 'newer' });
    await withoutLists(place);
    const states = [{ ...older }, { ...older, sealed: flipped(older.sealed, 300) }, undefined];
    for (const state of states) {
      await place.records.commit(state ? { put: { buckets: [state] } } : { remove: { buckets: [bucket] } });
      const again = await unlocked(place);
      expect(again.summaries.get(y.entryId)?.damaged).toBe(true);
      await expect(viewEntry(again, y.entryId)).rejects.toMatchObject({ code: 'vault/damaged' });
      expect(await readClip(again, x.clipId)).toEqual(x.data);
    }
  });

  it('A14 an entry left out is shown as damaged, never silently missing', async () => {
    const { place, x, y } = await twoEntries();
    await place.records.commit({ remove: { entries: [y.entryId] } });
    const cached = await unlocked(place);
    expect(cached.summaries.has(y.entryId)).toBe(true);
    await expect(viewEntry(cached, y.entryId)).rejects.toMatchObject({ code: 'entry/damaged' });
    await withoutLists(place);
    const rebuilt = await unlocked(place);
    expect(rebuilt.summaries.get(y.entryId)?.damaged).toBe(true);
    await expectWhole(rebuilt, x);
  });

  it('A14 an entry that is damaged can be removed and destroyed', async () => {
    const { place, vault, y } = await twoEntries();
    await place.records.commit({ remove: { entries: [y.entryId] } });
    await removeEntry(vault, y.entryId, new Date());
    expect(vault.summaries.has(y.entryId)).toBe(false);
    expect(await place.records.ofEntry('objects', y.entryId)).toEqual([]);
    expect([...place.objects.files.keys()]).not.toContain(y.clipId);
    expect(await listTrash(vault)).toEqual([]);
  });

  it('A14 a deleted entry brought back stays deleted', async () => {
    const { place, vault, y } = await twoEntries();
    const row = await rowOf(place, y.entryId);
    await removeEntry(vault, y.entryId, new Date());
    await place.records.commit({ put: { entries: [row] } });
    await withoutLists(place);
    const again = await unlocked(place);
    expect(again.summaries.has(y.entryId)).toBe(false);
    await expect(viewEntry(again, y.entryId)).rejects.toMatchObject({ code: 'entry/absent' });
  });

  it('A15 a random row, a row of another vault and a copy under a new id are never shown', async () => {
    const { place, x } = await twoEntries();
    const stranger = await newVault();
    const theirs = await recordEntry(stranger.vault);
    const forged: EntryRow[] = [
      { entryId: newEntryId(), revision: 1, epoch: 1, wrap: randomBytes(230), record: randomBytes(700) },
      await rowOf(stranger.place, theirs.entryId),
      { ...(await rowOf(place, x.entryId)), entryId: newEntryId() }
    ];
    await place.records.commit({ put: { entries: forged } });
    for (const lists of ['kept', 'rebuilt']) {
      if (lists === 'rebuilt') await withoutLists(place);
      const vault = await unlocked(place);
      expect(vault.summaries.size).toBe(2);
      for (const { entryId } of forged) {
        await expect(viewEntry(vault, entryId)).rejects.toMatchObject({ code: 'entry/absent' });
        await expect(editEntry(vault, entryId, { title: 'x' })).rejects.toMatchObject({ code: 'entry/absent' });
        await expect(restoreEntry(vault, entryId)).rejects.toMatchObject({ code: 'entry/absent' });
      }
    }
  });

  it('A15 a row that someone put into the trash is not restored', async () => {
    const { place, vault, x } = await twoEntries();
    const times = { deletedAt: new Date().toISOString(), purgeAt: new Date().toISOString() };
    const entryId = newEntryId();
    await place.records.commit({ put: { trash: [{ ...(await rowOf(place, x.entryId)), ...times, entryId }] } });
    expect((await listTrash(vault)).map(({ summary }) => summary.damaged)).toEqual([true]);
    await expect(restoreEntry(vault, entryId)).rejects.toMatchObject({ code: 'entry/absent' });
  });
});
