/**
 * The tail of a recording (FORMAT.md section 9): what does not fill a segment yet, sealed
 * after each slice into one of two slots in turn, so that a torn write harms one slot only.
 */
import type { Bytes } from '#shared/bytes.ts';
import type { TailKey } from '#shared/crypto/keys.ts';
import { open, seal } from '#shared/crypto/stream.ts';
import { parseEnvelope } from '#shared/format/envelope.ts';
import { HEAD_BYTES, SEGMENT_PLAINTEXT, sealedSize } from '#shared/format/segment.ts';
import type { ObjectId, VaultId } from '#shared/ids.ts';
import type { ObjectReader, ObjectWriter } from '#web/store/objects.ts';
import { tailEnvelope } from './envelopes.ts';

/** Room for the longest rest, 65,503 bytes, sealed. */
const SLOT_BYTES = 68 * 1024;
/** Where the two slots begin. */
export const TAIL_SLOTS: readonly number[] = [0, SLOT_BYTES];

export interface ClipIdentity {
  readonly vaultId: VaultId;
  readonly clipId: ObjectId;
  readonly epoch: number;
}

export function tailName(clipId: ObjectId): string {
  return `${clipId}.tail`;
}

export class ClipTail {
  readonly #file: ObjectWriter;
  readonly #key: TailKey;
  readonly #clip: ClipIdentity;
  #counter = 0;

  constructor(file: ObjectWriter, key: TailKey, clip: ClipIdentity) {
    this.#file = file;
    this.#key = key;
    this.#clip = clip;
    // Both slots at once: a device that fills up later has room for the tail already.
    file.resize(2 * SLOT_BYTES);
  }

  /** Returns when `rest`, which follows `segments` full segments, is flushed. */
  async write(rest: Bytes, segments: number): Promise<void> {
    const counter = ++this.#counter;
    const { vaultId, clipId, epoch } = this.#clip;
    const sealed = await seal(this.#key, tailEnvelope(vaultId, clipId, epoch, segments, counter), rest);
    this.#file.write(sealed, (counter % 2) * SLOT_BYTES);
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }
}

/** A slot that opened: what followed `segments` full segments when it was written. */
export interface Tail {
  readonly segments: number;
  readonly rest: Bytes;
}

/**
 * The newest slot that follows at most `segments` full segments; null when there is none.
 * Slots that do not open are torn: passed over, never an error.
 */
export async function readTail(
  file: ObjectReader,
  key: TailKey,
  clip: ClipIdentity,
  segments: number
): Promise<Tail | null> {
  let newest: (Tail & { readonly counter: number }) | null = null;
  for (const at of TAIL_SLOTS) {
    const bytes = await file.read(at, at + SLOT_BYTES);
    const opened = await openSlot(bytes, key, clip);
    if (opened !== null && opened.segments <= segments && opened.counter > (newest?.counter ?? 0)) newest = opened;
  }
  return newest;
}

async function openSlot(
  bytes: Bytes,
  key: TailKey,
  clip: ClipIdentity
): Promise<(Tail & { readonly counter: number }) | null> {
  if (bytes.length < HEAD_BYTES + 4) return null;
  try {
    // Counter and number of segments are believed only because the slot opens under them.
    const { part: counter, revision: segments } = parseEnvelope(bytes);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(HEAD_BYTES);
    if (length > sealedSize(SEGMENT_PLAINTEXT - 1) - HEAD_BYTES) return null;
    const expected = tailEnvelope(clip.vaultId, clip.clipId, clip.epoch, segments, counter);
    const rest = await open(key, expected, bytes.subarray(0, HEAD_BYTES + length));
    return rest && { segments, counter, rest };
  } catch {
    return null;
  }
}
