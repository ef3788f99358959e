/** The vault's main job in one go, on memory stores: record, lock, unlock, read back. */
import { describe, expect, it } from 'vitest';
import { encodeKdfBlock, KDF_FLOOR, newKdfBlock } from '#shared/crypto/kdf.ts';
import { concat, randomBytes, type Bytes } from '#shared/bytes.ts';
import { MemoryObjects } from '#web/store/testing/memory-objects.ts';
import { MemoryRecords } from '#web/store/testing/memory-records.ts';
import type { RecorderKeyMessage } from '#web/workers/contracts.ts';
import { openClip } from './clip-reader.ts';
import { findUnfinished, keepClip } from './clip-recovery.ts';
import { ClipWriter } from './clip-writer.ts';
import { finishClip, startClip } from './clips.ts';
import { destroyEntry, editEntry, entryVersions, listTrash, removeEntry, restoreEntry } from './entries.ts';
import { createVault, unlockVault } from './gate.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import type { Stores, Vault } from './vault.ts';

const kdf = encodeKdfBlock(newKdfBlock(KDF_FLOOR));
const work = { signal: new AbortController().signal, progress: () => undefined };

function stores(): Stores & { objects: MemoryObjects } {
  return { records: new MemoryRecords(), objects: new MemoryObjects() };
}

async function start(vault: Vault): Promise<{ writer: ClipWriter; started: { entryId: never; clipId: never } }> {
  const { port1, port2 } = new MessageChannel();
  const key = new Promise<RecorderKeyMessage>((resolve) => {
    port2.onmessage = (event: MessageEvent<RecorderKeyMessage>) => {
      port2.close();
      resolve(event.data);
    };
  });
  const started = await startClip(vault, {
    entryId: null,
    mime: 'video/webm;codecs=vp9,opus',
    source: 'camera',
    recordedAt: '2026-03-01T10:00:00.000+01:00',
    recorder: port1
  });
  const message = await key;
  const writer = await ClipWriter.create(vault.stores.objects, message as never, message);
  return { writer, started: started as never };
}

async function readAll(vault: Vault, clipId: never): Promise<Bytes> {
  const reader = await openClip(vault, clipId);
  const parts: Bytes[] = [];
  for (let at = 0; at < reader.size; at += 100_000)
    parts.push(await reader.read(at, Math.min(reader.size, at + 100_000)));
  reader.close();
  return concat(...parts);
}

describe('vault', () => {
  it('records, locks, unlocks, edits, deletes and restores', async () => {
    const place = stores();
    const vault = await createVault(place, await testPassphraseKey('one'), kdf);
    const { writer, started } = await start(vault);
    const slices = Array.from({ length: 7 }, (_, i) => randomBytes(20_000 + i * 7_000));
    for (const slice of slices) await writer.append(slice);
    const closed = await writer.close();
    const view = await finishClip(vault, {
      ...started,
      closed,
      ended: 'stopped',
      poster: randomBytes(500),
      thumbnails: null
    });
    expect(view.record.clips).toHaveLength(1);
    expect(await unlockVault(place, await testPassphraseKey('two'))).toBeNull();
    const again = await unlockVault(place, await testPassphraseKey('one'));
    if (again === null) throw new Error('did not open');
    expect([...again.summaries.values()]).toEqual([view.summary]);
    expect(await readAll(again, started.clipId)).toEqual(concat(...slices));
    await editEntry(again, started.entryId, { title: 'First', tags: ['a', ' A ', 'b'] });
    const edited = await editEntry(again, started.entryId, { mood: 'good' });
    expect(edited.record.tags.value).toEqual(['a', 'b']);
    expect((await entryVersions(again, started.entryId)).map(({ changed }) => changed)).toEqual([
      ['mood'],
      ['title', 'tags'],
      ['clips']
    ]);
    await removeEntry(again, started.entryId, new Date());
    expect(again.summaries.size).toBe(0);
    expect((await listTrash(again)).map(({ summary }) => summary.title)).toEqual(['First']);
    await restoreEntry(again, started.entryId);
    expect(again.summaries.get(started.entryId)?.title).toBe('First');
    await removeEntry(again, started.entryId, new Date());
    await destroyEntry(again, started.entryId);
    expect(place.objects.files.size).toBe(0);
  });

  it('D1 keeps what a killed recorder had flushed', async () => {
    const place = stores();
    const vault = await createVault(place, await testPassphraseKey('one'), kdf);
    const { writer, started } = await start(vault);
    const slices = Array.from({ length: 5 }, () => randomBytes(50_000));
    for (const slice of slices) await writer.append(slice);
    place.objects.cutPower(0);
    const [found] = (await findUnfinished(vault, work)).offered;
    expect(found?.dataLength).toBe(250_000);
    const view = await keepClip(vault, started, work);
    const [clip] = view.record.clips;
    expect(clip?.ended).toBe('recovered');
    expect(await readAll(vault, clip?.id as never)).toEqual(concat(...slices));
    expect((await findUnfinished(vault, work)).offered).toEqual([]);
  });
});
