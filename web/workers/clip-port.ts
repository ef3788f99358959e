/**
 * What the service worker and the vault worker say over the port that belongs to one player
 * request. The page only hands the port on. The service worker keeps no state beyond the
 * request, so the browser may end it at any time: the player asks again.
 */
import type { Bytes } from '#shared/bytes.ts';
import type { ErrorCode } from '#shared/errors.ts';

/** Service worker → page, with one MessagePort transferred. */
export interface ClipRequest {
  readonly type: 'svj/clip';
  readonly clip: string;
}

/** Vault → service worker. `opened` comes first, then one `bytes` for each `read`; `working` before an answer that takes long. */
export type ClipAnswer =
  | { readonly type: 'working' }
  | { readonly type: 'opened'; readonly size: number; readonly mime: string }
  | { readonly type: 'bytes'; readonly bytes: Bytes }
  | { readonly type: 'failed'; readonly code: ErrorCode };

/** Service worker → vault. `[from, to)` of the virtual file; at most {@link READ_BYTES} long. */
export type ClipQuestion =
  { readonly type: 'read'; readonly from: number; readonly to: number } | { readonly type: 'close' };

export const READ_BYTES = 512 * 1024;

/** Path of a clip, answered by the service worker only. */
export const CLIP_PATH = '/clip/';

/** Service worker → page: a clip could not be given. `at` is the place of the first byte that could not. */
export interface ClipTrouble {
  readonly type: 'svj/clip-trouble';
  readonly clip: string;
  readonly code: ErrorCode;
  readonly at: number;
}

/** Page → service worker: end every answer under way (the journal was locked). */
export interface EndClips {
  readonly type: 'svj/end-clips';
}
