/**
 * The 92-byte envelope header (FORMAT.md section 2): binds a sealed thing to its vault, its
 * own id, its kind, revision and key epoch, and is the AAD of everything sealed under it.
 *
 * The reader builds the header it expects from trusted state and compares; it never believes
 * the stored one. `parseEnvelope` exists for recovery, rotation and migration only.
 */
import { bigEndian, concat, equalInConstantTime, fromHex, readBigEndian, toHex, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { isKind, type Kind } from './kind.ts';

export const ENVELOPE_BYTES = 92;
export const SUITE = 1;
const MAGIC = fromHex('53564a31'); // "SVJ1"
/** The parent of what has none. */
export const NO_PARENT = '00'.repeat(32);

export interface Envelope {
  readonly kind: Kind;
  /** Number of the wrapping key; 0 where the key does not depend on an epoch. */
  readonly epoch: number;
  readonly revision: number;
  /** 32 hex digits each. */
  readonly vaultId: string;
  readonly objectId: string;
  readonly part?: number;
  /** SHA-256 as 64 hex digits; absent means 32 zero bytes. */
  readonly parent?: string;
}

/** @throws `format/id` or `format/length` when a field does not fit. */
export function encodeEnvelope(envelope: Envelope): Bytes {
  const vaultId = fromHex(envelope.vaultId);
  const objectId = fromHex(envelope.objectId);
  const parent = fromHex(envelope.parent ?? NO_PARENT);
  if (vaultId.length !== 16 || objectId.length !== 16 || parent.length !== 32) throw new SvjError('format/id');
  return concat(
    MAGIC,
    new Uint8Array([SUITE >> 8, SUITE & 0xff, envelope.kind, 0]),
    bigEndian(envelope.epoch, 4),
    bigEndian(envelope.revision, 8),
    vaultId,
    objectId,
    bigEndian(envelope.part ?? 0, 8),
    parent
  );
}

/**
 * Reads a stored header strictly; nothing of it is authentic yet.
 * @throws `format/too-short`, `format/magic`, `format/version`, `format/kind`, `format/flags`, `format/length`
 */
export function parseEnvelope(bytes: Uint8Array): Required<Envelope> {
  if (bytes.length < ENVELOPE_BYTES) throw new SvjError('format/too-short');
  if (!equalInConstantTime(bytes.subarray(0, 4), MAGIC)) throw new SvjError('format/magic');
  const [suiteHigh = 0, suiteLow = 0, kind = 0, flags = 0] = bytes.subarray(4, 8);
  if (((suiteHigh << 8) | suiteLow) !== SUITE) throw new SvjError('format/version');
  if (!isKind(kind)) throw new SvjError('format/kind');
  if (flags !== 0) throw new SvjError('format/flags');
  return {
    kind,
    epoch: readBigEndian(bytes, 8, 4),
    revision: readBigEndian(bytes, 12, 8),
    vaultId: toHex(bytes.subarray(20, 36)),
    objectId: toHex(bytes.subarray(36, 52)),
    part: readBigEndian(bytes, 52, 8),
    parent: toHex(bytes.subarray(60, 92))
  };
}

/**
 * The comparison before any key is used: first whether this is an envelope this version
 * knows at all, then whether it is the one that trusted state expects.
 * @throws the errors of {@link parseEnvelope}, then `seal/header-mismatch`
 */
export function requireEnvelope(stored: Uint8Array, expected: Bytes): void {
  parseEnvelope(stored);
  if (!equalInConstantTime(stored.subarray(0, ENVELOPE_BYTES), expected)) throw new SvjError('seal/header-mismatch');
}
