/** A clip from its first byte to its place in an entry record. */
import type { Bytes } from '#shared/bytes.ts';
import { entryKey, objectKey, recordKey, type EntryKey } from '#shared/crypto/keys.ts';
import { openRecord, recordHash, sealRecord } from '#shared/crypto/record.ts';
import { newRawKey, wrap } from '#shared/crypto/wrap.ts';
import { SvjError } from '#shared/errors.ts';
import { encodeFramed } from '#shared/format/framed.ts';
import { KIND } from '#shared/format/kind.ts';
import { sealedSize } from '#shared/format/segment.ts';
import { newEntryId, newObjectId, type EntryId, type ObjectId } from '#shared/ids.ts';
import { literal, looseObject, picklist, string, validate, type InferOutput } from '#shared/schema.ts';
import { parseEntryRecord, parseInstant, type Clip, type EntryPatch, type StoredObject } from '#web/model/entry.ts';
import { applyPatch, newEntryRecord, withClip } from '#web/model/patch.ts';
import { summarise } from '#web/model/summary.ts';
import type { DraftRow } from '#web/store/rows.ts';
import type {
  ClosedClip,
  FinishedClip,
  RecorderKeyMessage,
  ShownPart,
  StartedClip,
  ThumbnailSheet
} from '#web/workers/contracts.ts';
import { tailName } from './clip-tail.ts';
import { entryWrapEnvelope, recordEnvelope } from './envelopes.ts';
import { openEntryKey, openEntry } from './entry-reader.ts';
import { openTrash, viewEntry, writeRevision, type EntryView } from './entries.ts';
import { removeFiles } from './remove-files.ts';
import { writeObject, type ObjectOwner } from './small-object.ts';
import type { Transaction } from './transaction.ts';
import type { Vault } from './vault.ts';

const draftContent = looseObject({
  schema: literal(1),
  clip: string(),
  mime: string(),
  recordedAt: string(),
  /** When the draft was made, ISO 8601. */
  begun: string(),
  source: picklist(['camera', 'import'])
});

export type DraftContent = InferOutput<typeof draftContent>;

export interface OpenedDraft {
  readonly row: DraftRow;
  readonly key: EntryKey;
  readonly content: DraftContent;
}

/**
 * The entry key's wrap and the draft are durable before the recorder gets its key.
 * @throws `vault/damaged`, `vault/rolled-back` in a journal for reading only: nothing recorded could be kept
 */
export async function startClip(
  vault: Vault,
  input: {
    entryId: EntryId | null;
    mime: string;
    source: 'camera' | 'import';
    recordedAt: string;
    recorder: MessagePort;
  }
): Promise<StartedClip> {
  vault.requireWritable();
  const clipId = newObjectId();
  const { entryId, key, wrapped, epoch } =
    input.entryId === null ? await newEntry(vault) : await knownEntry(vault, input.entryId);
  const content: DraftContent = {
    schema: 1,
    clip: clipId,
    mime: input.mime,
    // Checked before anything is recorded: a record that could not be read back must not be written.
    recordedAt: parseInstant(input.recordedAt),
    begun: new Date().toISOString(),
    source: input.source
  };
  const sealed = await sealRecord(await recordKey(key, entryId), recordEnvelope(vault.id, entryId, epoch, 0), content);
  await vault.stores.records.commit({ put: { drafts: [{ clipId, entryId, epoch, wrap: wrapped, sealed }] } });
  const { seal, tail } = await objectKey(key, clipId, KIND.media);
  const pad = vault.head.content.settings.padVideo;
  const message: RecorderKeyMessage = { seal, tail, vaultId: vault.id, entryId, clipId, epoch, mime: input.mime, pad };
  input.recorder.postMessage(message);
  return { entryId, clipId };
}

/**
 * To be asked once the recorder holds the clip: until then another tab's look at unfinished recordings may have
 * cleared the draft away, and with it the only way to the recording's key.
 * @throws `recorder/nothing`
 */
