/** Devices that share one journal, without a camera: entries are written as a finished recording would leave them. */
import { entryKey } from '#shared/crypto/keys.ts';
import { newRawKey, wrap } from '#shared/crypto/wrap.ts';
import type { DeviceId, EntryId, ObjectId } from '#shared/ids.ts';
import type { Clip } from '#web/model/entry.ts';
import { newEntryRecord, withClip } from '#web/model/patch.ts';
import { summarise } from '#web/model/summary.ts';
import { entryWrapEnvelope } from '../envelopes.ts';
import { openEntry } from '../entry-reader.ts';
import { sealRevision, writeRevision } from '../entries.ts';
import { NO_PARENT } from '#shared/format/envelope.ts';
import type { Vault } from '../vault.ts';
import { required, unlocked, type Place } from './place.ts';

/** Another device with the same journal, as it is there now. */
export async function sibling(from: Place, deviceId: DeviceId): Promise<{ place: Place; vault: Vault }> {
  const place = from.copy();
  const row = await required(place.records.get('vault', 'vault'));
  await place.records.commit({ put: { vault: [{ ...row, deviceId }] } });
  return { place, vault: await unlocked(place) };
}

export function addEntry(
  vault: Vault,
  entryId: EntryId,
  created = '2026-03-01T10:00:00.000+01:00'
): Promise<undefined> {
  return vault.commit(async (transaction) => {
    const raw = newRawKey();
    const wrapped = await wrap(vault.keys.entryWrap, entryWrapEnvelope(vault.id, entryId, vault.epoch), raw.slice());
    const record = newEntryRecord(entryId, created, vault.device, false);
    const row = { entryId, revision: 0, epoch: vault.epoch, wrap: wrapped, record: new Uint8Array() };
    const first = await sealRevision(vault, { row, key: await entryKey(raw), record, hash: NO_PARENT }, record, 1);
    transaction.put('entries', first.row);
    transaction.setItem(entryId, { revision: 1, hash: first.hash, tombstone: false });
    transaction.setSummary(entryId, summarise(record, 1));
    return undefined;
  });
}

export function addClip(vault: Vault, entryId: EntryId, id: ObjectId): Promise<undefined> {
  return vault.commit(async (transaction) => {
    const opened = await openEntry(vault, entryId);
    await writeRevision(transaction, opened, withClip(opened.record, testClip(id)));
    return undefined;
  });
}

function testClip(id: ObjectId): Clip {
  const stored = { object: id, plaintextLength: 1, dataLength: 0, segments: 1, headHash: '0'.repeat(64) };
  return {
    ...{ id, mime: 'video/webm', recordedAt: '2026-03-01T10:00:00+01:00', durationMs: 1, width: 1, height: 1 },
    ...{ source: 'camera', ended: 'stopped', body: stored, head: stored, poster: null, thumbnails: null }
  };
}
