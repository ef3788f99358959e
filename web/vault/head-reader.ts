/** Opens a vault head under the place that it claims for itself: that it opens there is what makes the claim true. */
import type { HeadKey } from '#shared/crypto/keys.ts';
import { openRecord, recordHash } from '#shared/crypto/record.ts';
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { NO_PARENT, parseEnvelope } from '#shared/format/envelope.ts';
import type { VaultId } from '#shared/ids.ts';
import { headEnvelope } from './envelopes.ts';
import { parseHead, type HeadContent } from './head.ts';

/** A head that was accepted. */
export interface HeadState {
  readonly content: HeadContent;
  readonly sequence: number;
  /** SHA-256 of its sealed form. */
  readonly hash: string;
}

/** A head that opens. */
export interface AuthenticHead extends HeadState {
  /** Hash of the head before it; null for the first. */
  readonly parent: string | null;
}

/** Null when it does not open. @throws `vault/newer-app` */
export async function readHead(key: HeadKey, vaultId: VaultId, sealed: Bytes): Promise<AuthenticHead | null> {
  try {
    const envelope = parseEnvelope(sealed);
    const parent = envelope.parent === NO_PARENT ? null : envelope.parent;
    const json = await openRecord(key, headEnvelope(vaultId, envelope.revision, parent), sealed);
    if (json === null) return null;
    return { content: parseHead(json), sequence: envelope.revision, hash: await recordHash(sealed), parent };
  } catch (thrown) {
    if (thrown instanceof SvjError && /^(?:seal|format)\//.test(thrown.code)) return null;
    throw thrown;
  }
}
