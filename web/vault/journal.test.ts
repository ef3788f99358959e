/** The list cache, a large journal, the trash of last week, pictures, usage, and versions of tomorrow. */
import { describe, expect, it, vi } from 'vitest';
import { randomBytes, utf8 } from '#shared/bytes.ts';
import { sealRecord } from '#shared/crypto/record.ts';
import { newEntryId, newObjectId } from '#shared/ids.ts';
import { findUnfinished } from './clip-recovery.ts';
import { destroyEntry, editEntry, listTrash, purgeTrash, removeEntry, viewEntry } from './entries.ts';
import { headEnvelope } from './envelopes.ts';
import { createVault } from './gate.ts';
import { PACKS } from './list-cache.ts';
import { removeOrphans } from './orphans.ts';
import { readPoster, readThumbnails, setPictures } from './pictures.ts';
import { damagedSummary } from './summaries.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import {
  beginRecording,
  finish,
  flipped,
  LATER,
  newVault,
  PASSPHRASE,
  Place,
  quietly,
  readClip,
  recordEntry,
  required,
  TEST_KDF,
  unlocked
} from './testing/place.ts';
import { vaultUsage } from './usage.ts';
import type { Vault } from './vault.ts';

const DAY_MS = 86_400_000;

describe('the list cache', () => {
  async function three() {
    const { place, vault } = await newVault();
    for (const title of ['a', 'b', 'c']) await editEntry(vault, (await recordEntry(vault)).entryId, { title });
    return { place, vault };
  }
  const titles = (vault: Vault): string[] => [...vault.summaries.values()].map(({ title }) => title).sort();

  it('is used: no entry is opened to show the timeline', async () => {
    const { place } = await three();
    const derive = vi.spyOn(crypto.subtle, 'importKey');
    await unlocked(place);
    const withEntries = derive.mock.calls.length;
    derive.mockClear();
    const empty = new Place();
    await createVault(empty, await testPassphraseKey(PASSPHRASE), TEST_KDF);
    derive.mockClear();
    await unlocked(empty);
    // What is opened are packs, never one key for each entry.
    expect(withEntries - derive.mock.calls.length).toBeLessThanOrEqual(3 * (PACKS + 1));
    derive.mockRestore();
  });

  it('altered, cut, exchanged, missing or of an older state, it is rebuilt and not believed', async () => {
    const { place, vault } = await three();
    const older = await place.records.all('lists');
    const [id] = vault.summaries.keys();
    await editEntry(vault, id!, { title: 'z' });
    const expected = titles(vault);
    const rows = await place.records.all('lists');
    const states = [
      older,
      rows.slice(1),
      rows.slice(0, -1),
      rows.map((row) => ({ ...row, sealed: flipped(row.sealed, 180) })),
      rows.map((row) => ({ ...row, sealed: row.sealed.slice(0, 50) })),
      rows.map((row, i) => ({ ...row, sealed: rows[(i + 1) % rows.length]!.sealed })),
      [...older.slice(0, 3), ...rows.slice(3)],
      []
    ];
    for (const state of states) {
      await place.records.commit({ remove: { lists: rows.map(({ pack }) => pack) } });
      await place.records.commit({ put: { lists: state } });
      const again = await unlocked(place);
      expect(titles(again)).toEqual(expected);
      expect([...again.summaries.values()].some(({ damaged }) => damaged)).toBe(false);
    }
  });

  it('once rebuilt it is whole again after the next change', async () => {
    const { place } = await three();
    await place.records.commit({ remove: { lists: [0, 1, 2, 3, 4, 5, 6, 7, PACKS] } });
    const vault = await unlocked(place);
    const [id] = vault.summaries.keys();
    await editEntry(vault, id!, { title: 'changed' });
    const spy = vi.spyOn(place.records, 'get');
    const again = await unlocked(place);
    expect(spy.mock.calls.filter(([table]) => table === 'entries')).toEqual([]);
    expect(titles(again)).toEqual(titles(vault));
  });

  it('D17 10,000 entries: unlocking opens the packs, and not one entry', async () => {
    const { place, vault } = await newVault();
    await vault.commit((transaction) => {
      for (let i = 0; i < 10_000; i++) {
        const entryId = newEntryId();
        const summary = { ...damagedSummary(entryId, 1), title: `Entry ${String(i)}`, damaged: false };
        transaction.put('entries', { entryId, revision: 1, epoch: 1, wrap: utf8('never'), record: utf8('opened') });
        transaction.setItem(entryId, { revision: 1, hash: 'ab'.repeat(32), tombstone: false });
        transaction.setSummary(entryId, summary);
      }
      return Promise.resolve();
    });
    const reads = vi.spyOn(place.records, 'get');
    const imports = vi.spyOn(crypto.subtle, 'importKey');
    const again = await unlocked(place);
    expect(again.summaries.size).toBe(10_000);
    expect(reads.mock.calls.filter(([table]) => table === 'entries' || table === 'buckets')).toEqual([]);
    expect(imports.mock.calls.length).toBeLessThan(100);
    imports.mockRestore();
  }, 60_000);
});

