/**
 * "Verified" (attack A20): the object was read back from the relay and opens there, its beginning, its end and three
 * places that nobody could foresee. Nothing on this device is freed before that.
 */
import { randomBytes, sha256, toHex } from '#shared/bytes.ts';
import { objectKey } from '#shared/crypto/keys.ts';
import { startOpening } from '#shared/crypto/stream.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND, type Kind } from '#shared/format/kind.ts';
import { HEAD_BYTES, sealedSize, segmentCount, segmentOffset } from '#shared/format/segment.ts';
import { parseEntryId, type ObjectId } from '#shared/ids.ts';
import type { StoredObject } from '#web/model/entry.ts';
import type { Places, VerifyOutcome } from '#web/workers/contracts.ts';
import { openTrash } from './entries.ts';
import { openEntry, type OpenedEntry } from './entry-reader.ts';
import { objectEnvelope } from './envelopes.ts';
import { storedObjects } from './object-rows.ts';
import { removeFiles } from './remove-files.ts';
import type { Vault } from './vault.ts';

interface ListedObject {
  readonly owner: OpenedEntry;
  readonly stored: StoredObject;
  readonly kind: Kind;
}

/** @throws `object/absent` when no entry names it, `relay/…`, `session/absent` */
export async function verifyObject(vault: Vault, objectId: ObjectId): Promise<VerifyOutcome> {
  const listed = await vault.read(() => find(vault, objectId));
  if (listed === null) throw new SvjError('object/absent');
  try {
    await openThere(vault, listed);
    return 'verified';
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
    if (thrown.code === 'object/elsewhere') return 'absent';
    // An answer that is shorter than the object is one that lacks something of it.
    if (thrown.code === 'relay/answer' || /^(?:seal|format|entry)\//.test(thrown.code)) return 'damaged';
    throw thrown;
  }
}

/** @throws as {@link verifyObject}; `object/absent` for anything but a recording */
export async function freeObject(vault: Vault, objectId: ObjectId): Promise<VerifyOutcome> {
  const outcome = await verifyObject(vault, objectId);
  if (outcome !== 'verified') return outcome;
  if (await isUnpublished(vault, objectId)) return 'absent';
  await vault.exclusively(async () => {
    const { records } = vault.stores;
    const row = await records.get('objects', objectId);
    if (row?.kind !== KIND.media) throw new SvjError('object/absent');
    // First the row: a file that was meant to go and stayed is no loss.
    await records.commit({ put: { objects: [{ ...row, away: true }] } });
    await removeFiles(vault.stores.objects, objectId);
  });
  return outcome;
}

export async function storedPlaces({ stores: { records } }: Vault): Promise<Places> {
  const objects = (await records.all('objects')).map(({ objectId, entryId, kind, size, away }) => {
    return { objectId, entryId, isRecording: kind === KIND.media, size, isHere: away !== true };
  });
  const waiting = (await records.all('outbox')).map(({ key }) => /^record\/(.+)$/.exec(key)?.[1]);
  const drafts = (await records.all('drafts')).map(({ clipId }) => clipId);
  return { objects, unpublished: waiting.filter((id) => id !== undefined).map(parseEntryId), drafts };
}

async function find(vault: Vault, objectId: ObjectId): Promise<ListedObject | null> {
  const row = await vault.stores.records.get('objects', objectId);
  if (row === undefined) return null;
  const isTrashed = (await vault.stores.records.get('trash', row.entryId)) !== undefined;
  const owner = isTrashed ? await openTrash(vault, row.entryId) : await openEntry(vault, row.entryId);
  const named = owner === null ? [] : storedObjects(owner.record);
  const found = named.find(({ stored }) => stored.object === objectId);
  return found === undefined || owner === null ? null : { owner, stored: found.stored, kind: found.kind };
}

async function openThere(vault: Vault, { owner: { row, key }, stored, kind }: ListedObject): Promise<void> {
  const { object, plaintextLength, headHash } = stored;
  const size = sealedSize(plaintextLength);
  const file = vault.stores.remote?.open(object, size) ?? null;
  if (file === null) throw new SvjError('relay/unreachable');
  try {
    const head = await file.read(0, HEAD_BYTES);
    if (toHex(await sha256(head)) !== headHash) throw new SvjError('seal/damaged');
    const { seal } = await objectKey(key, object, kind);
    const envelope = await objectEnvelope(vault.id, row.entryId, object, kind, row.epoch);
    const opener = await startOpening(seal, envelope, head);
    if (opener === null) throw new SvjError('entry/damaged', 'object key');
    const last = segmentCount(plaintextLength) - 1;
    for (const index of new Set([0, ...anyOf(last + 1), last])) {
      const sealed = await file.read(segmentOffset(index), Math.min(segmentOffset(index + 1), size));
      await opener.segment(index, sealed, index === last);
    }
  } finally {
    file.close();
  }
}

/** Whether the relay lacks the newest words of its entry: without them nobody would know of the object. */
async function isUnpublished({ stores: { records } }: Vault, objectId: ObjectId): Promise<boolean> {
  const row = await records.get('objects', objectId);
  return row === undefined || (await records.get('outbox', `record/${row.entryId}`)) !== undefined;
}

/** Three numbers below `count`, by chance. */
function anyOf(count: number): number[] {
  const draws = new Uint32Array(randomBytes(12).buffer);
  return [...draws].map((draw) => draw % count);
}
