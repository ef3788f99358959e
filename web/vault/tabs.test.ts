/** D7: two tabs with the same journal open. Both see everything, nothing is overwritten. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomBytes } from '#shared/bytes.ts';
import type { EntryId } from '#shared/ids.ts';
import type { FaultKind } from '#web/store/testing/faults.ts';
import { destroyEntry, editEntry, entryVersions, purgeTrash, removeEntry, restoreEntry, viewEntry } from './entries.ts';
import { changePassphrase, checkPassphrase } from './gate.ts';
import { PACKS } from './list-cache.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import {
  expectSound,
  mortalTab,
  newVault,
  opens,
  ownRecords,
  PASSPHRASE,
  readClip,
  recordEntry,
  TEST_KDF,
  twoTabs,
  unlocked
} from './testing/place.ts';
import { HEADS_KEPT, type Vault } from './vault.ts';

const LONG_AGO = new Date(Date.now() - 8 * 86_400_000);

/** By id: the vault promises no order, the screen sorts. */
const summariesOf = (tab: Vault) =>
  tab.read(() => Promise.resolve([...tab.summaries.values()].sort((a, b) => a.id.localeCompare(b.id))));
const entryOf = (tab: Vault, id: EntryId) => tab.read(() => viewEntry(tab, id));

describe('D7 two tabs', () => {
  it('D7 random edits by both, one after the other and at once: none is lost, both end alike', async () => {
    const step = fc.record({
      tab: fc.nat({ max: 1 }),
      entry: fc.nat({ max: 1 }),
      field: fc.constantFrom('title', 'note'),
      /** Whether the next step waits for this one. */
      wait: fc.boolean()
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const { first, second } = await twoTabs();
        const entries: EntryId[] = [];
        for (const tab of [first, second]) entries.push((await recordEntry(tab, [randomBytes(10)])).entryId);
        const seen = new Map<EntryId, number>();
        const running: Promise<void>[] = [];
        for (const [i, { tab, entry, field, wait }] of steps.entries()) {
          const id = entries[entry]!;
          const edit = editEntry([first, second][tab]!, id, { [field]: `edit ${String(i)}` }).then(({ summary }) => {
            expect(summary.revision).toBeGreaterThan(seen.get(id) ?? 0);
            seen.set(id, summary.revision);
          });
          if (wait) await edit;
          else running.push(edit);
        }
        await Promise.all(running);
        expect(await summariesOf(first)).toEqual(await summariesOf(second));
        for (const id of entries) {
          const versions = await second.read(() => entryVersions(second, id));
          const revisions = versions.map(({ revision }) => revision);
          expect(revisions).toEqual([...revisions].sort((a, b) => b - a));
          const texts = new Set(versions.flatMap(({ title, note }) => [title, note]));
          for (const [i, { entry }] of steps.entries()) {
            if (entries[entry] === id) expect(texts).toContain(`edit ${String(i)}`);
          }
        }
        await expectSound(first);
      }),
      { numRuns: 12 }
    );
  }, 60_000);

  it('D7 a tab that slept through more commits than heads are kept goes on from the newest', async () => {
    const { place, first, second } = await twoTabs();
    const { entryId } = await recordEntry(first);
    await second.read(() => Promise.resolve());
    for (let i = 0; i < HEADS_KEPT + 5; i++) await editEntry(first, entryId, { title: String(i) });
    expect(await place.records.all('heads')).toHaveLength(HEADS_KEPT);
    await editEntry(second, entryId, { note: 'of the sleeper' });
    const { record } = await entryOf(first, entryId);
    expect([record.title.value, record.note.value]).toEqual([String(HEADS_KEPT + 4), 'of the sleeper']);
    await expectSound(await unlocked(place));
  }, 30_000);

  it('D7 reading beside a writer never takes a newer state for damage', async () => {
    const { first, second } = await twoTabs();
    const { entryId } = await recordEntry(first);
    const edits = Array.from({ length: 15 }, (_, i) => editEntry(first, entryId, { title: String(i) }));
    const looks = Array.from({ length: 15 }, (_, i) => entryOf(i % 2 === 0 ? first : second, entryId));
    await Promise.all([...edits, ...looks]);
  });

  it('D7 a list asked for while the tab takes in what the other did shows that too', async () => {
    const { place, vault: first } = await newVault();
    const { entryId } = await recordEntry(first);
    const records = ownRecords(place);
    const second = await unlocked({ records, objects: place.objects });
    await editEntry(first, entryId, { title: 'new' });
    const { all } = records;
    let asked: ReturnType<typeof summariesOf> | undefined;
    records.all = async (table) => {
      // The new head is accepted by now, its list is on the way: time for a second reader.
      if (table === 'lists') {
        asked ??= summariesOf(second);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return all(table);
    };
    expect((await entryOf(second, entryId)).record.title.value).toBe('new');
    expect((await asked)?.map(({ title }) => title)).toEqual(['new']);
  });

  it('D7 a tab that could not take in the list of the other does not write its own over it', async () => {
    const { place, vault: first } = await newVault();
    const { entryId } = await recordEntry(first);
    const records = ownRecords(place);
    const { get } = records;
    const second = await unlocked({ records, objects: place.objects });
    const other = await recordEntry(first);
    // Without its cache the list is made of the entries, and reading these fails.
    await place.records.commit({ remove: { lists: [PACKS] } });
    records.get = (table, key) => (table === 'entries' ? Promise.reject(new TypeError('no answer')) : get(table, key));
    await expect(summariesOf(second)).rejects.toThrow('no answer');
    records.get = get;
    await editEntry(second, entryId, { title: 'on' });
    expect([...(await unlocked(place)).summaries.keys()].sort()).toEqual([entryId, other.entryId].sort());
  });
});

