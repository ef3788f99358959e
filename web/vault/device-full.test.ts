/** D3: the device is full. Everything before is kept and can be played, and it is said by name. */
import { describe, expect, it } from 'vitest';
import { concat, equalInConstantTime, randomBytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import type { Changes } from '#web/store/records.ts';
import { destroyEntry, editEntry, listTrash, purgeTrash, removeEntry, restoreEntry, viewEntry } from './entries.ts';
import { removeOrphans } from './orphans.ts';
import { keepReserve, RESERVE_BYTES, RESERVE_NAME } from './reserve.ts';
import {
  beginRecording,
  expectSound,
  finish,
  newVault,
  readClip,
  recordEntry,
  twoEntries,
  unlocked,
  type Place
} from './testing/place.ts';

describe('D3 no space', () => {
  it('D3 whenever the device fills up, everything before is kept and can be played', async () => {
    const slices = Array.from({ length: 12 }, () => randomBytes(50_000));
    const whole = concat(...slices);
    const { place } = await newVault();
    const MIB = 1024 * 1024;
    for (const spare of [0, 0.1, 1, 8.1, 8.3, 9, 12.2, 12.4, 16.5].map((share) => share * MIB)) {
      const there = place.copy();
      const vault = await unlocked(there);
      there.objects.capacity = there.objects.used + spare;
      let durable = 0;
      let clipId: ObjectId | undefined;
      try {
        const recording = await beginRecording(vault);
        clipId = recording.started.clipId;
        try {
          for (let round = 0; round < 20; round++) {
            for (const slice of slices) {
              await recording.writer.append(slice);
              durable += slice.length;
            }
          }
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'storage/quota' });
        }
        if (durable === 0) continue;
        const { record } = await finish(vault, recording, { ended: 'interrupted', poster: null });
        const data = await readClip(vault, record.clips[0]!.id);
        expect(data.length).toBeGreaterThanOrEqual(durable);
        for (let at = 0; at < data.length; at += whole.length) {
          const part = data.slice(at, at + whole.length);
          expect(equalInConstantTime(part, whole.slice(0, part.length))).toBe(true);
        }
        expect(there.objects.used).toBeLessThanOrEqual(there.objects.capacity);
      } catch (thrown) {
        // Too full to begin at all: said at once, nothing lost.
        expect(thrown).toMatchObject({ code: 'storage/quota' });
        expect(durable).toBe(0);
        expect(clipId).toBeUndefined();
      }
      await expectSound(await unlocked(there));
    }
  }, 60_000);

  it('D3 an unlock on a full disk opens, and reads', async () => {
    const { place, vault } = await newVault();
    const { clipId, data, entryId } = await recordEntry(vault);
    await removeEntry(vault, (await recordEntry(vault)).entryId, new Date(Date.now() - 8 * 86_400_000));
    place.faults.arm(1);
    const again = await unlocked(place);
    await purgeTrash(again, new Date());
    expect(await readClip(again, clipId)).toEqual(data);
    await expect(editEntry(again, entryId, { title: 'x' })).rejects.toMatchObject({ code: 'storage/quota' });
    expect((await viewEntry(again, entryId)).summary.title).toBe('');
    place.faults.disarm();
    await purgeTrash(again, new Date());
    expect(await listTrash(again)).toEqual([]);
  });
});

