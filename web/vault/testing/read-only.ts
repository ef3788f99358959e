/** A law: a journal for reading only is not written to, whatever is asked of it. */
import { expect } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { newEntryId, newObjectId } from '#shared/ids.ts';
import { KEY_PATHS, type Table } from '#web/store/rows.ts';
import { abandonClip } from '../abandon-clip.ts';
import { keepClip } from '../clip-recovery.ts';
import { startClip } from '../clips.ts';
import { destroyEntry, editEntry, purgeTrash, removeEntry, restoreEntry } from '../entries.ts';
import { changePassphrase } from '../gate.ts';
import { removeOrphans } from '../orphans.ts';
import { setPictures } from '../pictures.ts';
import { discardShared, putShared } from '../shared-files.ts';
import type { Vault } from '../vault.ts';
import { testPassphraseKey } from './passphrase-key.ts';
import { PASSPHRASE, quietly, TEST_KDF, type Place } from './place.ts';

/** Everything that would write is refused by name, and nothing was written. */
export async function expectReadOnly(place: Place, vault: Vault, code: string): Promise<void> {
  expect(vault.readOnly).toBe(true);
  const before = place.copy();
  const { port1 } = new MessageChannel();
  const [id = newEntryId()] = vault.summaries.keys();
  const clipId = newObjectId();
  const recording = { mime: 'video/webm', recordedAt: '2026-03-01T10:00:00.000+01:00', recorder: port1 };
  const deeds = [
    () => startClip(vault, { ...recording, entryId: null, source: 'camera' }),
    () => startClip(vault, { ...recording, entryId: id, source: 'import' }),
    () => editEntry(vault, id, { title: 'x' }),
    () => removeEntry(vault, id, new Date()),
    () => restoreEntry(vault, id),
    () => destroyEntry(vault, id),
    () => keepClip(vault, { entryId: id, clipId }, quietly),
    () => abandonClip(vault, { entryId: id, clipId }),
    () => setPictures(vault, { id, clip: clipId, poster: utf8('p'), thumbnails: null }),
    async () => changePassphrase(vault, await testPassphraseKey(PASSPHRASE), await testPassphraseKey('two'), TEST_KDF),
    () => removeOrphans(vault),
    () => discardShared(vault, clipId),
    () => putShared(place, vault, new File(['x'], 'x.mp4'), quietly)
  ];
  for (const deed of deeds) await expect(deed()).rejects.toMatchObject({ code });
  await purgeTrash(vault, new Date(8640000000000000));
  port1.close();
  for (const table of Object.keys(KEY_PATHS) as Table[]) {
    expect(await place.records.all(table)).toEqual(await before.records.all(table));
  }
  expect([...place.objects.files.keys()]).toEqual([...before.objects.files.keys()]);
}