describe('D7 one tab ends while the other goes on', () => {
  it('D7 locked in the middle of a commit: it happened or it did not, and the other tab loses nothing', async () => {
    for (const kind of ['refused', 'lost'] satisfies FaultKind[]) {
      const { place, vault: second } = await newVault();
      const { entryId, clipId, data } = await recordEntry(second);
      const { tab: first, faults } = await mortalTab(place);
      faults.arm(1, kind);
      const [dead, alive] = await Promise.allSettled([
        editEntry(first, entryId, { title: 'of the dead' }),
        editEntry(second, entryId, { note: 'of the living' })
      ]);
      expect([dead.status, alive.status]).toEqual(['rejected', 'fulfilled']);
      const { record } = await entryOf(second, entryId);
      expect(record.title.value).toBe(kind === 'lost' ? 'of the dead' : '');
      expect(record.note.value).toBe('of the living');
      const again = await unlocked(place);
      expect(await summariesOf(again)).toEqual(await summariesOf(second));
      expect(await readClip(again, clipId)).toEqual(data);
      await expectSound(again);
    }
  });
});

describe('D7 the passphrase', () => {
  it('D7 changed in one tab it is the one that the other asks for', async () => {
    const { place, first, second } = await twoTabs();
    const [old, fresh] = [await testPassphraseKey(PASSPHRASE), await testPassphraseKey('two')];
    expect(await changePassphrase(first, old, fresh, TEST_KDF)).toBe('changed');
    expect(await checkPassphrase(second, old)).toBe('wrong');
    expect(await changePassphrase(second, old, await testPassphraseKey('three'), TEST_KDF)).toBe('wrong');
    expect(await checkPassphrase(second, fresh)).toBe('unlocked');
    expect(await opens(place, 'two')).toBe(true);
  });

  it('D7 changed in both at once: one of them says so, and that one opens', async () => {
    const { place, first, second } = await twoTabs();
    const old = await testPassphraseKey(PASSPHRASE);
    const outcomes = await Promise.all([
      changePassphrase(first, old, await testPassphraseKey('two'), TEST_KDF),
      changePassphrase(second, old, await testPassphraseKey('three'), TEST_KDF)
    ]);
    expect([...outcomes].sort()).toEqual(['changed', 'wrong']);
    expect([await opens(place, 'two'), await opens(place, 'three')]).toEqual(outcomes.map((it) => it === 'changed'));
    expect(await opens(place, PASSPHRASE)).toBe(false);
  });

  it('D7 changed in one tab while the other saves: both happened', async () => {
    const { place, first, second } = await twoTabs();
    const { entryId } = await recordEntry(second);
    const [old, fresh] = [await testPassphraseKey(PASSPHRASE), await testPassphraseKey('two')];
    const [changed] = await Promise.all([
      changePassphrase(first, old, fresh, TEST_KDF),
      editEntry(second, entryId, { title: 'saved' }),
      recordEntry(second, undefined, entryId)
    ]);
    expect(changed).toBe('changed');
    await editEntry(second, entryId, { note: 'goes on' });
    expect(await opens(place, PASSPHRASE)).toBe(false);
    const again = await unlocked(place, 'two');
    const { record } = await viewEntry(again, entryId);
    expect([record.title.value, record.note.value, record.clips.length]).toEqual(['saved', 'goes on', 2]);
    await expectSound(again);
  });
});

