/**
 * What the vault and the page say over the port by which the vault, which has no network, reads sealed bytes from the
 * relay. The page holds no key: what it hands on is ciphertext, which the vault proves segment by segment.
 */
import type { Bytes } from '#shared/bytes.ts';
import type { ErrorCode } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';

/** Vault → page: bytes `[from, to)` of the sealed object. */
export interface RemoteQuestion {
  readonly id: number;
  readonly objectId: ObjectId;
  readonly from: number;
  readonly to: number;
}

/** Page → vault, one for each question; `closed` once, when there will be none any more. */
export type RemoteAnswer =
  | { readonly id: number; readonly bytes: Bytes }
  | { readonly id: number; readonly failed: ErrorCode }
  | { readonly closed: true };
