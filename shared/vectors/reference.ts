/**
 * A second implementation of FORMAT.md sections 2, 4, 6 and 7 on node:crypto, written from the
 * text and sharing no line with the product. It seals the vectors, rightly and wrongly.
 */
import { createCipheriv, createHash, createHmac, type BinaryLike } from 'node:crypto';

export const SEGMENT = 65_536;
export const ROOM = 65_504;
export const HEAD = 166;

export function sha256(...parts: BinaryLike[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Fixed "random" bytes, another for each label: the generator must give the same files again. */
export function draw(label: string, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; 32 * i < length; i++) blocks.push(sha256(`svj1 vector ${i} ${label}`));
  return Buffer.concat(blocks).subarray(0, length);
}

export function be(value: number | bigint, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.subarray(8 - length);
}

export interface Header {
  kind: number;
  epoch: number;
  revision: number;
  vaultId: string;
  objectId: string;
  part?: number;
  parent?: string;
}

export function header(h: Header): Buffer {
  return Buffer.concat([
    Buffer.from('SVJ1'),
    be(1, 2),
    Buffer.from([h.kind, 0]),
    be(h.epoch, 4),
    be(h.revision, 8),
    Buffer.from(h.vaultId, 'hex'),
    Buffer.from(h.objectId, 'hex'),
    be(h.part ?? 0, 8),
    Buffer.from(h.parent ?? '00'.repeat(32), 'hex')
  ]);
}

/** What a writer may get wrong about a segment. */
export interface Slip {
  /** Index and final flag in the AEAD's associated data. */
  index?: number;
  final?: boolean;
  aad?: Buffer;
  word?: number;
  /** Number of the first segment of the key group. */
  group?: number;
  key?: Buffer;
  iv?: Buffer;
}

const expand = (key: Buffer, length: number, ...info: Buffer[]): Buffer =>
  createHmac('sha384', key)
    .update(Buffer.concat([...info, Buffer.from([1])]))
    .digest()
    .subarray(0, length);

export class Message {
  readonly label: string;
  readonly aad: Buffer;
  readonly parameters: Buffer;
  readonly iv: Buffer;
  readonly tag: Buffer;
  readonly messageKey: Buffer;

  constructor(label: string, key: Buffer, aad: Buffer, parameters = Buffer.from('00000001000000000020', 'hex')) {
    this.label = label;
    this.aad = aad;
    this.parameters = parameters;
    this.iv = draw(`${label} floe iv`, 32);
    this.tag = expand(key, 32, parameters, this.iv, Buffer.from('HEADER_TAG:'), aad);
    this.messageKey = expand(key, 48, parameters, this.iv, Buffer.from('MESSAGE_KEY:'), aad);
  }

  /** The 166 bytes in front of the segments. */
  get head(): Buffer {
    return Buffer.concat([this.aad, this.parameters, this.iv, this.tag]);
  }

  segmentKey(group = 0): Buffer {
    return expand(this.messageKey, 32, this.parameters, this.iv, Buffer.from('DEK:'), be(group, 8), this.aad);
  }

  segment(index: number, plaintext: Buffer, last: boolean, slip: Slip = {}): Buffer {
    const iv = slip.iv ?? draw(`${this.label} segment ${index} iv`, 12);
    const gcm = createCipheriv('aes-256-gcm', slip.key ?? this.segmentKey(slip.group), iv);
    gcm.setAAD(slip.aad ?? Buffer.concat([be(slip.index ?? index, 8), Buffer.from([(slip.final ?? last) ? 1 : 0])]));
    const sealed = Buffer.concat([gcm.update(plaintext), gcm.final(), gcm.getAuthTag()]);
    return Buffer.concat([be(slip.word ?? (last ? 16 + sealed.length : 0xffff_ffff), 4), iv, sealed]);
  }

  /** The plaintext whose ciphertext in segment `index` is all zeros, so that files stay small. */
  blank(index: number, length: number): Buffer {
    const iv = Buffer.concat([draw(`${this.label} segment ${index} iv`, 12), be(2, 4)]);
    return createCipheriv('aes-256-ctr', this.segmentKey(), iv).update(Buffer.alloc(length));
  }

  /** A whole object of `length` blank bytes: its plaintext and its segments. */
  object(length: number): { plaintext: Buffer[]; segments: Buffer[] } {
    const count = Math.floor(length / ROOM) + 1;
    const plaintext = Array.from({ length: count }, (_, i) => this.blank(i, Math.min(ROOM, length - i * ROOM)));
    return { plaintext, segments: plaintext.map((part, i) => this.segment(i, part, i === count - 1)) };
  }
}

export function sealed(label: string, key: Buffer, aad: Buffer, plaintext: Buffer): Buffer {
  const message = new Message(label, key, aad);
  return Buffer.concat([message.head, message.segment(0, plaintext, true)]);
}

export function padme(length: number): number {
  if (length < 2) return length;
  const e = 31 - Math.clz32(length);
  const mask = 2 ** (e - (32 - Math.clz32(e))) - 1;
  return mask > 0 ? (length + mask) & ~mask : length;
}

export function padded(data: Buffer, floor = 0): Buffer {
  const out = Buffer.alloc(Math.max(floor, padme(data.length + 1)));
  data.copy(out);
  out[data.length] = 0x80;
  return out;
}
