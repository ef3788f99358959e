/** The vault head damaged, put back or contradicted: named, read only, and nothing lost. Rows of attacks.md. */
import { describe, expect, it } from 'vitest';
import { randomBytes, utf8 } from '#shared/bytes.ts';
import { recordHash, sealRecord } from '#shared/crypto/record.ts';
import { newEntryId } from '#shared/ids.ts';
import type { HeadRow } from '#web/store/rows.ts';
import { findUnfinished } from './clip-recovery.ts';
import { editEntry, entryVersions, removeEntry, viewEntry } from './entries.ts';
import { headEnvelope } from './envelopes.ts';
import { changePassphrase, recoverVault } from './gate.ts';
import { removeOrphans } from './orphans.ts';
import { readPoster } from './pictures.ts';
import { wordsOf } from './recovery-words.ts';
import { openRecoveryCopy } from './slots.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import {
  beginRecording,
  flipped,
  LATER,
  newVault,
  opens,
  PASSPHRASE,
  quietly,
  readClip,
  recordEntry,
  required,
  rowOf,
  TEST_KDF,
  twoEntries,
  unlocked,
  vaultRow
} from './testing/place.ts';
import { expectReadOnly } from './testing/read-only.ts';
import type { Vault } from './vault.ts';

describe('A12 the head', () => {
  /** Heads of a vault that was changed a few times. */
  async function changed() {
    const { place, vault } = await newVault();
    const { entryId } = await recordEntry(vault);
    await editEntry(vault, entryId, { title: 'one' });
    await editEntry(vault, entryId, { title: 'two' });
    return { place, vault, entryId, heads: await place.records.all('heads') };
  }

  const attacks: Record<string, (heads: HeadRow[]) => HeadRow[]> = {
    'an older head under the newest number': (heads) =>
      heads.with(-1, { ...heads.at(-1)!, sealed: heads.at(-2)!.sealed }),
    'an older head as the next one': (heads) => [...heads, { sequence: heads.length + 1, sealed: heads[0]!.sealed }],
    'a head taken out of the chain': (heads) => heads.filter(({ sequence }) => sequence !== 2),
    'the heads renumbered': (heads) => heads.map(({ sealed }, i) => ({ sealed, sequence: i + 5 })),
    'two heads exchanged': ([first, second, ...rest]) => [
      { ...first!, sealed: second!.sealed },
      { ...second!, sealed: first!.sealed },
      ...rest
    ]
  };

  for (const [name, attack] of Object.entries(attacks)) {
    it(`A12 ${name}: rolled back, for reading only, nothing is written`, async () => {
      const { place, entryId, heads } = await changed();
      const forged = attack([...heads]);
      await place.records.commit({ remove: { heads: heads.map(({ sequence }) => sequence) } });
      await place.records.commit({ put: { heads: forged } });
      const again = await unlocked(place);
      expect(again.condition).toBe('rolled-back');
      expect((await viewEntry(again, entryId)).summary.title).toBe('two');
      await expectReadOnly(place, again, 'vault/rolled-back');
    });
  }

  /** A head on top of the newest one. */
  async function onTop(vault: Vault, sequence: number, parent: string): Promise<HeadRow> {
    return {
      sequence,
      sealed: await sealRecord(vault.keys.head, headEnvelope(vault.id, sequence, parent), vault.head.content)
    };
  }

  it('a gap between two numbers is no hole: what a device published goes on above what it had for itself', async () => {
    const { place, vault, entryId } = await changed();
    const { sequence, hash } = vault.head;
    await place.records.commit({ put: { heads: [await onTop(vault, sequence + 7, hash)] } });
    expect((await unlocked(place)).condition).toBe('sound');
    await editEntry(vault, entryId, { title: 'three' });
    expect(vault.head.sequence).toBe(sequence + 8);
    const again = await unlocked(place);
    expect([again.condition, (await viewEntry(again, entryId)).summary.title]).toEqual(['sound', 'three']);
  });

  it('A13 a gap with a hole in the chain of parents is rolled back', async () => {
    const { place, vault } = await changed();
    const { sequence } = vault.head;
    const [before] = (await place.records.all('heads')).slice(-2);
    await place.records.commit({
      put: { heads: [await onTop(vault, sequence + 7, await recordHash(before!.sealed))] }
    });
    await expect(vault.read(() => Promise.resolve())).rejects.toMatchObject({ code: 'vault/rolled-back' });
    await expectReadOnly(place, await unlocked(place), 'vault/rolled-back');
  });

  it('A12 a head whose sequence does not rise above the one it names is rolled back', async () => {
    for (const by of [0, -1]) {
      const { place, vault } = await changed();
      const { sequence, hash } = vault.head;
      // Stored above it, where it would be the newest.
      const { sealed } = await onTop(vault, sequence + by, hash);
      await place.records.commit({ put: { heads: [{ sequence: sequence + 1, sealed }] } });
      await expect(vault.read(() => Promise.resolve())).rejects.toMatchObject({ code: 'vault/rolled-back' });
      await expectReadOnly(place, await unlocked(place), 'vault/rolled-back');
    }
  });

  it('A12 an older head under another number than its own is rolled back', async () => {
    const { place, heads } = await changed();
    const [first, second] = heads;
    await place.records.commit({ remove: { heads: [first!.sequence] } });
    await place.records.commit({ put: { heads: [{ ...first!, sequence: 0.5 }] } });
    expect(second!.sequence).toBeGreaterThan(first!.sequence);
    await expectReadOnly(place, await unlocked(place), 'vault/rolled-back');
  });

  it('A12 an unlocked vault notices when an older state is put under it', async () => {
    const { place, vault, entryId } = await changed();
    const before = place.copy();
    await editEntry(vault, entryId, { title: 'three' });
    const newest = vault.head.sequence;
    await place.records.commit({ remove: { heads: [newest] } });
    for (const table of ['entries', 'buckets', 'lists'] as const) {
      await place.records.commit({ put: { [table]: await before.records.all(table) } });
    }
    await expect(vault.read(() => viewEntry(vault, entryId))).rejects.toMatchObject({ code: 'vault/rolled-back' });
    await expect(editEntry(vault, entryId, { title: 'four' })).rejects.toMatchObject({ code: 'vault/rolled-back' });
  });

  it('A13 an unlocked vault notices another history in the place of its own', async () => {
    const { place, vault, entryId } = await changed();
    const fork = place.copy();
    await editEntry(vault, entryId, { title: 'mine' });
    const other = await unlocked(fork);
    await editEntry(other, entryId, { title: 'theirs' });
    await editEntry(other, entryId, { title: 'theirs again' });
    for (const table of ['heads', 'entries', 'buckets', 'lists'] as const) {
      await place.records.commit({ put: { [table]: await fork.records.all(table) } });
    }
    await expect(vault.read(() => Promise.resolve())).rejects.toMatchObject({ code: 'vault/rolled-back' });
  });

  it('A5 a bit of any byte of the newest head changed: damaged, for reading only', async () => {
    const { place, entryId, heads } = await changed();
    const newest = heads.at(-1)!;
    for (let at = 0; at < newest.sealed.length; at++) {
      await place.records.commit({ put: { heads: [{ ...newest, sealed: flipped(newest.sealed, at, at % 8) }] } });
      // Bytes 4, 5 and 7 say which version it is: altered, they look like one of a newer app.
      expect((await unlocked(place)).condition).toBe([4, 5, 7].includes(at) ? 'newer-app' : 'damaged');
    }
    for (const sealed of [new Uint8Array(), newest.sealed.slice(0, 100), newest.sealed.slice(0, -1)]) {
      await place.records.commit({ put: { heads: [{ ...newest, sealed }] } });
      const again = await unlocked(place);
      expect(again.condition).toBe('damaged');
      expect((await viewEntry(again, entryId)).summary.title).toBe('two');
      await expectReadOnly(place, again, 'vault/damaged');
    }
  });

  it('A5 no head that opens: vault/damaged, for nothing knows which passphrase is the one of now', async () => {
    const { place, heads } = await changed();
    const noise = heads.map((row) => ({ ...row, sealed: flipped(row.sealed, 300) }));
    await place.records.commit({ put: { heads: noise } });
    await expect(unlocked(place)).rejects.toMatchObject({ code: 'vault/damaged' });
    await place.records.commit({ remove: { heads: heads.map(({ sequence }) => sequence) } });
    await expect(unlocked(place)).rejects.toMatchObject({ code: 'vault/damaged' });
  });

  it('A5 an older head damaged: the journal is used as ever, and the next change drops what proves nothing', async () => {
    const { place, entryId, heads } = await changed();
    for (const [i, row] of heads.slice(0, -1).entries()) {
      await place.records.commit({ put: { heads: [...heads, { ...row, sealed: flipped(row.sealed, 40 * i) }] } });
      const again = await unlocked(place);
      expect(again.condition).toBe('history-cut');
      expect((await viewEntry(again, entryId)).summary.title).toBe('two');
      expect(await place.records.all('heads')).toHaveLength(heads.length);
    }
    const vault = await unlocked(place);
    await editEntry(vault, entryId, { title: 'three' });
    expect(vault.condition).toBe('sound');
    const sequences = (await place.records.all('heads')).map(({ sequence }) => sequence);
    expect(sequences).toEqual([heads.length, heads.length + 1]);
    expect((await unlocked(place)).condition).toBe('sound');
  });

  it('A12 an unlocked vault under which the newest head is damaged changes nothing', async () => {
    const { place, vault, entryId, heads } = await changed();
    const newest = heads.at(-1)!;
    await place.records.commit({ put: { heads: [{ ...newest, sealed: flipped(newest.sealed, 300) }] } });
    await expect(editEntry(vault, entryId, { title: 'three' })).rejects.toMatchObject({ code: 'vault/damaged' });
    await expect(vault.read(() => viewEntry(vault, entryId))).rejects.toMatchObject({ code: 'vault/damaged' });
    expect((await unlocked(place)).condition).toBe('damaged');
  });

  it('A12 a head that takes something back is no successor, in an open vault and at unlock', async () => {
    for (const takeBack of [{ minimumSuite: 0 }, { devices: {} }]) {
      const { place, vault } = await changed();
      const { sequence, hash, content } = vault.head;
      const fallen = { ...content, devices: { ...content.devices, [vault.device]: sequence + 1 }, ...takeBack };
      const sealed = await sealRecord(vault.keys.head, headEnvelope(vault.id, sequence + 1, hash), fallen);
      await place.records.commit({ put: { heads: [{ sequence: sequence + 1, sealed }] } });
      await expect(vault.read(() => Promise.resolve())).rejects.toMatchObject({ code: 'vault/rolled-back' });
      await expectReadOnly(place, await unlocked(place), 'vault/rolled-back');
    }
  });

  it('D14 a head of a later epoch, whose key is another one, is of a newer app', async () => {
    const { place, vault } = await changed();
    const { sequence, hash, content } = vault.head;
    const envelope = headEnvelope(vault.id, sequence + 1, hash);
    const sealed = await sealRecord(vault.keys.head, envelope, { ...content, epoch: 2 });
    await place.records.commit({ put: { heads: [{ sequence: sequence + 1, sealed }] } });
    await expect(unlocked(place)).rejects.toMatchObject({ code: 'vault/newer-app' });
    await expect(vault.commit(() => Promise.resolve())).rejects.toMatchObject({ code: 'vault/newer-app' });
  });

  it('D14 a newest head of an unknown version: for reading only, and the reason is said', async () => {
    const { place, vault, entryId } = await changed();
    const { sequence } = vault.head;
    const [newest] = (await place.records.all('heads')).slice(-1);
    for (const [at, byte] of [
      [5, 2], // suite
      [7, 1] // flags
    ] as const) {
      const sealed = newest!.sealed.slice();
      sealed[at] = byte;
      await place.records.commit({ put: { heads: [{ sequence: sequence + 1, sealed }] } });
      const again = await unlocked(place);
      expect(again.condition).toBe('newer-app');
      expect((await viewEntry(again, entryId)).summary.title).toBe('two');
      await expectReadOnly(place, again, 'vault/newer-app');
    }
  });

  it('A19 a head that demands another suite is of a newer app', async () => {
    const { place, vault } = await changed();
    const { sequence, hash, content } = vault.head;
    const envelope = headEnvelope(vault.id, sequence + 1, hash);
    const sealed = await sealRecord(vault.keys.head, envelope, { ...content, minimumSuite: 2 });
    await place.records.commit({ put: { heads: [{ sequence: sequence + 1, sealed }] } });
    await expect(unlocked(place)).rejects.toMatchObject({ code: 'vault/newer-app' });
  });

  it('A12 the slots of yesterday are refused: a passphrase that was changed stays changed', async () => {
    const { place, vault } = await newVault();
    const before = await vaultRow(place);
    await changePassphrase(vault, await testPassphraseKey(PASSPHRASE), await testPassphraseKey('two'), TEST_KDF);
    await place.records.commit({ put: { vault: [before] } });
    await expect(unlocked(place, PASSPHRASE)).rejects.toMatchObject({ code: 'vault/rolled-back' });
  });

  it('A12 the slots of yesterday are refused beside a damaged head too', async () => {
    const { place, vault } = await newVault();
    const before = await vaultRow(place);
    await changePassphrase(vault, await testPassphraseKey(PASSPHRASE), await testPassphraseKey('two'), TEST_KDF);
    const newest = required(place.records.get('heads', vault.head.sequence));
    await place.records.commit({ put: { heads: [{ ...(await newest), sealed: new Uint8Array(300) }] } });
    // The passphrase of now opens, by the head before it.
    expect((await unlocked(place, 'two')).condition).toBe('damaged');
    expect(await opens(place, PASSPHRASE)).toBe(false);
    await place.records.commit({ put: { vault: [before] } });
    await expect(unlocked(place, PASSPHRASE)).rejects.toMatchObject({ code: 'vault/rolled-back' });
  });

  it('A12 a slot added, taken away, doubled or damaged: rolled back, for reading only', async () => {
    const { place } = await newVault();
    const row = await vaultRow(place);
    const stranger = await newVault();
    const foreign = (await vaultRow(stranger.place)).slots[0]!;
    const [passphrase, recovery] = row.slots;
    const damaged = { ...recovery!, wrap: flipped(recovery!.wrap, 200) };
    for (const slots of [[...row.slots, foreign], [passphrase!], [...row.slots, passphrase!], [passphrase!, damaged]]) {
      await place.records.commit({ put: { vault: [{ ...row, slots }] } });
      await expectReadOnly(place, await unlocked(place), 'vault/rolled-back');
    }
  });

  it('a slot that is damaged itself does not open: one outcome with a wrong passphrase', async () => {
    const { place } = await newVault();
    const row = await vaultRow(place);
    const slots = row.slots.map((slot) => ({ ...slot, wrap: flipped(slot.wrap, 200) }));
    await place.records.commit({ put: { vault: [{ ...row, slots }] } });
    expect(await opens(place, PASSPHRASE)).toBe(false);
  });
});

