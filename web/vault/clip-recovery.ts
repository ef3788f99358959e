/**
 * Recordings that were never finished (FORMAT.md section 9): found at unlock, measured, kept or
 * discarded. What is kept is sealed again under a new object and a new key; the old key is
 * never written with again.
 */
import { concat, type Bytes } from '#shared/bytes.ts';
import { containerIndex } from '#shared/container/container-index.ts';
import { objectKey } from '#shared/crypto/keys.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import { newObjectId, type ObjectId } from '#shared/ids.ts';
import type { ClosedClip, FoundRecordings, StartedClip, UnfinishedClip } from '#web/workers/contracts.ts';
import { dropDraft, removeUnrecorded } from './abandon-clip.ts';
import { claimClip, heldClips, holdClip, unlessWritten } from './clip-lock.ts';
import { hasSealedEnd, scan, type Work } from './clip-scan.ts';
import { tailName } from './clip-tail.ts';
import { ClipWriter, headOf } from './clip-writer.ts';
import { openDraft, recordClip, type ClipToRecord, type OpenedDraft } from './clips.ts';
import type { EntryView } from './entries.ts';
import { removeFiles } from './remove-files.ts';
import type { Vault } from './vault.ts';

/**
 * What a person should decide about, and what was settled without asking. Drafts without a picture or a sound, and imports
 * (whose source file is where it was), are cleared away; a recording that was stopped but not recorded, because the
 * vault was locked, is kept. A recording that is damaged from its start on is named
 * as that and stays. A draft that does not open harms no other. In a journal for reading only nothing can be decided: all
 * stay where they are.
 */
export async function findUnfinished(vault: Vault, work: Work, now = new Date()): Promise<FoundRecordings> {
  const found: Found = { offered: [], kept: [], cutImports: 0 };
  if (vault.readOnly) return found;
  for (const { clipId } of await vault.stores.records.all('drafts')) {
    // Asked anew for each: another tab may have begun to record while the one before was measured.
    if ((await heldClips()).has(clipId)) continue;
    try {
      await settle(vault, clipId, found, work, now);
    } catch (thrown) {
      if (!(thrown instanceof SvjError)) throw thrown;
    }
  }
  return found;
}

/** {@link FoundRecordings} while it is put together. */
interface Found {
  readonly offered: UnfinishedClip[];
  readonly kept: EntryView[];
  cutImports: number;
}

async function settle(vault: Vault, clipId: ObjectId, found: Found, work: Work, now: Date): Promise<void> {
  const draft = await openDraft(vault, clipId);
  if (draft === null) return;
  const seen = draft.content.source === 'import' ? null : await measureOrDamaged(vault, draft, work);
  await unlessWritten(clipId, () => decide(vault, clipId, seen, found, now));
}

async function decide(
  vault: Vault,
  clipId: ObjectId,
  seen: Measured | 'damaged' | null,
  found: Found,
  now: Date
): Promise<void> {
  const draft = await openDraft(vault, clipId);
  // Kept or discarded by another tab while it was measured here.
  if (draft === null) return;
  if (seen === 'damaged') {
    found.offered.push({ ...(await describe(vault, draft, NOTHING)), damaged: true });
  } else if (seen === null || hasNothingToSee(seen)) {
    if (isBeginning(draft, now)) return;
    await dropDraft(vault, clipId);
    if (seen === null) found.cutImports++;
  } else if (seen.closed === null) {
    found.offered.push(await describe(vault, draft, seen));
  } else {
    await adopt(vault, draft, seen, seen.closed, found);
  }
}

async function adopt(
  vault: Vault,
  draft: OpenedDraft,
  seen: Measured,
  closed: ClosedClip,
  found: Found
): Promise<void> {
  try {
    found.kept.push(await adoptClip(vault, draft, closed));
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
    // Another tab was quicker. Offered here all the same, it could be discarded although it is kept.
    if (thrown.code === 'object/absent') return;
    // On a full disk, say: then it is the person who frees space and keeps it.
    found.offered.push(await describe(vault, draft, seen));
  }
}

/**
 * Not one whole picture or sound: a browser's encoder gives its file's beginning, at times a single byte, before the
 * first of them. What is longer than a first picture ever is stays, whatever the index makes of it.
 */
function hasNothingToSee({ dataLength, durationMs, closed, readable }: Measured): boolean {
  return dataLength === 0 || (closed === null && readable && durationMs === 0 && dataLength < FIRST_PICTURE_BYTES);
}

const FIRST_PICTURE_BYTES = 256 * 1024;

/**
 * Another tab may be between this draft and the lock of its recorder. A recording that is cleared away there is refused,
 * and an import too; but that can be done again, and one that was cut off should be told of soon.
 */
function isBeginning({ content }: OpenedDraft, now: Date): boolean {
  const age = Math.abs(now.getTime() - Date.parse(content.begun));
  return age < (content.source === 'import' ? IMPORT_BEGINNING_MS : BEGINNING_MS);
}

const BEGINNING_MS = 60_000;
const IMPORT_BEGINNING_MS = 5_000;

/**
 * Makes the recording a clip of its entry: in place where its end is sealed, otherwise sealed
 * again. The old files go after the commit.
 * @throws `object/absent` when another tab was quicker, `object/busy` while somebody writes it, `vault/damaged` and
 *   `vault/rolled-back` in a journal for reading only
 */
