/** A long WebM made of a short one: its clusters again and again, each time later. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A film taken apart at the top level of its segment. */
export interface WebmParts {
  /** Everything in front of the clusters, the segment of unknown length. */
  readonly head: Buffer;
  readonly clusters: readonly { readonly timeMs: number; readonly blocks: Buffer }[];
  readonly durationMs: number;
}

const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const DURATION = 0x4489;
const UNKNOWN_SIZE = Buffer.from('01ffffffffffffff', 'hex');

/** @param durationMs how long one round lasts */
export async function takeApart(file: string, durationMs: number): Promise<WebmParts> {
  const bytes = await readFile(file);
  const head: Buffer[] = [];
  const clusters: { timeMs: number; blocks: Buffer }[] = [];
  for (const top of elements(bytes, 0, bytes.length)) {
    if (top.id !== SEGMENT) {
      head.push(bytes.subarray(top.at, top.end));
      continue;
    }
    head.push(Buffer.from('18538067', 'hex'), UNKNOWN_SIZE);
    for (const { id, at, body, end } of elements(bytes, top.body, top.end)) {
      if (id === INFO) head.push(withoutDuration(bytes.subarray(at, end), body - at));
      if (id === TRACKS) head.push(bytes.subarray(at, end));
      if (id === CLUSTER) clusters.push(clusterOf(bytes, body, end));
    }
  }
  return { head: Buffer.concat(head), clusters, durationMs };
}

/** One round, `round` counted from 0. */
export function clustersOf({ clusters, durationMs }: WebmParts, round: number): Buffer[] {
  return clusters.map(({ timeMs, blocks }) => {
    const time = Buffer.alloc(10);
    time.writeUInt16BE(0xe788);
    time.writeBigUInt64BE(BigInt(timeMs + round * durationMs), 2);
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE((1n << 56n) | BigInt(time.length + blocks.length));
    return Buffer.concat([Buffer.from('1f43b675', 'hex'), size, time, blocks]);
  });
}

/** Writes rounds until the file has `bytes` bytes. Resolves to its length in ms. */
export async function writeLongWebm(parts: WebmParts, file: string, bytes: number): Promise<number> {
  const out = createWriteStream(file);
  const write = async (part: Buffer): Promise<void> => {
    if (!out.write(part)) await once(out, 'drain');
  };
  await write(parts.head);
  let written = parts.head.length;
  let round = 0;
  for (; written < bytes; round++) {
    for (const cluster of clustersOf(parts, round)) {
      await write(cluster);
      written += cluster.length;
    }
  }
  out.end();
  await once(out, 'finish');
  return round * parts.durationMs;
}

interface Element {
  readonly id: number;
  readonly at: number;
  readonly body: number;
  readonly end: number;
}

function* elements(bytes: Buffer, from: number, to: number): Generator<Element, void, undefined> {
  for (let at = from; at < to;) {
    const idLength = Math.clz32(bytes[at] ?? 0) - 23;
    const sizeAt = at + idLength;
    const sizeLength = Math.clz32(bytes[sizeAt] ?? 0) - 23;
    const mask = sizeLength === 8 ? 0 : 0xff >> sizeLength;
    let size = (bytes[sizeAt] ?? 0) & mask;
    for (let i = 1; i < sizeLength; i++) size = size * 256 + (bytes[sizeAt + i] ?? 0);
    const body = sizeAt + sizeLength;
    yield { id: bytes.readUIntBE(at, idLength), at, body, end: body + size };
    at = body + size;
  }
}

function clusterOf(bytes: Buffer, from: number, to: number): { timeMs: number; blocks: Buffer } {
  const [time] = elements(bytes, from, to);
  if (!time || bytes[time.at] !== 0xe7) throw new Error('A cluster of the film does not begin with its time.');
  return { timeMs: bytes.readUIntBE(time.body, time.end - time.body), blocks: bytes.subarray(time.end, to) };
}

/** The length of the short film would be wrong for the long one. */
function withoutDuration(info: Buffer, headBytes: number): Buffer {
  const changed = Buffer.from(info);
  for (const { id, at, end } of elements(changed, headBytes, changed.length)) {
    // An element that is to be ignored, of the same size: Void.
    if (id === DURATION) changed.fill(0, at, end).set([0xec, 0x80 | (end - at - 2)], at);
  }
  return changed;
}
