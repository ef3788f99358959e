/** Whatever dies, whenever: faults at the N-th storage operation for every N. */
import { describe, expect, it } from 'vitest';
import { concat, randomBytes, utf8 } from '#shared/bytes.ts';
import type { FaultKind } from '#web/store/testing/faults.ts';
import { findUnfinished, keepClip } from './clip-recovery.ts';
import { abandonClip } from './abandon-clip.ts';
import { destroyEntry, editEntry, listTrash, removeEntry, restoreEntry, viewEntry } from './entries.ts';
import { changePassphrase, createVault, recoverVault } from './gate.ts';
import { readPoster, setPictures } from './pictures.ts';
import { wordsOf } from './recovery-words.ts';
import { openRecoveryCopy } from './slots.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import {
  beginRecording,
  expectSound,
  finish,
  LATER,
  newVault,
  opens,
  PASSPHRASE,
  Place,
  quietly,
  readClip,
  recordEntry,
  TEST_KDF,
  unlocked
} from './testing/place.ts';
import type { Vault } from './vault.ts';

/**
 * Runs `deed` on copies of a place, failing its N-th storage operation for N = 1, 2, … until it
 * passes without a fault. After each fault everything dies, and `check` looks at what is left.
 * @returns how many faults it took
 */
async function untilItPasses(
  base: Place,
  deed: (vault: Vault, place: Place) => Promise<unknown>,
  check: (place: Place, outcome: 'failed' | 'passed') => Promise<void>,
  unlock: (place: Place) => Promise<Vault> = unlocked
): Promise<number> {
  let faults = 0;
  for (const kind of ['refused', 'lost'] satisfies FaultKind[]) {
    for (let failAt = 1; ; failAt++) {
      const place = base.copy();
      const vault = await unlock(place);
      place.faults.arm(failAt, kind);
      const passed = await deed(vault, place).then(
        () => true,
        () => false
      );
      const { struck } = place.faults;
      place.crash();
      await check(place, passed ? 'passed' : 'failed');
      if (!struck) {
        expect(passed).toBe(true);
        break;
      }
      faults++;
      if (failAt > 500) throw new Error('this never passes');
    }
  }
  return faults;
}

