/** D7: a recording in one tab beside another tab that unlocks, looks for leftovers, keeps, discards, deletes. */
import { describe, expect, it } from 'vitest';
import { concat, randomBytes } from '#shared/bytes.ts';
import type { FaultKind } from '#web/store/testing/faults.ts';
import { abandonClip } from './abandon-clip.ts';
import { holdClip } from './clip-lock.ts';
import { findUnfinished, keepClip } from './clip-recovery.ts';
import { confirmClip, finishClip } from './clips.ts';
import { destroyEntry, editEntry, purgeTrash, removeEntry, viewEntry } from './entries.ts';
import { removeOrphans } from './orphans.ts';
import {
  beginRecording,
  expectSound,
  finish,
  flipped,
  LATER,
  mortalTab,
  newVault,
  quietly,
  readClip,
  recordEntry,
  twoTabs,
  unlocked,
  type Place
} from './testing/place.ts';
import type { Vault } from './vault.ts';

const entryOf = (tab: Vault, id: Parameters<typeof viewEntry>[1]) => tab.read(() => viewEntry(tab, id));

/** A recording whose end is sealed and which no entry names: the vault was locked while it was stopped. */
async function closedRecording(tab: Vault) {
  const recording = await beginRecording(tab);
  const data = randomBytes(1000);
  await recording.writer.append(data);
  const closed = await recording.writer.close();
  return { ...recording, data, closed };
}

/** One recording whose worker was killed. */
async function killedRecording(tab: Vault, place: Place) {
  const recording = await beginRecording(tab);
  const data = randomBytes(1000);
  await recording.writer.append(data);
  place.crash();
  return { ...recording, data };
}

