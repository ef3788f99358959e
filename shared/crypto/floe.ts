/**
 * FLOE, random-access authenticated encryption (c2sp.org/FLOE, ePrint 2025/2275) on WebCrypto:
 * AES-256-GCM with a random IV per segment, HKDF-Expand-SHA-384, 32-byte IV. The header tag
 * commits to the key. Geometry is a parameter only so that the published known answers can be
 * run; the product seals with {@link SUITE_1} alone.
 */
import { bigEndian, concat, equalInConstantTime, randomBytes, readBigEndian, utf8, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { SEGMENT_BYTES } from '#shared/format/segment.ts';
import type { SealKey } from './keys.ts';

export interface FloeGeometry {
  /** Bytes of a full encrypted segment, overhead included. */
  readonly segmentBytes: number;
  /** 2^n segments share an AES key. */
  readonly rotationBits: number;
}

/** FORMAT.md section 4. */
export const SUITE_1: FloeGeometry = { segmentBytes: SEGMENT_BYTES, rotationBits: 20 };

const PARAMETERS_BYTES = 10;
const IV_BYTES = 32;
const TAG_BYTES = 32;
const MESSAGE_KEY_BYTES = 48;
const AEAD_IV_BYTES = 12;
const AEAD_TAG_BYTES = 16;
const LENGTH_WORD_BYTES = 4;
/** Of a segment: length word and IV. */
export const PREFIX_BYTES = LENGTH_WORD_BYTES + AEAD_IV_BYTES;
const OVERHEAD = PREFIX_BYTES + AEAD_TAG_BYTES;
const INDEX_BYTES = 8;
const NOT_LAST = 0xffff_ffff;
const NOT_LAST_WORD = bigEndian(NOT_LAST, 4);
const EXTRACTABLE = false;

/** Length word and IV, then ciphertext and tag: two pieces, since joining them costs a third of the sealing. */
export type SealedSegment = readonly [prefix: Bytes, sealed: Bytes];

/** One message being sealed or opened: derived keys only, never the caller's key. */
export class FloeMessage {
  readonly header: Bytes;
  readonly #geometry: FloeGeometry;
  readonly #messageKey: CryptoKey;
  readonly #context: Bytes;
  readonly #aad: Bytes;
  readonly #segmentKeys = new Map<number, CryptoKey>();
  /** Index and flag of a segment, its AAD. One buffer for all calls: WebCrypto copies it before a call returns. */
  readonly #place = new DataView(new ArrayBuffer(INDEX_BYTES + 1));

  private constructor(geometry: FloeGeometry, header: Bytes, messageKey: CryptoKey, context: Bytes, aad: Bytes) {
    this.#geometry = geometry;
    this.header = header;
    this.#messageKey = messageKey;
    this.#context = context;
    this.#aad = aad;
  }

  /** FLOE `startEncryption`: a fresh random IV for each message. */
  static async startSealing(key: SealKey, aad: Bytes, geometry = SUITE_1): Promise<FloeMessage> {
    const context = concat(encodeParameters(geometry), randomBytes(IV_BYTES));
    const [tag, derived] = await Promise.all([headerTag(key, context, aad), messageKey(key, context, aad)]);
    const message = new FloeMessage(geometry, concat(context, tag), derived, context, aad);
    await message.#deriveSegmentKey(0);
    return message;
  }

  /**
   * FLOE `startDecryption`. Null when the header was made under another key (or altered: the
   * two cannot be told apart); no segment is touched then.
   * @throws `format/too-short`, `format/floe-parameters`
   */
  static async startOpening(
    key: SealKey,
    aad: Bytes,
    header: Uint8Array,
    geometry = SUITE_1
  ): Promise<FloeMessage | null> {
    if (header.length < PARAMETERS_BYTES + IV_BYTES + TAG_BYTES) throw new SvjError('format/too-short');
    if (!equalInConstantTime(header.subarray(0, PARAMETERS_BYTES), encodeParameters(geometry))) {
      throw new SvjError('format/floe-parameters');
    }
    const context = concat(header.subarray(0, PARAMETERS_BYTES + IV_BYTES));
    const stored = concat(header.subarray(context.length, context.length + TAG_BYTES));
    const [tag, derived] = await Promise.all([headerTag(key, context, aad), messageKey(key, context, aad)]);
    if (!equalInConstantTime(tag, stored)) return null;
    const message = new FloeMessage(geometry, concat(context, stored), derived, context, aad);
    await message.#deriveSegmentKey(0);
    return message;
  }

  /** FLOE `encryptSegment`. A repeated index is safe: every call draws a new IV. */
  async sealSegment(index: number, plaintext: Bytes, last: boolean): Promise<SealedSegment> {
    const room = this.#geometry.segmentBytes - OVERHEAD;
    if (last ? plaintext.length > room : plaintext.length !== room) throw new SvjError('format/length');
    const prefix = new Uint8Array(PREFIX_BYTES);
    const iv = crypto.getRandomValues(prefix.subarray(LENGTH_WORD_BYTES));
    prefix.set(last ? bigEndian(OVERHEAD + plaintext.length, 4) : NOT_LAST_WORD);
    const key = this.#segmentKey(index) ?? (await this.#deriveSegmentKey(index));
    return [prefix, new Uint8Array(await crypto.subtle.encrypt(this.#gcm(iv, index, last), key, plaintext))];
  }

  /**
   * FLOE `decryptSegment`. Nothing of the segment is released unless all of it is authentic.
   * The length word is believed for naming the damage only.
   * @throws `seal/truncated` when the object seems to end too early, `seal/trailing-data` when
   *   it seems to go on after its end, `seal/damaged` for everything else
   */
  openSegment(index: number, segment: Bytes, last: boolean): Promise<Bytes> {
    return this.openPieces(index, [segment.subarray(0, PREFIX_BYTES), segment.subarray(PREFIX_BYTES)], last);
  }

  /** The same from two pieces that need not lie side by side. */
  async openPieces(index: number, [prefix, sealed]: SealedSegment, last: boolean): Promise<Bytes> {
    const full = this.#geometry.segmentBytes;
    const length = prefix.length + sealed.length;
    if (length < OVERHEAD || (!last && length < full)) throw new SvjError('seal/truncated');
    if (length > full) throw new SvjError('seal/trailing-data');
    const word = readBigEndian(prefix, 0, 4);
    if (word !== (last ? length : NOT_LAST)) throw misplacedEnd(word, length, full, index);
    const iv = prefix.subarray(LENGTH_WORD_BYTES);
    const key = this.#segmentKey(index) ?? (await this.#deriveSegmentKey(index));
    try {
      return new Uint8Array(await crypto.subtle.decrypt(this.#gcm(iv, index, last), key, sealed));
    } catch (cause) {
      throw new SvjError('seal/damaged', String(index), cause);
    }
  }

  #group(index: number): number {
    return index - (index % 2 ** this.#geometry.rotationBits);
  }

  #segmentKey(index: number): CryptoKey | undefined {
    return this.#segmentKeys.get(this.#group(index));
  }

  #gcm(iv: Bytes, index: number, last: boolean): AesGcmParams {
    if (!Number.isSafeInteger(index) || index < 0) throw new SvjError('format/length', String(index));
    this.#place.setBigUint64(0, BigInt(index));
    this.#place.setUint8(INDEX_BYTES, last ? 1 : 0);
    return { name: 'AES-GCM', iv, additionalData: this.#place };
  }

  // Suite 1 has one group only, derived at the start: so WebCrypto copies a segment before the
  // call returns, and the caller may use its buffer again.
  async #deriveSegmentKey(index: number): Promise<CryptoKey> {
    const group = this.#group(index);
    const purpose = concat(utf8('DEK:'), bigEndian(group, 8));
    const raw = await expand(this.#messageKey, this.#context, purpose, this.#aad, 32);
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', EXTRACTABLE, ['encrypt', 'decrypt']);
    raw.fill(0);
    this.#segmentKeys.set(group, key);
    return key;
  }
}

function misplacedEnd(word: number, length: number, full: number, index: number): SvjError {
  const place = String(index);
  if (word === NOT_LAST) return new SvjError('seal/truncated', place);
  if (word < OVERHEAD || word > full) return new SvjError('seal/damaged', place);
  return new SvjError(word < length ? 'seal/trailing-data' : 'seal/truncated', place);
}

function encodeParameters(geometry: FloeGeometry): Bytes {
  const AES_256_GCM = 0;
  const EXPAND_SHA_384 = 0;
  return concat(
    new Uint8Array([AES_256_GCM, EXPAND_SHA_384]),
    bigEndian(geometry.segmentBytes, 4),
    bigEndian(IV_BYTES, 4)
  );
}

function headerTag(key: CryptoKey, context: Bytes, aad: Bytes): Promise<Bytes> {
  return expand(key, context, utf8('HEADER_TAG:'), aad, TAG_BYTES);
}

async function messageKey(key: CryptoKey, context: Bytes, aad: Bytes): Promise<CryptoKey> {
  const raw = await expand(key, context, utf8('MESSAGE_KEY:'), aad, MESSAGE_KEY_BYTES);
  const algorithm = { name: 'HMAC', hash: 'SHA-384' };
  const imported = await crypto.subtle.importKey('raw', raw, algorithm, EXTRACTABLE, ['sign']);
  raw.fill(0);
  return imported;
}

// FLOE_KDF: HKDF-Expand of at most one block is a single HMAC. WebCrypto's own HKDF always
// extracts first, which FLOE does not.
async function expand(key: CryptoKey, context: Bytes, purpose: Bytes, aad: Bytes, length: number): Promise<Bytes> {
  const info = concat(context, purpose, aad, new Uint8Array([1]));
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, info)).slice(0, length);
}
