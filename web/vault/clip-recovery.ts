/**
 * Recordings that were never finished (FORMAT.md section 9): found at unlock, measured, kept or
 * discarded. What is kept is sealed again under a new object and a new key; the old key is
 * never written with again.
 */
import { concat, sha256, toHex, type Bytes } from '#shared/bytes.ts';
import { containerIndex } from '#shared/container/container-index.ts';
import { objectKey } from '#shared/crypto/keys.ts';
import { paddedSize } from '#shared/crypto/padding.ts';
import { startOpening, type ObjectOpener } from '#shared/crypto/stream.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import { HEAD_BYTES, SEGMENT_BYTES, SEGMENT_PLAINTEXT, segmentOffset } from '#shared/format/segment.ts';
import { newObjectId } from '#shared/ids.ts';
import type { ObjectReader } from '#web/store/objects.ts';
import type { DraftRow } from '#web/store/rows.ts';
import type { ClosedClip, Fraction, StartedClip, UnfinishedClip } from '#web/workers/contracts.ts';
import { heldClips, holdClip } from './clip-lock.ts';
import { readTail, tailName } from './clip-tail.ts';
import { ClipWriter, headOf } from './clip-writer.ts';
import { abandonClip, openDraft, recordClip, type OpenedDraft } from './clips.ts';
import type { EntryView } from './entries.ts';
import { objectEnvelope } from './envelopes.ts';
import type { Vault } from './vault.ts';

interface Work {
  readonly signal: AbortSignal;
  progress(fraction: Fraction): void;
}

/**
 * What a person should decide about. Drafts without a byte, and imports (whose source file is
 * where it was), are cleared away; a recording that was stopped but not recorded, because the
 * vault was locked, is kept without asking.
 */
export async function unfinishedClips(vault: Vault, work: Work): Promise<UnfinishedClip[]> {
  const held = await heldClips();
  const found: UnfinishedClip[] = [];
  for (const row of await vault.stores.records.all('drafts')) {
    if (held.has(row.clipId)) continue;
    const draft = await openDraft(vault, row.clipId);
    if (draft === null) continue;
    const seen = draft.content.source === 'import' ? null : await measure(vault, draft, work);
    if (seen === null || seen.dataLength === 0) await abandonClip(vault, row);
    else if (seen.closed !== null) await adoptClip(vault, draft, seen.closed);
    else found.push(await describe(vault, draft, seen));
  }
  return found;
}

/** Seals the recording again as a finished clip; the old files go after the commit. */
export async function keepClip(vault: Vault, { clipId }: StartedClip, work: Work): Promise<EntryView> {
  const draft = await openDraft(vault, clipId);
  if (draft === null) throw new SvjError('object/absent');
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
    try {
      const batch = new Batch((bytes) => writer.append(bytes));
      const { end } = await scan(vault, draft, work, (bytes) => batch.add(bytes));
      await batch.rest();
      const closed = await writer.close();
      const ended = end === null ? 'recovered' : 'stopped';
      const view = await vault.commit((transaction) =>
        recordClip(transaction, draft, { clipId: newId, closed, ended, poster: null, thumbnails: null })
      );
      await vault.stores.objects.remove(tailName(newId));
      await abandonClip(vault, { clipId, entryId: draft.row.entryId });
      return view;
    } catch (thrown) {
      await writer.abort();
      throw thrown;
    }
  } finally {
    release();
  }
}

/** A clip with a sealed end needs only its place in the record; its bytes stay where they are. */
async function adoptClip(vault: Vault, draft: OpenedDraft, closed: ClosedClip): Promise<void> {
  const { clipId } = draft.row;
  await vault.commit(async (transaction) => {
    const current = await openDraft(vault, clipId); // another tab may have been quicker
    if (current === null) return;
    const pictures = { poster: null, thumbnails: null };
    await recordClip(transaction, current, { clipId, closed, ended: 'stopped', ...pictures });
  });
  await vault.stores.objects.remove(tailName(clipId));
}

interface Measured {
  readonly dataLength: number;
  readonly durationMs: number;
  /** What the recorder would have said, when the recording has its sealed end. */
  readonly closed: ClosedClip | null;
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
  return { dataLength, durationMs: index.durationMs, closed };
}

async function describe(vault: Vault, { row, content }: OpenedDraft, seen: Measured): Promise<UnfinishedClip> {
  return {
    clipId: row.clipId,
    entryId: row.entryId,
    recordedAt: content.recordedAt,
    durationMs: Math.round(seen.durationMs),
    dataLength: seen.dataLength,
    source: content.source,
    continues: (await vault.stores.records.get('entries', row.entryId)) !== undefined
  };
}