export async function confirmClip({ stores }: Vault, { clipId }: StartedClip): Promise<undefined> {
  if ((await stores.records.get('drafts', clipId)) === undefined) throw new SvjError('recorder/nothing', 'no draft');
  return undefined;
}

async function newEntry(vault: Vault): Promise<{ entryId: EntryId; key: EntryKey; wrapped: Bytes; epoch: number }> {
  const entryId = newEntryId();
  const { epoch } = vault;
  const raw = newRawKey();
  const wrapped = await wrap(vault.keys.entryWrap, entryWrapEnvelope(vault.id, entryId, epoch), raw);
  return { entryId, key: await entryKey(raw), wrapped, epoch };
}

async function knownEntry(vault: Vault, id: EntryId): ReturnType<typeof newEntry> {
  const { key, row } = await vault.read(() => openEntry(vault, id));
  return { entryId: id, key, wrapped: row.wrap, epoch: row.epoch };
}

/** Null when there is no such draft. @throws `entry/damaged` */
export async function openDraft(vault: Vault, clipId: ObjectId): Promise<OpenedDraft | null> {
  const row = await vault.stores.records.get('drafts', clipId);
  if (row === undefined) return null;
  const key = await openEntryKey(vault, row);
  const envelope = recordEnvelope(vault.id, row.entryId, row.epoch, 0);
  const json = await openRecord(await recordKey(key, row.entryId), envelope, row.sealed);
  const content = validate(draftContent, json);
  if (content.clip !== clipId) throw new SvjError('entry/damaged', 'draft');
  return { row, key, content };
}

export interface ClipToRecord {
  readonly clipId: ObjectId;
  readonly closed: ClosedClip;
  readonly ended: Clip['ended'];
  readonly poster: Bytes | null;
  readonly thumbnails: ThumbnailSheet | null;
  readonly date?: string;
  readonly title?: string;
  readonly shown?: ShownPart;
  readonly shared?: ObjectId;
}

/**
 * Commits the clip to its entry. Safe to repeat: a clip that is there already stays as it is.
 * @throws `object/absent` or `entry/absent` when it was discarded meanwhile: never "saved" for nothing
 */
export async function finishClip(vault: Vault, finished: FinishedClip): Promise<EntryView> {
  const view = await vault.commit(async (transaction) => {
    const draft = await openDraft(vault, finished.clipId);
    if (draft === null) return null;
    return recordClip(transaction, draft, finished);
  });
  if (view === null) return vault.read(() => viewRecorded(vault, finished));
  await removeFiles(vault.stores.objects, tailName(finished.clipId));
  if (finished.shared !== undefined) await removeFiles(vault.stores.objects, finished.shared);
  return view;
}

/** In the commit of the entry that was made of it: one file never becomes two entries. @throws `object/absent` */
async function takeFromInbox(transaction: Transaction, fileId: ObjectId): Promise<void> {
  if ((await transaction.vault.stores.records.get('inbox', fileId)) === undefined) throw new SvjError('object/absent');
  transaction.remove('inbox', fileId);
}

async function viewRecorded(vault: Vault, { entryId, clipId }: FinishedClip): Promise<EntryView> {
  const view = await viewEntry(vault, entryId);
  if (!view.record.clips.some(({ id }) => id === clipId)) throw new SvjError('object/absent');
  return view;
}