describe('D3 destroying makes room', () => {
  /** The database refuses what `needsRoom`, as on a device without a free byte. */
  function fill({ records }: Place, needsRoom: (changes: Changes) => boolean): () => void {
    const { commit } = records;
    records.commit = (changes) =>
      needsRoom(changes) ? Promise.reject(new SvjError('storage/quota')) : commit.call(records, changes);
    return () => {
      records.commit = commit;
    };
  }

  /** A removed entry, due to be destroyed, beside one that stays. */
  async function oneInTheTrash() {
    const { place, vault, x, y } = await twoEntries();
    await removeEntry(vault, y.entryId, new Date(0));
    const expectOther = async () => {
      const again = await unlocked(place);
      expect(await readClip(again, x.clipId)).toEqual(x.data);
      await expectSound(again);
      return again;
    };
    return { place, vault, ...y, expectOther };
  }

  const WAYS = {
    'Delete for ever': destroyEntry,
    'seven days': (vault: Parameters<typeof purgeTrash>[0]) => purgeTrash(vault, new Date())
  };

  it.each(Object.entries(WAYS))('D3 %s: where nothing can be written any more', async (_, destroy) => {
    const { place, vault, entryId, expectOther } = await oneInTheTrash();
    const used = place.objects.used;
    fill(place, ({ put = {} }) => Object.values(put).some((rows) => rows.length > 0));
    await destroy(vault, entryId);
    expect(await listTrash(vault)).toEqual([]);
    expect(await place.records.ofEntry('objects', entryId)).toEqual([]);
    expect(await place.records.ofEntry('revisions', entryId)).toEqual([]);
    expect(place.objects.used).toBeLessThan(used);
    await expectOther();
  });

  it.each(Object.entries(WAYS))('D3 %s: where rows cannot even be taken away', async (_, destroy) => {
    const { place, vault, entryId, expectOther } = await oneInTheTrash();
    const used = place.objects.used;
    fill(place, () => place.objects.used >= used);
    await destroy(vault, entryId);
    expect(await listTrash(vault)).toEqual([]);
    expect(await place.records.ofEntry('objects', entryId)).toEqual([]);
    await expectOther();
  });

  it('D3 an entry goes to the trash with the room that is kept back for that', async () => {
    const { place, vault, x } = await twoEntries();
    await keepReserve(place.objects);
    await removeOrphans(vault);
    const empty = fill(place, () => place.objects.files.has(RESERVE_NAME));
    await removeEntry(vault, x.entryId, new Date(0));
    expect(place.objects.files.has(RESERVE_NAME)).toBe(false);
    await destroyEntry(vault, x.entryId);
    expect((await unlocked(place)).summaries.size).toBe(1);
    empty();
    await keepReserve(place.objects);
    expect((await place.objects.open(RESERVE_NAME))?.size).toBe(RESERVE_BYTES);
  });

  it('D3 where no room is kept back, the entry stays, and what cannot be kept back is no failure', async () => {
    const { place, vault, x } = await twoEntries();
    const { capacity } = place.objects;
    place.objects.capacity = place.objects.used + 1000;
    await keepReserve(place.objects);
    expect(place.objects.files.has(RESERVE_NAME)).toBe(false);
    place.objects.capacity = capacity;
    fill(place, () => true);
    await expect(removeEntry(vault, x.entryId, new Date(0))).rejects.toMatchObject({ code: 'storage/quota' });
    expect((await unlocked(place)).summaries.size).toBe(2);
  });

  it('D3 interrupted between files and rows: damaged in the trash, and to be destroyed once more', async () => {
    const { place, vault, entryId, expectOther } = await oneInTheTrash();
    const empty = fill(place, () => true);
    await expect(destroyEntry(vault, entryId)).rejects.toMatchObject({ code: 'storage/quota' });
    empty();
    place.crash();
    const again = await expectOther();
    expect((await listTrash(again)).map(({ summary }) => [summary.id, summary.damaged])).toEqual([[entryId, true]]);
    // It would come back as an entry that shows nothing.
    await expect(restoreEntry(again, entryId)).rejects.toMatchObject({ code: 'entry/damaged' });
    await destroyEntry(again, entryId);
    expect(await listTrash(again)).toEqual([]);
    await expectOther();
  });

  it('D3 no file goes first for any other reason', async () => {
    const { place, vault, entryId, clipId, data } = await oneInTheTrash();
    const { commit } = place.records;
    place.records.commit = () => Promise.reject(new SvjError('storage/unavailable'));
    await expect(destroyEntry(vault, entryId)).rejects.toMatchObject({ code: 'storage/unavailable' });
    place.records.commit = commit;
    expect((await listTrash(vault)).map(({ summary }) => summary.damaged)).toEqual([false]);
    await restoreEntry(vault, entryId);
    expect(await readClip(vault, clipId)).toEqual(data);
  });
});
