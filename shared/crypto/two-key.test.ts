/**
 * A10: AES-GCM does not commit to its key, our container does. The published two-key messages
 * first, as a control; then a segment forged for the two segment keys of one container.
 */
import { describe, expect, it } from 'vitest';
import { readVectorText } from 'virtual:vectors';
import { bigEndian, concat, fromHex, toHex, utf8, type Bytes } from '#shared/bytes.ts';
import { encodeEnvelope, type Envelope } from '#shared/format/envelope.ts';
import { KIND } from '#shared/format/kind.ts';
import { sealKeyFrom } from '#shared/testing/raw-keys.ts';
import { outcomeOf } from '#shared/testing/streams.ts';
import { open } from './stream.ts';
import { unwrap } from './wrap.ts';

const PARAMETERS = fromHex('00000001000000000020');
const NOTHING = new Uint8Array();

async function floeKdf(key: Bytes, iv: Bytes, purpose: Bytes, aad: Bytes, length: number): Promise<Bytes> {
  const handle = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-384' }, false, ['sign']);
  const message = concat(PARAMETERS, iv, purpose, aad, new Uint8Array([1]));
  return new Uint8Array(await crypto.subtle.sign('HMAC', handle, message)).slice(0, length);
}

/** FLOE header and segment key, from the text of the specification. */
async function committed(key: Bytes, iv: Bytes, aad: Bytes): Promise<{ head: Bytes; segmentKey: Bytes }> {
  const tag = await floeKdf(key, iv, utf8('HEADER_TAG:'), aad, 32);
  const messageKey = await floeKdf(key, iv, utf8('MESSAGE_KEY:'), aad, 48);
  const segmentKey = await floeKdf(messageKey, iv, concat(utf8('DEK:'), new Uint8Array(8)), aad, 32);
  return { head: concat(aad, PARAMETERS, iv, tag), segmentKey };
}

async function gcmOpen(key: Bytes, iv: Bytes, aad: Bytes, sealed: Bytes): Promise<Bytes> {
  const handle = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  const algorithm = { name: 'AES-GCM', iv, additionalData: aad };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, handle, sealed));
}

async function aesBlock(key: Bytes, block: Bytes): Promise<Bytes> {
  const handle = await crypto.subtle.importKey('raw', key, 'AES-CTR', false, ['encrypt']);
  const algorithm = { name: 'AES-CTR', counter: block, length: 128 };
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, handle, new Uint8Array(16)));
}

// GF(2^128) as GCM has it: the first bit of a block is the lowest power.
const field = (block: Bytes): bigint => BigInt(`0x${toHex(concat(block, new Uint8Array(16)).slice(0, 16))}`);
const block = (value: bigint): Bytes => fromHex(value.toString(16).padStart(32, '0'));
const REDUCTION = 0xe1n << 120n;

function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ REDUCTION : shifted >> 1n;
  }
  return product;
}

function power(value: bigint, exponent: number): bigint {
  return exponent === 1 ? value : multiply(value, power(value, exponent - 1));
}

/** value^(2^128 - 2). */
function inverse(value: bigint): bigint {
  let result = 1n << 127n;
  let square = value;
  for (let i = 1; i < 128; i++) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
}

/** 32 bytes of ciphertext and one tag that AES-GCM accepts under both keys. */
async function forge(keys: readonly [Bytes, Bytes], iv: Bytes, aad: Bytes): Promise<Bytes> {
  const first = field(utf8('chosen by nobody'));
  const lengths = field(concat(bigEndian(8 * aad.length, 8), bigEndian(8 * 32, 8)));
  const sides = await Promise.all(
    keys.map(async (key) => {
      const h = field(await aesBlock(key, new Uint8Array(16)));
      const mask = field(await aesBlock(key, concat(iv, bigEndian(1, 4))));
      const known = multiply(field(aad), power(h, 4)) ^ multiply(first, power(h, 3)) ^ multiply(lengths, h) ^ mask;
      return { known, square: power(h, 2) };
    })
  );
  const [a, b] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const second = multiply(a.known ^ b.known, inverse(a.square ^ b.square));
  const tag = a.known ^ multiply(second, a.square);
  return concat(block(first), block(second), block(tag));
}

interface TwoKey {
  readonly id: number;
  readonly key1: string;
  readonly key2: string;
  readonly iv: string;
  readonly ctAndTag: string;
  readonly pt1: string;
  readonly pt2: string;
}

const text = await readVectorText('gcm-two-key/gcm_two_key.json');
const tests = text === null ? [] : (JSON.parse(text) as { tests: TwoKey[] }).tests;
if (text === null) it.skip('gcm-two-key/ is not on this machine', () => undefined);

describe('one ciphertext under two keys', () => {
  const envelope: Envelope = {
    kind: KIND.entryKeyWrap,
    epoch: 1,
    revision: 1,
    vaultId: 'ab'.repeat(16),
    objectId: 'cd'.repeat(16)
  };
  const aad = encodeEnvelope(envelope);
  const iv = new Uint8Array(32).fill(1);
  const segmentOf = (segmentIv: Bytes, sealed: Bytes): Bytes =>
    concat(bigEndian(16 + sealed.length, 4), segmentIv, sealed);

  it.each(tests)('control $id: AES-GCM accepts it under both', async (test) => {
    const sealed = fromHex(test.ctAndTag);
    expect(toHex(await gcmOpen(fromHex(test.key1), fromHex(test.iv), NOTHING, sealed))).toBe(test.pt1);
    expect(toHex(await gcmOpen(fromHex(test.key2), fromHex(test.iv), NOTHING, sealed))).toBe(test.pt2);
  });

  it.each(tests)('A10 $id: a container around it opens under neither', async (test) => {
    const keys = [fromHex(test.key1), fromHex(test.key2)] as const;
    for (const [i, committing] of keys.entries()) {
      const { head } = await committed(committing, iv, aad);
      const object = concat(head, segmentOf(fromHex(test.iv), fromHex(test.ctAndTag)));
      for (const [k, key] of keys.entries()) {
        const { result } = await outcomeOf(async () => open(await sealKeyFrom(key), envelope, object));
        expect(result).toBe(i === k ? 'seal/damaged' : 'wrong-key');
      }
    }
  });

  it('A10 a segment forged for both segment keys opens only under the key that the header commits to', async () => {
    const keys = [new Uint8Array(32).fill(0x11), new Uint8Array(32).fill(0x22)] as const;
    const sides = [await committed(keys[0], iv, aad), await committed(keys[1], iv, aad)] as const;
    const segmentIv = new Uint8Array(12).fill(3);
    const segmentAad = concat(new Uint8Array(8), new Uint8Array([1]));
    const sealed = await forge([sides[0].segmentKey, sides[1].segmentKey], segmentIv, segmentAad);
    const plaintexts = await Promise.all(sides.map((side) => gcmOpen(side.segmentKey, segmentIv, segmentAad, sealed)));
    expect(plaintexts[0]).not.toEqual(plaintexts[1]);

    for (const [i, side] of sides.entries()) {
      const object = concat(side.head, segmentOf(segmentIv, sealed));
      for (const [k, raw] of keys.entries()) {
        const key = await sealKeyFrom(raw);
        const expected = i === k ? plaintexts[k] : null;
        expect(await open(key, envelope, object)).toEqual(expected);
        expect(await unwrap(key, envelope, object)).toEqual(expected);
      }
    }
  });
});
