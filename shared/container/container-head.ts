/** What is put before the recorded bytes to make them an ordinary file. */
import { type Bytes } from '#shared/bytes.ts';

/** While nothing is playable, `bytes` is empty, `bodyFrom` equals `bodyTo` and every number is 0. */
export interface ContainerHead {
  readonly bytes: Bytes;
  /** First byte of the recording that follows the head. */
  readonly bodyFrom: number;
  /** End (exclusive) of what a player may see: a torn last piece and a trailing index stay outside. */
  readonly bodyTo: number;
  readonly durationMs: number;
  /** Shown size in pixels, after rotation and pixel aspect ratio; 0 without video. */
  readonly width: number;
  readonly height: number;
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
  /** Number of video key frames, the places playing can start from. */
  readonly keyFrames: number;
}

export const EMPTY_HEAD: ContainerHead = {
  bytes: new Uint8Array(0),
  bodyFrom: 0,
  bodyTo: 0,
  durationMs: 0,
  width: 0,
  height: 0,
  hasVideo: false,
  hasAudio: false,
  keyFrames: 0
};