interface Scanned {
  readonly dataLength: number;
  /** Null when the recording has no sealed end. */
  readonly end: Pick<ClosedClip, 'plaintextLength' | 'segments' | 'headHash'> | null;
}

const NOTHING: Scanned = { dataLength: 0, end: null };

/** Everything recorded, in order: full segments from 0 while they open, then the end or the tail. */
async function scan(vault: Vault, draft: OpenedDraft, work: Work, take: (bytes: Bytes) => unknown): Promise<Scanned> {
  const file = await vault.stores.objects.open(draft.row.clipId);
  if (file === null) return NOTHING;
  try {
    const opener = await openBody(vault, draft.row, draft, file);
    if (opener === null) return NOTHING;
    return await scanSegments(vault, draft, file, opener, work, take);
  } finally {
    file.close();
  }
}

async function scanSegments(
  vault: Vault,
  draft: OpenedDraft,
  file: ObjectReader,
  opener: ObjectOpener,
  work: Work,
  take: (bytes: Bytes) => unknown
): Promise<Scanned> {
  const held: Bytes[] = []; // the padding's mark may stand in the segment before the last one
  let segments = 0;
  let dataLength = 0;
  const give = async (bytes: Bytes): Promise<void> => {
    dataLength += bytes.length;
    await take(bytes);
  };
  for (;;) {
    work.signal.throwIfAborted();
    work.progress({ done: segments * SEGMENT_BYTES, total: file.size });
    const sealed = await file.read(segmentOffset(segments), segmentOffset(segments + 1));
    const full = sealed.length === SEGMENT_BYTES ? await opened(opener.segment(segments, sealed, false)) : null;
    if (full === null) {
      const last = await opened(opener.segment(segments, sealed, true));
      if (last !== null) {
        for (const bytes of unpadded([...held, last])) await give(bytes);
        const headHash = toHex(await sha256(await file.read(0, HEAD_BYTES)));
        const plaintextLength = segments * SEGMENT_PLAINTEXT + last.length;
        return { dataLength, end: { plaintextLength, segments: segments + 1, headHash } };
      }
      // Killed while the padding was written: it is not part of the recording.
      const tail = await tailOf(vault, draft, segments);
      for (const bytes of tail.length > 0 ? held : unpadded(held, CERTAIN_PADDING)) await give(bytes);
      await give(tail);
      return { dataLength, end: null };
    }
    segments++;
    held.push(full);
    while (held.length > paddingSegments(segments)) await give(held.shift() as Bytes);
  }
}

/** How many full segments the padding of a recording of this many segments can cover. */
function paddingSegments(segments: number): number {
  const plaintext = segments * SEGMENT_PLAINTEXT;
  return Math.ceil((paddedSize(plaintext) - plaintext) / SEGMENT_PLAINTEXT) + 1;
}

/** Zeros behind a mark that no recorder writes by chance. */
const CERTAIN_PADDING = 16;

/** Cuts off the mark and the zeros behind it, if there are enough, over several parts where need be. */
function unpadded(parts: readonly Bytes[], leastZeros = 0): readonly Bytes[] {
  let zeros = 0;
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i] ?? new Uint8Array();
    let end = part.length - 1;
    while (end >= 0 && part[end] === 0) end--;
    zeros += part.length - 1 - end;
    if (end < 0) continue;
    return part[end] === 0x80 && zeros >= leastZeros ? [...parts.slice(0, i), part.subarray(0, end)] : parts;
  }
  return parts;
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

async function tailOf(vault: Vault, { row, key }: OpenedDraft, segments: number): Promise<Bytes> {
  const file = await vault.stores.objects.open(tailName(row.clipId));
  if (file === null) return new Uint8Array();
  try {
    const { tail } = await objectKey(key, row.clipId, KIND.media);
    const identity = { vaultId: vault.id, clipId: row.clipId, epoch: row.epoch };
    return await readTail(file, tail, identity, segments);
  } finally {
    file.close();
  }
}

async function openBody(
  vault: Vault,
  row: DraftRow,
  draft: OpenedDraft,
  file: ObjectReader
): Promise<ObjectOpener | null> {
  const { seal } = await objectKey(draft.key, row.clipId, KIND.media);
  const envelope = await objectEnvelope(vault.id, row.entryId, row.clipId, KIND.media, row.epoch);
  return opened(startOpening(seal, envelope, await file.read(0, HEAD_BYTES)));
}

/** Null for what does not open: the write that was under way when everything stopped. */
async function opened<T>(opening: Promise<T>): Promise<T | null> {
  try {
    return await opening;
  } catch (thrown) {
    if (thrown instanceof SvjError) return null;
    throw thrown;
  }
}
