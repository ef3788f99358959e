/** The index of a fragmented MP4 recording (ISO/IEC 14496-12 section 8.8). */
import { SvjError } from '#shared/errors.ts';
import { type ContainerHead, EMPTY_HEAD } from './container-head.ts';
import { type ContainerIndex } from './container-index.ts';

export class Mp4Index implements ContainerIndex {
  readonly container = 'mp4';
  readonly durationMs = 0;

  append(_slice: Uint8Array): void {
    throw new SvjError('media/foreign', 'mp4');
  }

  finish(): ContainerHead {
    return EMPTY_HEAD;
  }
}