describe('D7 recordings beside another tab', () => {
  it('D7 a live recording is not offered by the other tab, nor removed, kept or discarded', async () => {
    const { place, first, second } = await twoTabs();
    const recording = await beginRecording(first);
    const release = await holdClip(recording.started.clipId); // as the recorder worker does
    await recording.writer.append(randomBytes(1000));
    expect((await findUnfinished(second, quietly, LATER)).offered).toEqual([]);
    await removeOrphans(second);
    await Promise.all(
      [keepClip(second, recording.started, quietly), abandonClip(second, recording.started)].map((outcome) =>
        expect(outcome).rejects.toMatchObject({ code: 'object/busy' })
      )
    );
    await recording.writer.append(randomBytes(1000));
    const { record } = await finish(first, recording);
    release();
    expect(record.clips[0]?.body.dataLength).toBe(2000);
    await expectSound(await unlocked(place));
  }, 20_000);

  it('D7 closed and not yet named, it belongs to the tab that recorded it: title and picture are not lost', async () => {
    const { place, first, second } = await twoTabs();
    const recording = await closedRecording(first);
    const release = await holdClip(recording.started.clipId);
    expect((await findUnfinished(await unlocked(place), quietly, LATER)).offered).toEqual([]);
    expect((await findUnfinished(second, quietly, LATER)).offered).toEqual([]);
    const finished = { ...recording.started, closed: recording.closed, ended: 'stopped', thumbnails: null } as const;
    await finishClip(first, { ...finished, poster: randomBytes(10), title: 'mine' });
    release();
    const { record } = await entryOf(second, recording.started.entryId);
    expect([record.title.value, record.clips[0]?.poster]).toEqual(['mine', expect.anything()]);
    await expectSound(second);
  });

  it('D7 a recording that begins while the other tab still measures an earlier one is not offered', async () => {
    const { place, first, second } = await twoTabs();
    const killed = await killedRecording(first, place);
    const live = await beginRecording(first);
    await live.writer.append(randomBytes(100));
    let held: Promise<() => void> | null = null;
    const work = { ...quietly, progress: () => void (held ??= holdClip(live.started.clipId)) };
    const found = (await findUnfinished(second, work, LATER)).offered;
    expect(found.map(({ clipId }) => clipId)).toEqual([killed.started.clipId]);
    const { record } = await finish(first, live);
    expect(record.clips[0]?.body.dataLength).toBe(100);
    (await held!)();
  });

  it('D7 a recording that is just beginning is not cleared away', async () => {
    const { place, first, second } = await twoTabs();
    const recording = await beginRecording(first); // its recorder has not taken the lock yet
    expect((await findUnfinished(second, quietly)).offered).toEqual([]);
    expect(await place.records.all('drafts')).toHaveLength(1);
    await recording.writer.append(randomBytes(10));
    await finish(first, recording);
    expect((await findUnfinished(second, quietly)).offered).toEqual([]);
  });

  it('D7 drafts without a byte, and imports, are cleared away later', async () => {
    const { place, first } = await twoTabs();
    await beginRecording(first);
    const imported = await beginRecording(first, null, { source: 'import' });
    await imported.writer.append(concat(randomBytes(50_000), randomBytes(50_000)));
    place.crash();
    expect((await findUnfinished(first, quietly, LATER)).offered).toEqual([]);
    expect(await place.records.all('drafts')).toEqual([]);
    expect(await place.objects.list()).toEqual([]);
  });

  it('D7 both tabs keep the same unfinished recording: there is one clip', async () => {
    const { place, first, second } = await twoTabs();
    const { started, data } = await killedRecording(first, place);
    const outcomes = await Promise.allSettled([keepClip(first, started, quietly), keepClip(second, started, quietly)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { record } = await entryOf(first, started.entryId);
    expect(record.clips).toHaveLength(1);
    expect(await readClip(first, record.clips[0]!.id)).toEqual(data);
    await expectSound(await unlocked(place));
  });

  it('D7 both tabs find the same closed recording: there is one clip, and nothing is left to decide', async () => {
    const { place, first, second } = await twoTabs();
    const { started, data } = await closedRecording(first);
    const found = (await Promise.all([findUnfinished(first, quietly), findUnfinished(second, quietly)])).map(
      ({ offered }) => offered
    );
    expect(found).toEqual([[], []]);
    expect((await entryOf(first, started.entryId)).record.clips).toHaveLength(1);
    expect(await readClip(first, started.clipId)).toEqual(data);
    expect(await place.records.all('drafts')).toEqual([]);
  });

  it('D7 offered in both tabs, kept where it lies by one, discarded by the other: it is kept', async () => {
    const { place, first, second } = await twoTabs();
    const { started, data } = await closedRecording(first);
    place.objects.capacity = place.objects.used;
    const offered = (await Promise.all([findUnfinished(first, quietly), findUnfinished(second, quietly)])).map(
      ({ offered }) => offered
    );
    expect(offered.flat().map(({ clipId }) => clipId)).toEqual([started.clipId, started.clipId]);
    place.objects.capacity = Number.POSITIVE_INFINITY;
    await keepClip(first, started, quietly);
    await expect(abandonClip(second, started)).rejects.toMatchObject({ code: 'object/absent' });
    expect(await readClip(await unlocked(place), started.clipId)).toEqual(data);
  });

  it('D7 kept in one tab while the other discards it: kept whole or gone, and the loser hears of it', async () => {
    for (const begin of [killedRecording, closedRecording]) {
      for (const keepFirst of [true, false]) {
        const { place, first, second } = await twoTabs();
        const { started, data } = await begin(first, place);
        const keep = () => keepClip(first, started, quietly);
        const discard = () => abandonClip(second, started);
        const outcomes = await Promise.allSettled(keepFirst ? [keep(), discard()] : [discard(), keep()]);
        const [winner, loser] = outcomes;
        expect(winner.status).toBe('fulfilled');
        expect(loser).toMatchObject({ status: 'rejected', reason: { code: 'object/absent' } });
        const again = await unlocked(place);
        expect((await findUnfinished(again, quietly, LATER)).offered).toEqual([]);
        await expectSound(again);
        if (keepFirst) {
          const { record } = await viewEntry(again, started.entryId);
          expect(await readClip(again, record.clips[0]!.id)).toEqual(data);
        } else {
          expect(again.summaries.size).toBe(0);
          expect(await place.objects.list()).toEqual([]);
        }
      }
    }
  });

  it('D7 naming a recording that was discarded says so, and never that it is saved', async () => {
    for (const continues of [true, false]) {
      const { first, second } = await twoTabs();
      const entryId = continues ? (await recordEntry(first)).entryId : null;
      const recording = await beginRecording(first, entryId);
      await recording.writer.append(randomBytes(10));
      await abandonClip(second, recording.started);
      const code = continues ? 'object/absent' : 'entry/absent';
      await expect(finish(first, recording)).rejects.toMatchObject({ code });
    }
  });

  it('D7 a recorder told to abort when its clip is named already removes nothing', async () => {
    const { place, first } = await twoTabs();
    const recording = await closedRecording(first);
    const { started, closed, data } = recording;
    await finishClip(first, { ...started, closed, ended: 'stopped', poster: null, thumbnails: null });
    await recording.writer.abort();
    await expect(abandonClip(first, started)).rejects.toMatchObject({ code: 'object/absent' });
    expect(await readClip(await unlocked(place), started.clipId)).toEqual(data);
  });

  it('D7 locked in the middle of naming a recording: the next unlock has it, once', async () => {
    for (const kind of ['refused', 'lost'] satisfies FaultKind[]) {
      const { place, vault: second } = await newVault();
      const { entryId } = await recordEntry(second);
      const { tab: first, faults } = await mortalTab(place);
      const recording = await beginRecording(first, entryId);
      const data = randomBytes(500);
      await recording.writer.append(data);
      faults.arm(1, kind);
      const [dead] = await Promise.allSettled([
        finish(first, recording),
        editEntry(second, entryId, { title: 'of the living' })
      ]);
      expect(dead.status).toBe('rejected');
      const again = await unlocked(place);
      expect((await findUnfinished(again, quietly, LATER)).offered).toEqual([]);
      const { record } = await entryOf(again, entryId);
      expect([record.title.value, record.clips.length]).toEqual(['of the living', 2]);
      expect(await readClip(again, recording.started.clipId)).toEqual(data);
      await expectSound(again);
    }
  });

  it('D7 clips for the same entry from both tabs both arrive', async () => {
    const { first, second } = await twoTabs();
    const { entryId } = await recordEntry(first);
    const recordings = [await beginRecording(first, entryId), await beginRecording(second, entryId)];
    for (const { writer } of recordings) await writer.append(randomBytes(100));
    await Promise.all([finish(first, recordings[0]!), finish(second, recordings[1]!)]);
    for (const tab of [first, second]) {
      const { record, summary } = await entryOf(tab, entryId);
      expect([record.clips.length, summary.clips, tab.summaries.get(entryId)?.clips]).toEqual([3, 3, 3]);
    }
    await expectSound(first);
  });

  it('D7 finishing twice adds the clip once', async () => {
    const { first } = await twoTabs();
    const recording = await beginRecording(first);
    await recording.writer.append(randomBytes(10));
    const closed = await recording.writer.close();
    const finished = { ...recording.started, closed, ended: 'stopped', poster: null, thumbnails: null } as const;
    await finishClip(first, finished);
    expect((await finishClip(first, finished)).record.clips).toHaveLength(1);
  });

  it('D7 the entry goes to the trash, or for ever, while its next clip is recorded: nothing recorded is lost', async () => {
    for (const destroyed of [false, true]) {
      const { place, first, second } = await twoTabs();
      const { entryId } = await recordEntry(first);
      const recording = await beginRecording(first, entryId);
      const data = randomBytes(500);
      await recording.writer.append(data);
      await removeEntry(second, entryId, new Date());
      if (destroyed) await destroyEntry(second, entryId);
      const { record, summary } = await finish(first, recording);
      expect(record.clips).toHaveLength(destroyed ? 1 : 2);
      const again = await unlocked(place);
      expect(again.summaries.get(entryId)).toEqual(summary);
      expect(record.clips.map(({ id }) => id)).toContain(recording.started.clipId);
      expect(await readClip(again, recording.started.clipId)).toEqual(data);
      await editEntry(again, entryId, { title: 'on' });
      await expectSound(again);
    }
  });

  it('D7 the trash is emptied at the moment in which the next clip of an entry in it is named', async () => {
    for (const emptiedFirst of [true, false]) {
      const { place, first, second } = await twoTabs();
      const { entryId } = await recordEntry(first);
      const recording = await beginRecording(first, entryId);
      const data = randomBytes(500);
      await recording.writer.append(data);
      await removeEntry(second, entryId, new Date(0));
      const closed = await recording.writer.close();
      const finished = { ...recording.started, closed, ended: 'stopped', poster: null, thumbnails: null } as const;
      const emptied = emptiedFirst ? destroyEntry(second, entryId) : null;
      await Promise.all([emptied, finishClip(first, finished), purgeTrash(second, new Date())]);
      const again = await unlocked(place);
      expect((await viewEntry(again, entryId)).record.clips).toHaveLength(emptiedFirst ? 1 : 2);
      expect(await readClip(again, recording.started.clipId)).toEqual(data);
      await expectSound(again);
    }
  });

  it('A5 a recording damaged at its start is not taken for an empty one: nothing of it is cleared away', async () => {
    for (const at of [10, 120, 300]) {
      const { place, first } = await twoTabs();
      const { writer, started } = await beginRecording(first);
      for (let i = 0; i < 4; i++) await writer.append(randomBytes(50_000));
      place.crash();
      const files = await place.objects.list();
      const file = place.objects.files.get(started.clipId)!;
      const whole = file.read();
      file.replace(flipped(whole, at));
      expect((await findUnfinished(first, quietly, LATER)).offered).toMatchObject([{ damaged: true, dataLength: 0 }]);
      await expect(keepClip(first, started, quietly)).rejects.toMatchObject({ code: 'seal/damaged' });
      await removeOrphans(first);
      expect(await place.objects.list()).toEqual(files);
      file.replace(whole);
      expect((await findUnfinished(first, quietly, LATER)).offered).toMatchObject([
        { damaged: false, dataLength: 200_000 }
      ]);
    }
  });

  it('D7 a draft that was cleared away before its recorder held it: nothing is recorded into nothing', async () => {
    const { place, first, second } = await twoTabs();
    const { started } = await beginRecording(first);
    await expect(confirmClip(first, started)).resolves.toBeUndefined();
    place.crash();
    await abandonClip(second, started);
    await expect(confirmClip(first, started)).rejects.toMatchObject({ code: 'recorder/nothing' });
  });

  it('D7 a draft that was damaged does not hide the others', async () => {
    const { place, first } = await twoTabs();
    const recordings = [await beginRecording(first), await beginRecording(first)];
    for (const { writer } of recordings) await writer.append(randomBytes(100));
    place.crash();
    const [row] = await place.records.all('drafts');
    await place.records.commit({ put: { drafts: [{ ...row!, sealed: randomBytes(400) }] } });
    expect((await findUnfinished(first, quietly, LATER)).offered).toHaveLength(1);
    expect(await place.records.all('drafts')).toHaveLength(2);
  });
});
