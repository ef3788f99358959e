/**
 * Writes one recording: slices in, FLOE segments and a tail slot out, flushed before anything
 * is called saved (FORMAT.md section 9). Append-only; a crash leaves an exact prefix.
 */
import { concat, sha256, toHex, type Bytes } from '#shared/bytes.ts';
import { containerIndex, type ContainerIndex } from '#shared/container/container-index.ts';
import type { ObjectKey } from '#shared/crypto/keys.ts';
import { paddedSize } from '#shared/crypto/padding.ts';
import { Cutter, IN_FLIGHT } from '#shared/crypto/pipeline.ts';
import { startSealing, type ObjectSealer } from '#shared/crypto/stream.ts';
import { SvjError, toSvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import { SEGMENT_BYTES, SEGMENT_PLAINTEXT } from '#shared/format/segment.ts';
import type { EntryId } from '#shared/ids.ts';
import type { ObjectStore } from '#web/store/objects.ts';
import type { Appended, ClosedClip, ContainerHeadMessage } from '#web/workers/contracts.ts';
import { ClipFile } from './clip-file.ts';
import { ClipTail, tailName, type ClipIdentity } from './clip-tail.ts';
import { objectEnvelope } from './envelopes.ts';

export interface WrittenClip extends ClipIdentity {
  readonly entryId: EntryId;
  readonly mime: string;
  /** Pad to a Padmé size, which hides the true length; otherwise the mark alone ends the data. */
  readonly pad: boolean;
}

/**
 * `open` → any number of `append` → `close` or `abort`. A full device makes it `full`: what was
 * appended can still be closed. Any other failed write makes it `failed`: the vault recovers it.
 */
type State = 'open' | 'full' | 'closed' | 'aborted' | 'failed';

const MARK = 0x80;

export class ClipWriter {
  readonly #objects: ObjectStore;
  readonly #clip: WrittenClip;
  readonly #file: ClipFile;
  readonly #tail: ClipTail;
  readonly #sealer: ObjectSealer;
  /** Null once the container stopped making sense: the recording goes on and is kept as it is. */
  #index: ContainerIndex | null;
  readonly #cutter = new Cutter(SEGMENT_PLAINTEXT);
  /** Bytes of data taken in, whether or not they found room. */
  #received = 0;
  /** Plaintext that found no room as a full segment; the sealed end is made of it. */
  #overflow: Bytes | null = null;
  #state: State = 'open';
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(objects: ObjectStore, clip: WrittenClip, file: ClipFile, tail: ClipTail, sealer: ObjectSealer) {
    this.#objects = objects;
    this.#clip = clip;
    this.#file = file;
    this.#tail = tail;
    this.#sealer = sealer;
    this.#index = containerIndex(clip.mime);
  }

  /**
   * Creates both files and flushes the object's head.
   * @throws `storage/quota`, `storage/unavailable`, `media/foreign` for an unknown container
   */
  static async create(objects: ObjectStore, key: ObjectKey, clip: WrittenClip): Promise<ClipWriter> {
    const { vaultId, entryId, clipId, epoch } = clip;
    const sealer = await startSealing(key.seal, await objectEnvelope(vaultId, entryId, clipId, KIND.media, epoch));
    const file = new ClipFile(await objects.create(clipId));
    try {
      const tail = new ClipTail(await objects.create(tailName(clipId)), key.tail, clip);
      file.writeHead(sealer.head);
      return new ClipWriter(objects, clip, file, tail, sealer);
    } catch (thrown) {
      file.close();
      throw thrown;
    }
  }

  /**
   * Seals and flushes a slice; slices queue up in the order of the calls.
   * @throws `storage/quota`: everything appended before, and what of this slice found room, is
   *   kept by {@link close}
   */
  append(slice: Bytes): Promise<Appended> {
    return this.#inTurn(['open'], async () => {
      this.#observe(slice);
      this.#received += slice.length;
      await this.#writeSegments(this.#cutter.push(slice));
      await this.#tail.write(this.#cutter.rest(), this.#file.segments);
      const { sealedBytes } = this.#file;
      return { dataBytes: this.#received, durationMs: this.#index?.durationMs ?? 0, sealedBytes };
    });
  }

  /** Writes the sealed end. The tail file stays until the entry record is committed. */
  close(): Promise<ClosedClip> {
    return this.#inTurn(['open', 'full'], async () => {
      if (this.#state === 'open') await this.#writePadding();
      const end = this.#end();
      const { segments } = this.#file;
      this.#file.writeLast(await this.#sealer.segment(segments, end.plaintext, true));
      const head = headOf(this.#index, end.dataLength);
      this.#release('closed');
      return {
        plaintextLength: segments * SEGMENT_PLAINTEXT + end.plaintext.length,
        dataLength: end.dataLength,
        segments: segments + 1,
        headHash: toHex(await sha256(this.#sealer.head)),
        head
      };
    });
  }

  /** Removes what was written. What is closed stays: a record may name it already, and only the vault knows. */
  async abort(): Promise<void> {
    await this.#queue.catch(() => undefined);
    this.#fail();
    if (this.#state === 'aborted' || this.#state === 'closed') return;
    this.#state = 'aborted';
    await this.#objects.remove(this.#clip.clipId);
    await this.#objects.remove(tailName(this.#clip.clipId));
  }

  // Seeking is a convenience, the recording is not: what the index refuses is still sealed.
  #observe(slice: Bytes): void {
    try {
      this.#index?.append(slice);
    } catch {
      this.#index = null;
    }
  }

  async #writeSegments(parts: readonly Bytes[]): Promise<void> {
    for (let i = 0; i < parts.length; i += IN_FLIGHT) {
      const batch = parts.slice(i, i + IN_FLIGHT);
      const sealed = batch.map((part, k) => this.#sealer.segment(this.#file.segments + k, part, false));
      for (const [k, segment] of (await Promise.all(sealed)).entries()) {
        try {
          this.#file.writeSegment(segment);
        } catch (thrown) {
          this.#overflow = batch[k] ?? null;
          throw thrown;
        }
      }
    }
    if (parts.length > 0) this.#file.flush();
  }

  // The mark and zeros, in steps so that an hour of video does not need its padding in memory. A
  // device too full for them gets what fits: hiding the length is worth less than the recording.
  async #writePadding(): Promise<void> {
    const length = this.#clip.pad ? paddedSize(this.#received) - this.#received : 1;
    let mark = MARK;
    try {
      for (let left = length; left > 0;) {
        const step = new Uint8Array(Math.min(left, IN_FLIGHT * SEGMENT_BYTES));
        step[0] = mark;
        mark = 0;
        left -= step.length;
        await this.#writeSegments(this.#cutter.push(step));
      }
    } catch (thrown) {
      if (toSvjError(thrown).code !== 'storage/quota') throw thrown;
    }
  }

  /** The plaintext of the last segment, which always holds or follows the mark. */
  #end(): { plaintext: Bytes; dataLength: number } {
    const before = this.#file.segments * SEGMENT_PLAINTEXT;
    const rest = (this.#overflow ?? this.#cutter.rest()).slice(0, SEGMENT_PLAINTEXT - 1);
    const marked = before + rest.length > this.#received;
    if (marked) return { plaintext: rest, dataLength: this.#received };
    const data = rest.subarray(0, SEGMENT_PLAINTEXT - 2);
    return { plaintext: concat(data, new Uint8Array([MARK])), dataLength: before + data.length };
  }

  // Nothing may follow a failed write: it would leave a hole. What is flushed is recoverable.
  #fail(): void {
    if (this.#state === 'open' || this.#state === 'full') this.#release('failed');
  }

  #release(state: State): void {
    this.#state = state;
    this.#file.close();
    this.#tail.close();
  }

  #inTurn<T>(allowed: readonly State[], work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      if (this.#state === 'full' && !allowed.includes('full')) throw new SvjError('storage/quota');
      if (!allowed.includes(this.#state)) throw new SvjError('recorder/failed', this.#state);
      try {
        return await work();
      } catch (thrown) {
        if (toSvjError(thrown).code === 'storage/quota' && this.#state === 'open') this.#state = 'full';
        else this.#fail();
        throw thrown;
      }
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

/** The generated head, or an empty one: then the player gets the recording as the recorder wrote it. */
export function headOf(index: ContainerIndex | null, dataLength: number): ContainerHeadMessage {
  try {
    const head = index?.finish();
    // One that saw no track yet names nothing to play; what was recorded is not withheld for that.
    if (head && head.bodyTo > head.bodyFrom) {
      const { bytes, bodyFrom, bodyTo, durationMs, width, height } = head;
      return { bytes, bodyFrom, bodyTo: Math.min(bodyTo, dataLength), durationMs, width, height };
    }
  } catch {
    // Not a container the index knows: seeking is a convenience, the recording is not.
  }
  return { bytes: new Uint8Array(), bodyFrom: 0, bodyTo: dataLength, durationMs: 0, width: 0, height: 0 };
}