/** Adds the clip, its head and pictures to the transaction and takes the draft away. */
export async function recordClip(
  transaction: Transaction,
  draft: OpenedDraft,
  finished: ClipToRecord
): Promise<EntryView> {
  const { vault } = transaction;
  const { row, key, content } = draft;
  const owner: ObjectOwner = { entryId: row.entryId, key, epoch: row.epoch };
  const { closed, clipId } = finished;
  const { bytes, ...geometry } = closed.head;
  const head = await writeObject(transaction, owner, KIND.containerHead, encodeFramed(geometry, bytes));
  const clip: Clip = {
    id: clipId,
    mime: content.mime,
    recordedAt: content.recordedAt,
    durationMs: Math.round(geometry.durationMs),
    width: geometry.width,
    height: geometry.height,
    source: content.source,
    ended: finished.ended,
    body: bodyOf(clipId, closed),
    head,
    ...(await writePictures(transaction, owner, finished))
  };
  transaction.addObject({
    objectId: clipId,
    entryId: row.entryId,
    kind: KIND.media,
    size: sealedSize(closed.plaintextLength)
  });
  transaction.remove('drafts', row.clipId);
  if (finished.shared !== undefined) await takeFromInbox(transaction, finished.shared);
  // The entry may have gone to the trash while its next clip was recorded: it comes back with it.
  const trashed = await openTrash(vault, row.entryId);
  const item = await vault.item(row.entryId);
  if (item === undefined) return firstRevision(transaction, draft, clip, finished, 1);
  // Destroyed meanwhile, by another tab: what was recorded since begins the entry anew.
  if (item.tombstone && trashed === null) {
    return firstRevision(transaction, draft, clip, finished, item.revision + 1);
  }
  if (trashed !== null) {
    transaction.remove('trash', row.entryId);
    const back = withClip(trashed.record, clip);
    return { record: back, summary: await writeRevision(transaction, trashed, back, item.revision + 1) };
  }
  const opened = await openEntry(vault, row.entryId);
  const record = withClip(opened.record, clip);
  return { record, summary: await writeRevision(transaction, opened, record) };
}

async function firstRevision(
  transaction: Transaction,
  { row, key, content }: OpenedDraft,
  clip: Clip,
  finished: ClipToRecord,
  revision: number
): Promise<EntryView> {
  const { vault } = transaction;
  const { entryId, epoch } = row;
  const empty = newEntryRecord(entryId, content.recordedAt, vault.device, false);
  const named = applyPatch(withClip(empty, clip), { ...namesOf(finished), ...trimOf(clip, finished) }, vault.device);
  const envelope = recordEnvelope(vault.id, entryId, epoch, revision);
  const sealed = await sealRecord(await recordKey(key, entryId), envelope, parseEntryRecord(named));
  transaction.put('entries', { entryId, revision, epoch, wrap: row.wrap, record: sealed });
  transaction.setItem(entryId, { revision, hash: await recordHash(sealed), tombstone: false });
  const summary = summarise(named, revision);
  transaction.setSummary(entryId, summary);
  return { record: named, summary };
}

function namesOf({ date, title }: ClipToRecord): { date?: string; title?: string } {
  return { ...(date === undefined ? {} : { date }), ...(title === undefined ? {} : { title }) };
}

/** What the file hid is trimmed away: it stays in the clip, and the person can take the trim back. */
function trimOf({ id, durationMs }: Clip, { shown }: ClipToRecord): Pick<EntryPatch, 'trims'> {
  if (shown === undefined) return {};
  const toMs = Math.min(shown.toMs ?? durationMs, durationMs);
  return shown.fromMs < toMs ? { trims: { [id]: { fromMs: shown.fromMs, toMs } } } : {};
}

function bodyOf(clipId: ObjectId, closed: ClosedClip): StoredObject {
  const { plaintextLength, dataLength, segments, headHash } = closed;
  return { object: clipId, plaintextLength, dataLength, segments, headHash };
}

export async function writePictures(
  transaction: Transaction,
  owner: ObjectOwner,
  pictures: { poster: Bytes | null; thumbnails: ThumbnailSheet | null }
): Promise<Pick<Clip, 'poster' | 'thumbnails'>> {
  const { poster, thumbnails } = pictures;
  let sheet: StoredObject | null = null;
  if (thumbnails !== null) {
    const { image, ...layout } = thumbnails;
    sheet = await writeObject(transaction, owner, KIND.thumbnails, encodeFramed(layout, image));
  }
  return {
    poster: poster && (await writeObject(transaction, owner, KIND.poster, poster)),
    thumbnails: sheet
  };
}
