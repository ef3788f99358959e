/** Files of other apps: sealed while the journal is locked, read when it is open, gone when they were taken in. */
import { describe, expect, it } from 'vitest';
import { concat, randomBytes, toHex, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { newObjectId, type ObjectId } from '#shared/ids.ts';
import type { SharedFile } from '#web/workers/contracts.ts';
import { holdClip } from './clip-lock.ts';
import { outlineVault } from './gate.ts';
import { newInbox } from './inbox.ts';
import { removeOrphans } from './orphans.ts';
import { discardShared, listShared, openShared, putShared } from './shared-files.ts';
import {
  beginRecording,
  finish,
  newVault,
  Place,
  quietly,
  required,
  twoTabs,
  unlocked,
  vaultRow,
  withoutLists
} from './testing/place.ts';
import { vaultUsage } from './usage.ts';
import { expectReadOnly } from './testing/read-only.ts';
import type { Vault } from './vault.ts';

function bytesOf(length: number): Bytes {
  const block = randomBytes(Math.min(length, 65_536));
  return concat(...Array.from({ length: Math.ceil(length / 65_536) }, () => block)).slice(0, length);
}

function film(data: Bytes, name = 'at the lake.mp4'): File {
  return new File([data], name, { type: 'video/mp4', lastModified: Date.UTC(2026, 4, 3, 10) });
}

async function only(vault: Vault): Promise<SharedFile> {
  const files = await listShared(vault);
  expect(files).toHaveLength(1);
  return files[0] as SharedFile;
}

async function readAll(vault: Vault, id: ObjectId, step = 300_000): Promise<Bytes> {
  const reader = await openShared(vault, id);
  try {
    const parts: Bytes[] = [];
    for (let at = 0; at < reader.size; at += step) parts.push(await reader.read(at, Math.min(reader.size, at + step)));
    return concat(...parts);
  } finally {
    reader.close();
  }
}

describe('a file that another app shares', () => {
  it.each([1, 65_503, 65_504, 65_505, 1_100_000])(
    'of %i bytes is sealed while locked and read when open',
    async (length) => {
      const { place } = await newVault();
      const data = bytesOf(length);
      await putShared(place, null, film(data), quietly);
      expect(await outlineVault(place)).toMatchObject({ shared: 1, unfinished: 0 });
      const vault = await unlocked(place);
      const { id, ...shown } = await only(vault);
      expect(shown).toEqual({
        name: 'at the lake.mp4',
        bytes: length,
        modified: '2026-05-03T10:00:00.000Z',
        damaged: false
      });
      expect(toHex(await readAll(vault, id))).toBe(toHex(data));
      const reader = await openShared(vault, id);
      await expect(reader.read(0, length + 1)).rejects.toMatchObject({ code: 'range/not-satisfiable' });
      reader.close();
    }
  );

  it('B6 leaves nothing of itself in clear', async () => {
    const { place } = await newVault();
    const planted = new TextEncoder().encode('the word that must not be found');
    await putShared(place, null, film(concat(planted, randomBytes(100)), 'nobody reads this.mp4'), quietly);
    const rows = await Promise.all((['inbox', 'vault'] as const).map((table) => place.records.all(table)));
    const files = [...place.objects.files.values()].map((file) => file.read(0, file.size));
    const hexOf = (value: unknown): string =>
      JSON.stringify(value, (_, part: unknown) => (part instanceof Uint8Array ? toHex(part) : part));
    const stored = hexOf([rows, files]);
    for (const words of [planted, new TextEncoder().encode('nobody reads')]) expect(stored).not.toContain(toHex(words));
    expect(stored).not.toContain('nobody reads');
  });

  it('is gone with its key once it was taken in', async () => {
    const { place, vault } = await newVault();
    await putShared(place, null, film(bytesOf(70_000)), quietly);
    const { id } = await only(vault);
    await discardShared(vault, id);
    expect(await listShared(vault)).toEqual([]);
    expect(place.objects.files.size).toBe(0);
    await expect(openShared(vault, id)).rejects.toMatchObject({ code: 'object/absent' });
  });

  it('is no leftover: neither while it is sealed nor while it waits', async () => {
    const { place, vault } = await newVault();
    await putShared(place, null, film(bytesOf(1000)), quietly);
    const half = newObjectId();
    const release = await holdClip(half);
    (await place.objects.create(half)).close();
    await removeOrphans(vault);
    expect(place.objects.files.size).toBe(2);
    release();
    await removeOrphans(vault);
    expect([...place.objects.files.keys()]).toEqual([(await only(vault)).id]);
  });

  it('that cannot be sealed leaves nothing, and says why', async () => {
    const { place, vault } = await newVault();
    const put = (file: File, work = quietly): Promise<unknown> => putShared(place, null, file, work);
    await expect(put(film(new Uint8Array()))).rejects.toMatchObject({ code: 'media/empty' });
    await expect(putShared(new Place(), null, film(bytesOf(9)), quietly)).rejects.toMatchObject({
      code: 'vault/absent'
    });
    const short = film(bytesOf(100));
    Object.defineProperty(short, 'size', { value: 5000 });
    await expect(put(short)).rejects.toMatchObject({ code: 'media/truncated' });
    place.objects.capacity = 200_000;
    await expect(put(film(bytesOf(500_000)))).rejects.toMatchObject({ code: 'storage/quota' });
    place.objects.capacity = Number.POSITIVE_INFINITY;
    const stopped = { ...quietly, signal: AbortSignal.abort() };
    await expect(put(film(bytesOf(100)), stopped)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await listShared(vault)).toEqual([]);
    expect(place.objects.files.size).toBe(0);
  });

  it('A1 that was damaged is listed as that, or ends where the damage is', async () => {
    const { place, vault } = await newVault();
    await putShared(place, null, film(bytesOf(200_000)), quietly);
    const { id } = await only(vault);
    const file = await required(Promise.resolve(place.objects.files.get(id)));
    file.write(new Uint8Array([1, 2, 3]), 100_000);
    await expect(readAll(vault, id, 65_504)).rejects.toMatchObject({ code: 'seal/damaged' });
    file.resize(90_000);
    await expect(openShared(vault, id)).rejects.toMatchObject({ code: 'seal/truncated' });

    const row = await required(place.records.get('inbox', id));
    const description = row.description.slice();
    description[300] = (description[300] ?? 0) ^ 1;
    await place.records.commit({ put: { inbox: [{ ...row, description }] } });
    expect(await only(vault)).toMatchObject({ id, damaged: true });
    await place.records.commit({ put: { inbox: [row] } });
    place.objects.files.delete(id);
    await expect(openShared(vault, id)).rejects.toMatchObject({ code: 'entry/damaged' });
    await discardShared(vault, id);
    expect(await listShared(vault)).toEqual([]);
  });

  it('a key that was put in place of the inbox’s is an alarm: nothing is taken in, nothing written', async () => {
    const { place, vault } = await newVault();
    const row = await vaultRow(place);
    const theirs = await newInbox(vault.id, vault.keys.local);
    await place.records.commit({ put: { vault: [{ ...row, inbox: theirs }] } });
    await putShared(place, null, film(bytesOf(100)), quietly);
    await withoutLists(place);
    const again = await unlocked(place);
    expect(again.condition).toBe('rolled-back');
    expect(await listShared(again)).toEqual([]);
    await expectReadOnly(place, again, 'vault/rolled-back');
    expect(await place.records.all('inbox')).toHaveLength(1);

    // An open journal knows better than the row: what it is given then is not sealed for a stranger, and not at all here.
    await expect(putShared(place, again, film(bytesOf(100)), quietly)).rejects.toMatchObject({
      code: 'vault/rolled-back'
    });
    await putShared(place, vault, film(bytesOf(200)), quietly);
    await place.records.commit({ put: { vault: [row] } });
    const seen = (await listShared(await unlocked(place))).map(({ bytes, damaged }) => [bytes, damaged]);
    expect(seen).toEqual(
      expect.arrayContaining([
        [0, true],
        [200, false]
      ])
    );
  });

  it.each(['taken away', 'no pair at all'])('a pair that was %s closes nothing but the inbox', async (_) => {
    const { place, vault } = await newVault();
    const row = await vaultRow(place);
    const inbox = _ === 'taken away' ? undefined : 7;
    await place.records.commit({ put: { vault: [{ ...row, inbox } as never] } });
    const again = await unlocked(place);
    expect(again.condition).toBe('rolled-back');
    await expect(putShared(place, null, film(bytesOf(9)), quietly)).rejects.toMatchObject({ code: 'vault/damaged' });
    expect(vault.condition).toBe('sound');
  });

  it('D7 becomes one entry, whichever tab is quicker, and counts as used until then', async () => {
    const { place, first, second } = await twoTabs();
    await putShared(place, first, film(bytesOf(70_000)), quietly);
    const { id } = await only(first);
    expect((await vaultUsage(first)).objectBytes).toBe(place.objects.files.get(id)?.size);
    const recordings = [await beginRecording(first), await beginRecording(second)] as const;
    for (const { writer } of recordings) await writer.append(bytesOf(500));
    await finish(first, recordings[0], { shared: id });
    await expect(finish(second, recordings[1], { shared: id })).rejects.toMatchObject({ code: 'object/absent' });
    expect(await place.records.all('inbox')).toEqual([]);
    expect(place.objects.files.has(id)).toBe(false);
    expect((await unlocked(place)).summaries.size).toBe(1);
  });

  it('D7 killed between its entry and its file: it is an entry, and the file a leftover', async () => {
    const { place, vault } = await newVault();
    await putShared(place, vault, film(bytesOf(70_000)), quietly);
    const { id } = await only(vault);
    const recording = await beginRecording(vault);
    await recording.writer.append(bytesOf(500));
    place.objects.remove = () => Promise.reject(new SvjError('object/busy'));
    await finish(vault, recording, { shared: id });
    Reflect.deleteProperty(place.objects, 'remove');
    place.crash();
    const again = await unlocked(place);
    expect(await listShared(again)).toEqual([]);
    expect(again.summaries.size).toBe(1);
    expect(place.objects.files.has(id)).toBe(true);
    await removeOrphans(again);
    expect(place.objects.files.has(id)).toBe(false);
  });

  it('whose description is none of ours is damaged', async () => {
    const { place, vault } = await newVault();
    const lying = film(bytesOf(100), 'x'.repeat(900));
    Object.defineProperty(lying, 'type', { value: 'y'.repeat(900) });
    await putShared(place, null, lying, quietly);
    // Cut by the writer: what is longer is not read.
    expect(await only(vault)).toMatchObject({ name: 'x'.repeat(500), damaged: false });
    const row = (await place.records.all('inbox'))[0];
    if (row === undefined) throw new Error('no row');
    await place.records.commit({
      put: { inbox: [{ ...row, fileId: newObjectId() }] },
      remove: { inbox: [row.fileId] }
    });
    expect(await only(vault)).toMatchObject({ damaged: true });
  });
});