describe('the trash', () => {
  it('is emptied after seven days, not before', async () => {
    const { place, vault } = await newVault();
    const { entryId, clipId } = await recordEntry(vault);
    const now = new Date('2026-05-01T12:00:00Z');
    await removeEntry(vault, entryId, now);
    expect((await listTrash(vault))[0]).toMatchObject({
      deletedAt: '2026-05-01T12:00:00.000Z',
      purgeAt: '2026-05-08T12:00:00.000Z'
    });
    await purgeTrash(vault, new Date(now.getTime() + 7 * DAY_MS - 1));
    expect(await listTrash(vault)).toHaveLength(1);
    expect(place.objects.files.has(clipId)).toBe(true);
    await purgeTrash(vault, new Date(now.getTime() + 7 * DAY_MS));
    expect(await listTrash(vault)).toEqual([]);
    expect(place.objects.files.size).toBe(0);
    for (const table of ['entries', 'trash', 'objects', 'revisions'] as const) {
      expect(await place.records.all(table)).toEqual([]);
    }
  });

  it('keeps nothing of what was destroyed but the tombstone', async () => {
    const { place, vault } = await newVault();
    const { entryId } = await recordEntry(vault);
    await removeEntry(vault, entryId, new Date());
    await destroyEntry(vault, entryId);
    expect(await vault.item(entryId)).toMatchObject({ tombstone: true });
    expect((await place.records.all('outbox')).map(({ key }) => key).sort()).toEqual(['head', `tombstone/${entryId}`]);
  });

  it('a file that a player has open goes with the next tidying', async () => {
    const { place, vault } = await newVault();
    const { entryId, clipId } = await recordEntry(vault);
    const reader = await place.objects.open(clipId);
    await removeEntry(vault, entryId, new Date());
    await destroyEntry(vault, entryId);
    expect(await place.objects.list()).toEqual([clipId]);
    await removeOrphans(vault);
    reader?.close();
    await removeOrphans(vault);
    expect(await place.objects.list()).toEqual([]);
  });
});

describe('files', () => {
  it('orphans go, everything that is named or being made stays', async () => {
    const { place, vault } = await newVault();
    await recordEntry(vault);
    const { writer } = await beginRecording(vault);
    await writer.append(randomBytes(10));
    const before = (await place.objects.list()).sort();
    const orphan = await place.objects.create(newObjectId());
    orphan.close();
    await removeOrphans(vault);
    expect((await place.objects.list()).sort()).toEqual(before);
    await writer.close();
    await findUnfinished(vault, quietly, LATER);
    expect(vault.summaries.size).toBe(2);
  });

  it('the usage counts clips and bytes, and those in the trash apart', async () => {
    const { place, vault } = await newVault();
    await recordEntry(vault);
    const { entryId } = await recordEntry(vault);
    const all = place.objects.used;
    expect(await vaultUsage(vault)).toEqual({ entries: 2, clips: 2, objectBytes: all, trashBytes: 0 });
    await removeEntry(vault, entryId, new Date());
    const usage = await vaultUsage(vault);
    expect(usage).toMatchObject({ entries: 1, clips: 1 });
    expect(usage.objectBytes + usage.trashBytes).toBe(all);
  });
});

