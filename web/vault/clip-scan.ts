/** Reads a recording that no record names yet: what of it is there, and whether its end is sealed. */
import { sha256, toHex, type Bytes } from '#shared/bytes.ts';
import { objectKey } from '#shared/crypto/keys.ts';
import { paddedSize } from '#shared/crypto/padding.ts';
import { startOpening, type ObjectOpener } from '#shared/crypto/stream.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import { HEAD_BYTES, SEGMENT_BYTES, SEGMENT_PLAINTEXT, segmentOffset } from '#shared/format/segment.ts';
import type { ObjectReader } from '#web/store/objects.ts';
import type { DraftRow } from '#web/store/rows.ts';
import type { ClosedClip, Fraction } from '#web/workers/contracts.ts';
import { readTail, tailName, type Tail } from './clip-tail.ts';
import type { OpenedDraft } from './clips.ts';
import { objectEnvelope } from './envelopes.ts';
import type { Vault } from './vault.ts';

export interface Work {
  readonly signal: AbortSignal;
  progress(fraction: Fraction): void;
}

export interface Scanned {
  readonly dataLength: number;
  /** Null when the recording has no sealed end. */
  readonly end: Pick<ClosedClip, 'plaintextLength' | 'segments' | 'headHash'> | null;
}

const NOTHING: Scanned = { dataLength: 0, end: null };

/** Looks at the end alone, to tell the two ways of keeping apart. */
export async function hasSealedEnd(vault: Vault, draft: OpenedDraft): Promise<boolean> {
  const file = await vault.stores.objects.open(draft.row.clipId);
  if (file === null) return false;
  try {
    const opener = await openBody(vault, draft.row, draft, file);
    if (opener === null) return false;
    const last = Math.floor((file.size - HEAD_BYTES) / SEGMENT_BYTES);
    const sealed = await file.read(segmentOffset(last), file.size);
    return (await opened(opener.segment(last, sealed, true))) !== null;
  } finally {
    file.close();
  }
}

/**
 * Everything recorded, in order: full segments from 0 while they open, then the end or the tail.
 * @throws `seal/damaged` when something was acknowledged and nothing of it opens: that is no empty
 *   recording, and must not be cleared away as one
 */
export async function scan(
  vault: Vault,
  draft: OpenedDraft,
  work: Work,
  take: (bytes: Bytes) => unknown
): Promise<Scanned> {
  const file = await vault.stores.objects.open(draft.row.clipId);
  if (file === null) return NOTHING;
  try {
    const opener = await openBody(vault, draft.row, draft, file);
    const scanned = opener === null ? NOTHING : await scanSegments(vault, draft, file, opener, work, take);
    const isEmpty = scanned.dataLength === 0 && scanned.end === null;
    if (isEmpty && (await wasAcknowledged(vault, draft))) throw new SvjError('seal/damaged', 'recording');
    return scanned;
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
      const tail = await tailOf(vault, draft, segments);
      for (const bytes of withTail(held, segments, tail)) await give(bytes);
      return { dataLength, end: null };
    }
    segments++;
    held.push(full);
    while (held.length > paddingSegments(segments)) await give(held.shift() as Bytes);
  }
}

const MARK = 0x80;

/** How many full segments the padding of a recording of this many segments can cover. */
function paddingSegments(segments: number): number {
  const plaintext = segments * SEGMENT_PLAINTEXT;
  return Math.ceil((paddedSize(plaintext) - plaintext) / SEGMENT_PLAINTEXT) + 1;
}

/** Cuts off the mark and the zeros behind it, over several parts where need be. */
function unpadded(parts: readonly Bytes[]): readonly Bytes[] {
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i] ?? new Uint8Array();
    const end = lastNonZero(part);
    if (end >= 0) return part[end] === MARK ? [...parts.slice(0, i), part.subarray(0, end)] : parts;
  }
  return parts;
}

/**
 * The last full segments and what the tail adds to them. Where the tail ends before them, they
 * hold a slice that was on its way, or the padding of a recording that was just being closed:
 * the mark and nothing but zeros right behind the tail's end.
 */
function withTail(held: readonly Bytes[], segments: number, tail: Tail | null): readonly Bytes[] {
  if (tail === null) return held;
  if (tail.segments === segments) return [...held, tail.rest];
  const from = tail.segments - (segments - held.length);
  if (from < 0) return held;
  const behind = held.slice(from).map((part, i) => (i === 0 ? part.subarray(tail.rest.length) : part));
  const [first = new Uint8Array(), ...others] = behind;
  const isPadding = first[0] === MARK && lastNonZero(first) === 0 && others.every((part) => lastNonZero(part) < 0);
  return isPadding ? [...held.slice(0, from), tail.rest] : held;
}

function lastNonZero(bytes: Bytes): number {
  let at = bytes.length - 1;
  while (at >= 0 && bytes[at] === 0) at--;
  return at;
}

/** Whether a byte was ever acknowledged: the tail says so also when the segments before it are damaged. */
async function wasAcknowledged(vault: Vault, draft: OpenedDraft): Promise<boolean> {
  const tail = await tailOf(vault, draft, Number.POSITIVE_INFINITY);
  return tail !== null && (tail.segments > 0 || tail.rest.length > 0);
}

async function tailOf(vault: Vault, { row, key }: OpenedDraft, segments: number): Promise<Tail | null> {
  const file = await vault.stores.objects.open(tailName(row.clipId));
  if (file === null) return null;
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
