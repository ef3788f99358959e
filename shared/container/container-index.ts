/**
 * The container index: makes an untouched, append-only recording playable and seekable without rewriting it.
 *
 * What a recorder writes has no duration and no table of where which second begins. The index reads the slices while
 * they pass by and at any time gives a *head*; what a player gets is
 *
 *     head.bytes ‖ recording[head.bodyFrom … head.bodyTo)
 *
 * that is, `head.bytes.length + head.bodyTo - head.bodyFrom` bytes, the body being the recorded bytes as written.
 * Offsets are counted in bytes of the recording, times in milliseconds.
 */
import { SvjError } from '#shared/errors.ts';
import { type ContainerHead } from './container-head.ts';
import { Mp4Index } from './mp4-index.ts';
import { WebmIndex } from './webm-index.ts';

export { type ContainerHead } from './container-head.ts';

export type Container = 'webm' | 'mp4';

export interface ContainerIndex {
  readonly container: Container;
  /**
   * The next bytes of the recording; a box or cluster may begin in the middle of a slice. Nothing of `slice` is kept.
   *
   * Damage after the first playable moment does not throw: indexing ends there, what was indexed stays playable.
   *
   * @throws `media/foreign` when this is not such a container, and again at every later call.
   */
  append(slice: Uint8Array): void;
  /** Length of what is playable so far, in milliseconds; never falls. */
  readonly durationMs: number;
  /** The head for what was appended so far. May be called at any time, and again after more was appended. */
  finish(): ContainerHead;
}

/**
 * @param mime as a recorder or a file names it, parameters allowed
 * @throws `media/foreign` for any other type
 */
export function containerIndex(mime: string): ContainerIndex {
  const type = mime.split(';', 1)[0]?.trim().toLowerCase();
  switch (type) {
    case 'video/webm':
    case 'audio/webm':
    case 'video/x-matroska':
    case 'audio/x-matroska':
      return new WebmIndex();
    case 'video/mp4':
    case 'audio/mp4':
      return new Mp4Index();
    default:
      throw new SvjError('media/foreign', 'type');
  }
}

/** Tells the container from the first 8 bytes (RFC 8794 section 11.2.1; ISO/IEC 14496-12 section 4.3). */
export function sniffContainer(firstBytes: Uint8Array): Container | null {
  const starts = (at: number, ...expected: readonly number[]) =>
    expected.every((byte, i) => firstBytes[at + i] === byte);
  if (starts(0, 0x1a, 0x45, 0xdf, 0xa3)) return 'webm';
  if (starts(4, 0x66, 0x74, 0x79, 0x70)) return 'mp4';
  return null;
}