describe('pictures', () => {
  const sheet = {
    image: utf8('sheet'),
    mime: 'image/webp',
    columns: 2,
    tileWidth: 3,
    tileHeight: 4,
    timesMs: [0, 500]
  };

  it('replaced ones leave no file; what was not given stays', async () => {
    const { place, vault } = await newVault();
    const { entryId, clipId } = await recordEntry(vault);
    expect(await readThumbnails(vault, entryId, clipId)).toBeNull();
    const files = place.objects.files.size;
    await setPictures(vault, { id: entryId, clip: clipId, poster: null, thumbnails: sheet });
    expect(await readThumbnails(vault, entryId, clipId)).toEqual(sheet);
    const { record } = await setPictures(vault, { id: entryId, clip: clipId, poster: utf8('new'), thumbnails: sheet });
    expect(place.objects.files.size).toBe(files + 1);
    expect(await readPoster(vault, entryId, record.clips[0]!.poster!.object)).toEqual(utf8('new'));
    await expect(readPoster(vault, entryId, newObjectId())).rejects.toMatchObject({ code: 'object/absent' });
    await expect(readThumbnails(vault, entryId, newObjectId())).rejects.toMatchObject({ code: 'object/absent' });
  });

  it('an import names and dates its entry', async () => {
    const { vault } = await newVault();
    const recording = await beginRecording(vault, null, { source: 'import' });
    await recording.writer.append(randomBytes(10));
    const { record } = await finish(vault, recording, { title: 'Beach', date: '2020-01-02T03:04:05.000Z' });
    expect([record.title.value, record.date.value]).toEqual(['Beach', '2020-01-02T03:04:05.000Z']);
  });

  it('an import is trimmed to what its file showed, and the trim can be taken back', async () => {
    const { vault } = await newVault();
    const recording = await beginRecording(vault, null, { source: 'import' });
    await recording.writer.append(randomBytes(10));
    const closed = await recording.writer.close();
    const head = { ...closed.head, durationMs: 11_000.4 };
    const { entryId, clipId } = recording.started;
    const writer = { close: () => Promise.resolve({ ...closed, head }) } as never;
    const { record, summary } = await finish(
      vault,
      { ...recording, writer },
      { shown: { fromMs: 3300, toMs: null }, title: 'Beach' }
    );
    expect(record.trims[clipId]?.value).toEqual({ fromMs: 3300, toMs: 11_000 });
    expect([summary.durationMs, record.title.value]).toEqual([7700, 'Beach']);
    expect((await editEntry(vault, entryId, { trims: { [clipId]: null } })).summary.durationMs).toBe(11_000);
  });

  it.each([
    [
      { fromMs: 0, toMs: 4000 },
      { fromMs: 0, toMs: 4000 }
    ],
    [
      { fromMs: 500, toMs: 99_000 },
      { fromMs: 500, toMs: 5000 }
    ],
    [{ fromMs: 5000, toMs: null }, undefined]
  ])('a file that showed %o of 5 s is trimmed to %o', async (shown, trim) => {
    const { vault } = await newVault();
    const recording = await beginRecording(vault, null, { source: 'import' });
    await recording.writer.append(randomBytes(10));
    const closed = await recording.writer.close();
    const writer = { close: () => Promise.resolve({ ...closed, head: { ...closed.head, durationMs: 5000 } }) } as never;
    const { record } = await finish(vault, { ...recording, writer }, { shown });
    expect(record.trims[recording.started.clipId]?.value).toEqual(trim);
  });

  it('a date that no record could hold is refused before anything is recorded', async () => {
    const { place, vault } = await newVault();
    await expect(beginRecording(vault, null, { recordedAt: 'yesterday' })).rejects.toMatchObject({
      code: 'format/schema'
    });
    expect(await place.records.all('drafts')).toEqual([]);
  });
});

describe('D14 a newer app wrote it', () => {
  it('D14 a head of a later schema is refused, and nothing is written', async () => {
    const { place, vault } = await newVault();
    await recordEntry(vault);
    const { sequence, hash, content } = vault.head;
    const newer = { ...content, schema: 2, buckets: 'otherwise' };
    const sealed = await sealRecord(vault.keys.head, headEnvelope(vault.id, sequence + 1, hash), newer);
    await place.records.commit({ put: { heads: [{ sequence: sequence + 1, sealed }] } });
    place.faults.arm(1);
    await expect(unlocked(place)).rejects.toMatchObject({ code: 'vault/newer-app' });
    await expect(editEntry(vault, newEntryId(), { title: 'x' })).rejects.toMatchObject({ code: 'vault/newer-app' });
    expect(place.faults.count).toBe(0);
  });

  it('D14 fields of a later app are kept through an edit', async () => {
    const { vault } = await newVault();
    const { entryId } = await recordEntry(vault);
    await vault.commit((transaction) => {
      transaction.head = Object.assign({ ...transaction.head }, { later: { field: 1 } });
      return Promise.resolve();
    });
    await editEntry(vault, entryId, { title: 'x' });
    expect(vault.head.content).toMatchObject({ later: { field: 1 } });
    expect((await viewEntry(vault, entryId)).record.title.value).toBe('x');
  });
});

describe('D3 nothing half', () => {
  it('D3 a full disk at the very end of a recording: the clip is kept without its pictures being lost to it', async () => {
    const { place, vault } = await newVault();
    const recording = await beginRecording(vault);
    const data = randomBytes(5000);
    await recording.writer.append(data);
    const closed = await recording.writer.close();
    expect(closed.dataLength).toBe(5000);
    place.faults.arm(1);
    await expect(
      finish(vault, { ...recording, writer: { close: () => Promise.resolve(closed) } as never })
    ).rejects.toMatchObject({ code: 'storage/quota' });
    place.crash();
    const again = await unlocked(place);
    await findUnfinished(again, quietly);
    expect(await readClip(again, recording.started.clipId)).toEqual(data);
    expect(await required(place.records.get('objects', recording.started.clipId))).toMatchObject({ kind: 0x20 });
  });
});
