/**
 * Writes one recording: slices in, FLOE segments and a tail slot out, flushed before anything
 * is called saved (FORMAT.md section 9). Append-only; a crash leaves an exact prefix.
 */
import { sha256, toHex, type Bytes } from '#shared/bytes.ts';
import { containerIndex, type ContainerIndex } from '#shared/container/container-index.ts';
import type { ObjectKey } from '#shared/crypto/keys.ts';
import { paddedSize } from '#shared/crypto/padding.ts';
import { Cutter, IN_FLIGHT } from '#shared/crypto/pipeline.ts';
import { startSealing, type ObjectSealer } from '#shared/crypto/stream.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import { SEGMENT_BYTES, SEGMENT_PLAINTEXT, segmentOffset } from '#shared/format/segment.ts';
import type { EntryId } from '#shared/ids.ts';
import type { ObjectStore, ObjectWriter } from '#web/store/objects.ts';
import type { ClosedClip, ContainerHeadMessage, Durable } from '#web/workers/contracts.ts';
import { ClipTail, tailName, type ClipIdentity } from './clip-tail.ts';
import { objectEnvelope } from './envelopes.ts';

export interface WrittenClip extends ClipIdentity {
  readonly entryId: EntryId;
  readonly mime: string;
  /** Pad to a Padmé size, which hides the true length. */
  readonly pad: boolean;
}

/** `open` → any number of `append` → `close` or `abort`; a failed write ends it as `failed`. */
type State = 'open' | 'closed' | 'aborted' | 'failed';

export class ClipWriter {
  readonly #objects: ObjectStore;
  readonly #clip: WrittenClip;
  readonly #file: ObjectWriter;
  readonly #tail: ClipTail;
  readonly #sealer: ObjectSealer;
  /** Null once the container stopped making sense: the recording goes on and is kept as it is. */
  #index: ContainerIndex | null;
  readonly #cutter = new Cutter(SEGMENT_PLAINTEXT);
  #segments = 0;
  #dataBytes = 0;
  #state: State = 'open';
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    objects: ObjectStore,
    clip: WrittenClip,
    file: ObjectWriter,
    tail: ClipTail,
    sealer: ObjectSealer
  ) {
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
    const file = await objects.create(clipId);
    const tail = new ClipTail(await objects.create(tailName(clipId)), key.tail, clip);
    const writer = new ClipWriter(objects, clip, file, tail, sealer);
    file.write(sealer.head, 0);
    file.flush();
    return writer;
  }

  /**
   * Seals and flushes a slice; slices queue up in the order of the calls.
   * @throws `storage/quota`: everything appended before stays recoverable
   */
  append(slice: Bytes): Promise<Durable> {
    return this.#inTurn(async () => {
      this.#observe(slice);
      await this.#writeSegments(this.#cutter.push(slice));
      await this.#tail.write(this.#cutter.rest(), this.#segments);
      this.#dataBytes += slice.length;
      return { dataBytes: this.#dataBytes, durationMs: this.#index?.durationMs ?? 0, at: Date.now() };
    });
  }

  /** Writes the sealed end. The tail file stays until the entry record is committed. */
  close(): Promise<ClosedClip> {
    return this.#inTurn(async () => {
      const dataLength = this.#dataBytes;
      const plaintextLength = this.#clip.pad ? paddedSize(dataLength) : dataLength;
      if (this.#clip.pad) await this.#writePadding(plaintextLength - dataLength);
      const last = await this.#sealer.segment(this.#segments, this.#cutter.rest(), true);
      this.#file.write(last, segmentOffset(this.#segments));
      this.#file.flush();
      const head = this.#head(dataLength);
      this.#release('closed');
      return {
        plaintextLength,
        dataLength,
        segments: this.#segments + 1,
        headHash: toHex(await sha256(this.#sealer.head)),
        head
      };
    });
  }

  /** Removes what was written. */
  async abort(): Promise<void> {
    if (this.#state === 'aborted') return;
    if (this.#state !== 'closed' && this.#state !== 'failed') this.#release('aborted');
    this.#state = 'aborted';
    await this.#objects.remove(this.#clip.clipId);
    await this.#objects.remove(tailName(this.#clip.clipId));
  }

  /** Closes the files without an end, as a crash would: the vault recovers what is there. */
  async leave(): Promise<void> {
    await this.#queue.catch(() => undefined);
    this.#fail();
  }

  // Seeking is a convenience, the recording is not: what the index refuses is still sealed.
  #observe(slice: Bytes): void {
    try {
      this.#index?.append(slice);
    } catch {
      this.#index = null;
    }
  }

  #head(dataLength: number): ContainerHeadMessage {
    try {
      const head = this.#index?.finish();
      if (head) {
        const { bytes, bodyFrom, bodyTo, durationMs, width, height } = head;
        return { bytes, bodyFrom, bodyTo, durationMs, width, height };
      }
    } catch {
      // As above: the player gets the recording as the recorder wrote it.
    }
    return { bytes: new Uint8Array(), bodyFrom: 0, bodyTo: dataLength, durationMs: 0, width: 0, height: 0 };
  }

  async #writeSegments(parts: readonly Bytes[]): Promise<void> {
    for (let i = 0; i < parts.length; i += IN_FLIGHT) {
      const batch = parts
        .slice(i, i + IN_FLIGHT)
        .map((part, k) => this.#sealer.segment(this.#segments + k, part, false));
      for (const segment of await Promise.all(batch)) {
        this.#file.write(segment, segmentOffset(this.#segments));
        this.#segments++;
      }
    }
    if (parts.length > 0) this.#file.flush();
  }

  // 0x80 and zeros, in steps so that an hour of video does not need its padding in memory.
  async #writePadding(length: number): Promise<void> {
    let mark = 0x80;
    for (let left = length; left > 0;) {
      const step = new Uint8Array(Math.min(left, IN_FLIGHT * SEGMENT_BYTES));
      step[0] = mark;
      mark = 0;
      left -= step.length;
      await this.#writeSegments(this.#cutter.push(step));
    }
  }

  // Nothing may follow a failed write: it would leave a hole. What is flushed is recoverable.
  #fail(): void {
    if (this.#state === 'open') this.#release('failed');
  }

  #release(state: State): void {
    this.#state = state;
    this.#file.close();
    this.#tail.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      if (this.#state !== 'open') throw new SvjError('recorder/failed', this.#state);
      try {
        return await work();
      } catch (thrown) {
        this.#fail();
        throw thrown;
      }
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}
