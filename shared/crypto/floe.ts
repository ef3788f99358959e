/**
 * FLOE, random-access authenticated encryption (c2sp.org/FLOE, ePrint 2025/2275) on WebCrypto:
 * AES-256-GCM with a random IV per segment, HKDF-Expand-SHA-384, 32-byte IV. The header tag
 * commits to the key. Geometry is a parameter only so that the published known answers can be
 * run; the product seals with {@link SUITE_1} alone.
 */
import { bigEndian, concat, equalInConstantTime, randomBytes, readBigEndian, utf8, type Bytes } from '../bytes.ts';
import { SvjError } from '../errors.ts';
import { SEGMENT_BYTES } from '../format/segment.ts';
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
const OVERHEAD = LENGTH_WORD_BYTES + AEAD_IV_BYTES + AEAD_TAG_BYTES;
const NOT_LAST = 0xffff_ffff;
const EXTRACTABLE = false;

/** One message being sealed or opened: derived keys only, never the caller's key. */
export class FloeMessage {
  readonly header: Bytes;
  readonly #geometry: FloeGeometry;
  readonly #messageKey: CryptoKey;
  readonly #context: Bytes;
  readonly #aad: Bytes;
  readonly #segmentKeys = new Map<number, Promise<CryptoKey>>();

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
    const tag = await expand(key, context, utf8('HEADER_TAG:'), aad, TAG_BYTES);
    return new FloeMessage(geometry, concat(context, tag), await messageKey(key, context, aad), context, aad);
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
    const tag = await expand(key, context, utf8('HEADER_TAG:'), aad, TAG_BYTES);
    if (!equalInConstantTime(tag, stored)) return null;
    return new FloeMessage(geometry, concat(context, stored), await messageKey(key, context, aad), context, aad);
  }

  /** FLOE `encryptSegment`. A repeated index is safe: every call draws a new IV. */
  async sealSegment(index: number, plaintext: Uint8Array<ArrayBuffer>, last: boolean): Promise<Bytes> {
    const room = this.#geometry.segmentBytes - OVERHEAD;
    if (last ? plaintext.length > room : plaintext.length !== room) throw new SvjError('format/length');
    const iv = randomBytes(AEAD_IV_BYTES);
    const key = await this.#segmentKey(index);
    const sealed = await crypto.subtle.encrypt(gcm(iv, index, last), key, plaintext);
    const segment = new Uint8Array(LENGTH_WORD_BYTES + AEAD_IV_BYTES + sealed.byteLength);
    segment.set(bigEndian(last ? segment.length : NOT_LAST, 4));
    segment.set(iv, LENGTH_WORD_BYTES);
    segment.set(new Uint8Array(sealed), LENGTH_WORD_BYTES + AEAD_IV_BYTES);
    return segment;
  }

  /**
   * FLOE `decryptSegment`. Nothing of the segment is released unless all of it is authentic.
   * @throws `seal/truncated` when a full segment stands where the end should be or a short one
   *   where it should not, `seal/damaged` for everything else
   */
  async openSegment(index: number, segment: Uint8Array<ArrayBuffer>, last: boolean): Promise<Bytes> {
    const full = this.#geometry.segmentBytes;
    if (segment.length < OVERHEAD || (!last && segment.length < full)) throw new SvjError('seal/truncated');
    if (segment.length > full) throw new SvjError('seal/trailing-data');
    const word = readBigEndian(segment, 0, 4);
    if (last && word === NOT_LAST) throw new SvjError('seal/truncated');
    if (word !== (last ? segment.length : NOT_LAST)) throw new SvjError('seal/damaged', String(index));
    const iv = segment.subarray(LENGTH_WORD_BYTES, LENGTH_WORD_BYTES + AEAD_IV_BYTES);
    const sealed = segment.subarray(LENGTH_WORD_BYTES + AEAD_IV_BYTES);
    const key = await this.#segmentKey(index);
    try {
      return new Uint8Array(await crypto.subtle.decrypt(gcm(iv, index, last), key, sealed));
    } catch (cause) {
      throw new SvjError('seal/damaged', String(index), cause);
    }
  }

  #segmentKey(index: number): Promise<CryptoKey> {
    const group = Math.floor(index / 2 ** this.#geometry.rotationBits) * 2 ** this.#geometry.rotationBits;
    let key = this.#segmentKeys.get(group);
    if (key === undefined) {
      key = this.#deriveSegmentKey(group);
      this.#segmentKeys.set(group, key);
    }
    return key;
  }

  async #deriveSegmentKey(group: number): Promise<CryptoKey> {
    const purpose = concat(utf8('DEK:'), bigEndian(group, 8));
    const raw = await expand(this.#messageKey, this.#context, purpose, this.#aad, 32);
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', EXTRACTABLE, ['encrypt', 'decrypt']);
    raw.fill(0);
    return key;
  }
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

function gcm(iv: Uint8Array<ArrayBuffer>, index: number, last: boolean): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: concat(bigEndian(index, 8), new Uint8Array([last ? 1 : 0])) };
}