describe('D7 the trash', () => {
  it('D7 an entry deleted in one tab is gone in the other; editing it there says so', async () => {
    const { first, second } = await twoTabs();
    const { entryId } = await recordEntry(first);
    await removeEntry(second, entryId, new Date());
    expect(await summariesOf(first)).toEqual([]);
    await expect(editEntry(first, entryId, { title: 'x' })).rejects.toMatchObject({ code: 'entry/absent' });
    await restoreEntry(first, entryId);
    expect((await summariesOf(second)).map(({ id }) => id)).toEqual([entryId]);
    await expect(restoreEntry(second, entryId)).rejects.toMatchObject({ code: 'entry/absent' });
  });

  it('D7 both empty the trash at once', async () => {
    const { first, second } = await twoTabs();
    const { entryId } = await recordEntry(first);
    await removeEntry(first, entryId, new Date(0));
    await Promise.all([purgeTrash(first, new Date()), purgeTrash(second, new Date())]);
    await expect(destroyEntry(second, entryId)).rejects.toMatchObject({ code: 'entry/absent' });
  });

  it('D7 emptied in one tab while the other restores and edits: whole again, or gone and said so', async () => {
    for (const purgeFirst of [true, false]) {
      const { place, first, second } = await twoTabs();
      const { entryId, clipId, data } = await recordEntry(first);
      await removeEntry(first, entryId, LONG_AGO);
      const restore = () => restoreEntry(second, entryId).then(() => editEntry(second, entryId, { title: 'back' }));
      const purge = () => purgeTrash(first, new Date());
      const [restored] = await (purgeFirst
        ? Promise.allSettled([purge(), restore()]).then((both) => both.toReversed())
        : Promise.allSettled([restore(), purge()]));
      const again = await unlocked(place);
      if (restored?.status === 'fulfilled') {
        expect(again.summaries.get(entryId)?.title).toBe('back');
        expect(await readClip(again, clipId)).toEqual(data);
      } else {
        expect(restored?.reason).toMatchObject({ code: 'entry/absent' });
        expect(await place.objects.list()).toEqual([]);
      }
      await expectSound(again);
    }
  });

  it('D7 what another tab restored and deleted anew has its seven days again', async () => {
    const { place, first, second } = await twoTabs();
    const { entryId, clipId, data } = await recordEntry(first);
    await removeEntry(first, entryId, LONG_AGO);
    // All three are waiting for the lock when the purge has read the trash already.
    await first
      .exclusively(async () => {
        const others = [restoreEntry(second, entryId), removeEntry(second, entryId, new Date())];
        const purge = purgeTrash(first, new Date());
        await Promise.resolve();
        return { all: Promise.all([...others, purge]) };
      })
      .then(({ all }) => all);
    expect(await place.records.all('trash')).toHaveLength(1);
    await restoreEntry(second, entryId);
    expect(await readClip(second, clipId)).toEqual(data);
  });
});