describe('D13 interrupted anywhere', () => {
  it('D13 creating a journal: there is one, or there is none and another try makes it', async () => {
    await untilItPasses(
      new Place(),
      async (_, place) => createVault(place, await testPassphraseKey(PASSPHRASE), TEST_KDF),
      async (place, outcome) => {
        const exists = (await place.records.get('vault', 'vault')) !== undefined;
        if (outcome === 'passed') expect(exists).toBe(true);
        if (!exists) await createVault(place, await testPassphraseKey(PASSPHRASE), TEST_KDF);
        expect(await opens(place, PASSPHRASE)).toBe(true);
      },
      () => Promise.resolve(undefined as unknown as Vault)
    );
  });

  it('D13 changing the passphrase: the old or the new one opens, never none, never both', async () => {
    const { place } = await newVault();
    const faults = await untilItPasses(
      place,
      async (vault) =>
        changePassphrase(vault, await testPassphraseKey(PASSPHRASE), await testPassphraseKey('two'), TEST_KDF),
      async (after, outcome) => {
        const open = [await opens(after, PASSPHRASE), await opens(after, 'two')];
        expect(open.filter(Boolean)).toHaveLength(1);
        if (outcome === 'passed') expect(open).toEqual([false, true]);
      }
    );
    expect(faults).toBeGreaterThan(0);
  });

  it('D13 recovering by words: the old or the new passphrase opens, and the words still do', async () => {
    const { place, vault } = await newVault();
    const words = wordsOf(await openRecoveryCopy(vault.row, vault.keys.local));
    await untilItPasses(
      place,
      async (_, there) => recoverVault(there, words, await testPassphraseKey('two'), TEST_KDF),
      async (after) => {
        const open = [await opens(after, PASSPHRASE), await opens(after, 'two')];
        expect(open.filter(Boolean)).toHaveLength(1);
        expect(await recoverVault(after, words, await testPassphraseKey('three'), TEST_KDF)).not.toBeNull();
        expect(await opens(after, 'three')).toBe(true);
      }
    );
  });

  it('D13 editing: the old or the new record, and nothing else changed', async () => {
    const { place, vault } = await newVault();
    const { entryId } = await recordEntry(vault);
    await editEntry(vault, entryId, { title: 'old', note: 'kept' });
    await untilItPasses(
      place,
      (there) => editEntry(there, entryId, { title: 'new' }),
      async (after, outcome) => {
        const again = await unlocked(after);
        const { record } = await viewEntry(again, entryId);
        expect(outcome === 'passed' ? ['new'] : ['old', 'new']).toContain(record.title.value);
        expect(again.summaries.get(entryId)?.title).toBe(record.title.value);
        expect(record.note.value).toBe('kept');
        await expectSound(again);
      }
    );
  });

  it('D13 deleting, restoring, destroying: on the timeline, in the trash, or gone; never half', async () => {
    const { place, vault } = await newVault();
    const { entryId, data, clipId } = await recordEntry(vault);
    await recordEntry(vault);
    const stateOf = async (after: Place): Promise<string> => {
      const again = await unlocked(after);
      const listed = again.summaries.has(entryId);
      const trashed = (await listTrash(again)).filter(({ summary }) => summary.id === entryId && !summary.damaged);
      expect(listed && trashed.length > 0).toBe(false);
      await expectSound(again);
      if (trashed.length > 0) {
        const copy = after.copy();
        const back = await unlocked(copy);
        await restoreEntry(back, entryId);
        expect(await readClip(back, clipId)).toEqual(data);
      }
      return listed ? 'listed' : trashed.length > 0 ? 'trashed' : 'gone';
    };
    const steps = [
      { deed: (there: Vault) => removeEntry(there, entryId, new Date()), from: 'listed', to: 'trashed' },
      { deed: (there: Vault) => restoreEntry(there, entryId), from: 'trashed', to: 'listed' },
      { deed: (there: Vault) => removeEntry(there, entryId, new Date()), from: 'listed', to: 'trashed' },
      { deed: (there: Vault) => destroyEntry(there, entryId), from: 'trashed', to: 'gone' }
    ];
    for (const { deed, from, to } of steps) {
      await untilItPasses(place, deed, async (after, outcome) => {
        expect(outcome === 'passed' ? [to] : [from, to]).toContain(await stateOf(after));
      });
      await deed(await unlocked(place));
    }
    expect(await place.records.ofEntry('objects', entryId)).toEqual([]);
    expect(await place.records.ofEntry('revisions', entryId)).toEqual([]);
  });

  it('D13 new pictures: the old ones or the new ones, always readable', async () => {
    const { place, vault } = await newVault();
    const { entryId, clipId } = await recordEntry(vault);
    const sheet = { image: utf8('sheet'), mime: 'image/webp', columns: 1, tileWidth: 1, tileHeight: 1, timesMs: [0] };
    await untilItPasses(
      place,
      (there) => setPictures(there, { id: entryId, clip: clipId, poster: utf8('new picture'), thumbnails: sheet }),
      async (after) => {
        const again = await unlocked(after);
        const { record } = await viewEntry(again, entryId);
        const poster = await readPoster(again, entryId, record.clips[0]!.poster!.object);
        expect([utf8('a picture'), utf8('new picture')]).toContainEqual(poster);
        await expectSound(again);
      }
    );
  });

  it('D13 a whole recording: everything appended before the fault is kept', async () => {
    const { place } = await newVault();
    const slices = [randomBytes(3000), randomBytes(60_000), randomBytes(40_000), randomBytes(100)];
    const whole = concat(...slices);
    let appended = 0;
    const faults = await untilItPasses(
      place,
      async (vault) => {
        appended = 0;
        const recording = await beginRecording(vault);
        for (const slice of slices) {
          await recording.writer.append(slice);
          appended += slice.length;
        }
        await finish(vault, recording);
      },
      async (after) => {
        const again = await unlocked(after);
        const [found] = (await findUnfinished(again, quietly, LATER)).offered;
        if (found) await keepClip(again, found, quietly);
        const views = await Promise.all([...again.summaries.keys()].map((id) => viewEntry(again, id)));
        const clips = views.flatMap(({ record }) => record.clips);
        expect(clips.length).toBe(appended > 0 || clips.length > 0 ? 1 : 0);
        const data = clips[0] ? await readClip(again, clips[0].id) : new Uint8Array();
        expect(data.length).toBeGreaterThanOrEqual(appended);
        expect(data).toEqual(whole.slice(0, data.length));
        expect(await after.records.all('drafts')).toEqual([]);
        await expectSound(again);
      }
    );
    expect(faults).toBeGreaterThan(20);
  });

  it('D13 keeping an unfinished recording: it is offered again, or kept once', async () => {
    const { place, vault } = await newVault();
    const { writer } = await beginRecording(vault);
    const data = concat(randomBytes(60_000), randomBytes(60_000));
    await writer.append(data);
    place.crash();
    await untilItPasses(
      place,
      async (there) => {
        const [found] = (await findUnfinished(there, quietly, LATER)).offered;
        await keepClip(there, found!, quietly);
      },
      async (after) => {
        const again = await unlocked(after);
        const found = (await findUnfinished(again, quietly, LATER)).offered;
        expect(found.length + again.summaries.size).toBe(1);
        if (found[0]) await keepClip(again, found[0], quietly);
        const [id] = again.summaries.keys();
        const { record } = await viewEntry(again, id!);
        expect(record.clips).toHaveLength(1);
        expect(await readClip(again, record.clips[0]!.id)).toEqual(data);
        expect((await findUnfinished(again, quietly, LATER)).offered).toEqual([]);
        await expectSound(again);
      }
    );
  });

  it('D13 a clip closed while locked is kept by itself, in one piece, whatever interrupts that', async () => {
    const { place, vault } = await newVault();
    const { writer } = await beginRecording(vault);
    const data = randomBytes(50_000);
    await writer.append(data);
    await writer.close();
    const before = [...place.objects.files.keys()];
    await untilItPasses(
      place,
      async (there) => (await findUnfinished(there, quietly, LATER)).offered,
      async (after) => {
        const again = await unlocked(after);
        const found = (await findUnfinished(again, quietly, LATER)).offered;
        expect(found).toEqual([]);
        const [id] = again.summaries.keys();
        const { record } = await viewEntry(again, id!);
        // In place: nothing was sealed a second time.
        expect(before).toContain(record.clips[0]!.id);
        expect(record.clips[0]!.ended).toBe('stopped');
        expect(await readClip(again, record.clips[0]!.id)).toEqual(data);
        await expectSound(again);
      }
    );
  });

  it('D13 discarding: offered again, or gone without a trace', async () => {
    const { place, vault } = await newVault();
    const { writer, started } = await beginRecording(vault);
    await writer.append(randomBytes(100));
    place.crash();
    await untilItPasses(
      place,
      (there) => abandonClip(there, started),
      async (after, outcome) => {
        const again = await unlocked(after);
        const found = (await findUnfinished(again, quietly, LATER)).offered;
        if (outcome === 'passed') expect(found).toEqual([]);
        await expectSound(again);
        if (found.length === 0) expect(await after.objects.list()).toEqual([]);
      }
    );
  });
});