describe('A12 a journal for reading only', () => {
  /** Two entries whose newest head does not open. */
  async function beheaded(damage: Partial<HeadRow> = { sealed: randomBytes(700) }) {
    const { place, vault, x, y } = await twoEntries();
    await editEntry(vault, y.entryId, { title: 'newest' });
    const newest = await required(place.records.get('heads', vault.head.sequence));
    await place.records.commit({ put: { heads: [{ ...newest, ...damage }] } });
    return { place, vault, x, y };
  }

  it('shows and plays all that opens, in its newest state', async () => {
    const { place, x, y } = await beheaded();
    const again = await unlocked(place);
    expect(again.condition).toBe('damaged');
    expect(again.summaries.size).toBe(2);
    expect(again.summaries.get(y.entryId)).toMatchObject({ title: 'newest', damaged: false });
    for (const { clipId, data } of [x, y]) expect(await readClip(again, clipId)).toEqual(data);
    expect((await entryVersions(again, y.entryId)).map(({ title }) => title)).toEqual(['newest', '']);
    expect(await readPoster(again, x.entryId, x.view.record.clips[0]!.poster!.object)).toEqual(utf8('a picture'));
    await expectReadOnly(place, again, 'vault/damaged');
  });

  it('wrong passphrase stays wrong, and the words open it without setting another', async () => {
    const { place, vault, x } = await beheaded();
    expect(await opens(place, 'two')).toBe(false);
    const words = wordsOf(await openRecoveryCopy(vault.row, vault.keys.local));
    const recovered = await recoverVault(place, words, await testPassphraseKey('two'), TEST_KDF);
    expect(await readClip(recovered!, x.clipId)).toEqual(x.data);
    expect(await opens(place, 'two')).toBe(false);
    expect(await opens(place, PASSPHRASE)).toBe(true);
  });

  it('a damaged bucket beside it hides nothing that opens, and what does not is named', async () => {
    const { place, x, y } = await beheaded();
    const buckets = await place.records.all('buckets');
    await place.records.commit({ put: { buckets: buckets.map((row) => ({ ...row, sealed: randomBytes(600) })) } });
    const rowY = await rowOf(place, y.entryId);
    await place.records.commit({ put: { entries: [{ ...rowY, record: flipped(rowY.record, 300) }] } });
    const again = await unlocked(place);
    expect(again.summaries.get(x.entryId)?.damaged).toBe(false);
    expect(again.summaries.get(y.entryId)).toMatchObject({ damaged: true, title: '' });
    expect(await readClip(again, x.clipId)).toEqual(x.data);
    await expect(viewEntry(again, y.entryId)).rejects.toMatchObject({ code: 'entry/damaged' });
  });

  it('A11 A14 A15 what its buckets contradict is not shown', async () => {
    const { place, vault, x, y } = await twoEntries();
    const [rowX, olderY] = [await rowOf(place, x.entryId), await rowOf(place, y.entryId)];
    await editEntry(vault, y.entryId, { title: 'newer' });
    await removeEntry(vault, x.entryId, new Date());
    const newest = await required(place.records.get('heads', vault.head.sequence));
    const foreign = { entryId: newEntryId(), revision: 1, epoch: 1, wrap: randomBytes(230), record: randomBytes(700) };
    const copy = { ...rowX, entryId: newEntryId() };
    await place.records.commit({
      put: { heads: [{ ...newest, sealed: randomBytes(700) }], entries: [rowX, olderY, foreign, copy] }
    });
    const again = await unlocked(place);
    expect([...again.summaries.keys()]).toEqual([y.entryId]);
    expect(again.summaries.get(y.entryId)?.damaged).toBe(true);
    await expect(viewEntry(again, y.entryId)).rejects.toMatchObject({ code: 'entry/rolled-back' });
    await expect(viewEntry(again, x.entryId)).rejects.toMatchObject({ code: 'entry/absent' });
    for (const { entryId } of [foreign, copy]) {
      await expect(viewEntry(again, entryId)).rejects.toMatchObject({ code: 'entry/damaged' });
    }
  });

  it('leaves unfinished recordings and files where they are', async () => {
    const { place, vault } = await newVault();
    await recordEntry(vault);
    const { writer } = await beginRecording(vault);
    await writer.append(randomBytes(1000));
    place.crash();
    const newest = await required(place.records.get('heads', vault.head.sequence));
    await place.records.commit({ put: { heads: [{ ...newest, sealed: randomBytes(700) }] } });
    (await place.objects.create('a stranger')).close();
    const again = await unlocked(place);
    expect((await findUnfinished(again, quietly, LATER)).offered).toEqual([]);
    await expect(removeOrphans(again)).rejects.toMatchObject({ code: 'vault/damaged' });
    expect(await place.records.all('drafts')).toHaveLength(1);
    expect([...place.objects.files.keys()]).toContain('a stranger');
  });
});