export async function keepClip(vault: Vault, { clipId }: StartedClip, work: Work): Promise<EntryView> {
  vault.requireWritable();
  const release = await claimClip(clipId);
  try {
    const draft = await openDraft(vault, clipId);
    if (draft === null) throw new SvjError('object/absent');
    if (await hasSealedEnd(vault, draft)) {
      const { closed } = await measure(vault, draft, work);
      if (closed !== null) return await adoptClip(vault, draft, closed);
    }
    return await sealAgain(vault, draft, work);
  } finally {
    release();
  }
}

async function sealAgain(vault: Vault, draft: OpenedDraft, work: Work): Promise<EntryView> {
  const newId = newObjectId();
  const release = await holdClip(newId);
  try {
    const key = await objectKey(draft.key, newId, KIND.media);
    const writer = await ClipWriter.create(vault.stores.objects, key, {
      vaultId: vault.id,
      clipId: newId,
      entryId: draft.row.entryId,
      epoch: draft.row.epoch,
      mime: draft.content.mime,
      pad: vault.head.content.settings.padVideo
    });
    const view = await rewrite(vault, draft, work, newId, writer).catch(async (thrown: unknown) => {
      await writer.abort();
      await vault.exclusively(() => removeUnrecorded(vault, newId));
      throw thrown;
    });
    // Committed: whatever fails from here on must not take the new file along.
    await removeFiles(vault.stores.objects, tailName(newId), draft.row.clipId, tailName(draft.row.clipId));
    return view;
  } finally {
    release();
  }
}

async function rewrite(
  vault: Vault,
  draft: OpenedDraft,
  work: Work,
  clipId: ObjectId,
  writer: ClipWriter
): Promise<EntryView> {
  const batch = new Batch((bytes) => writer.append(bytes));
  const { end } = await scan(vault, draft, work, (bytes) => batch.add(bytes));
  await batch.rest();
  const closed = await writer.close();
  const ended = end === null ? 'recovered' : 'stopped';
  return record(vault, draft, { clipId, closed, ended, poster: null, thumbnails: null });
}

/** A clip with a sealed end needs only its place in the record; its bytes stay where they are. */
async function adoptClip(vault: Vault, draft: OpenedDraft, closed: ClosedClip): Promise<EntryView> {
  const { clipId } = draft.row;
  const view = await record(vault, draft, { clipId, closed, ended: 'stopped', poster: null, thumbnails: null });
  await removeFiles(vault.stores.objects, tailName(clipId));
  return view;
}

/** @throws `object/absent` when another tab has kept or discarded it meanwhile */
function record(vault: Vault, { row }: OpenedDraft, clip: ClipToRecord): Promise<EntryView> {
  return vault.commit(async (transaction) => {
    const current = await openDraft(vault, row.clipId);
    if (current === null) throw new SvjError('object/absent');
    return recordClip(transaction, current, clip);
  });
}

interface Measured {
  readonly dataLength: number;
  readonly durationMs: number;
  /** Its container is one the index reads. */
  readonly readable: boolean;
  /** What the recorder would have said, when the recording has its sealed end. */
  readonly closed: ClosedClip | null;
}

const NOTHING: Measured = { dataLength: 0, durationMs: 0, readable: false, closed: null };

function measureOrDamaged(vault: Vault, draft: OpenedDraft, work: Work): Promise<Measured | 'damaged'> {
  return measure(vault, draft, work).catch((thrown: unknown) => {
    if (thrown instanceof SvjError && thrown.code === 'seal/damaged') return 'damaged';
    throw thrown;
  });
}

async function measure(vault: Vault, draft: OpenedDraft, work: Work): Promise<Measured> {
  const index = containerIndex(draft.content.mime);
  const seen = { readable: true };
  const { dataLength, end } = await scan(vault, draft, work, (bytes) => {
    try {
      if (seen.readable) index.append(bytes);
    } catch {
      seen.readable = false; // kept all the same; only its length is not known
    }
  });
  const closed = end && { ...end, dataLength, head: headOf(seen.readable ? index : null, dataLength) };
  return { dataLength, durationMs: index.durationMs, readable: seen.readable, closed };
}

async function describe(vault: Vault, { row, content }: OpenedDraft, seen: Measured): Promise<UnfinishedClip> {
  return {
    clipId: row.clipId,
    entryId: row.entryId,
    recordedAt: content.recordedAt,
    durationMs: Math.round(seen.durationMs),
    dataLength: seen.dataLength,
    damaged: false,
    continues: (await vault.stores.records.get('entries', row.entryId)) !== undefined
  };
}

/** Joins segments, so that the writer flushes once per 4 MiB and not once per segment. */
class Batch {
  readonly #write: (bytes: Bytes) => Promise<unknown>;
  #parts: Bytes[] = [];
  #length = 0;

  constructor(write: (bytes: Bytes) => Promise<unknown>) {
    this.#write = write;
  }

  async add(bytes: Bytes): Promise<void> {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    if (this.#length >= 4 * 1024 * 1024) await this.rest();
  }

  async rest(): Promise<void> {
    const bytes = concat(...this.#parts);
    this.#parts = [];
    this.#length = 0;
    if (bytes.length > 0) await this.#write(bytes);
  }
}
