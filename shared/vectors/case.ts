/** What a vector file holds, and the short ways to make one. README.md says what each field means. */
import { sha256, type Header } from './reference.ts';

export interface Case {
  name: string;
  description: string;
  attack?: string;
  operation: 'open' | 'unwrap' | 'record' | 'kdf' | 'unpad';
  key?: Buffer;
  envelope?: Header;
  object: Buffer;
  floor?: number;
  plaintextLength?: number;
  expect: string;
  released?: Buffer;
  byRange?: { expect: string; released?: Buffer };
}

/** Overwrites `bytes` at `offset`. */
export function put(object: Buffer, offset: number, bytes: Buffer | number[]): Buffer {
  const copy = Buffer.from(object);
  Buffer.from(bytes).copy(copy, offset);
  return copy;
}

export function flip(object: Buffer, offset: number, mask = 1): Buffer {
  return put(object, offset, [(object[offset] ?? 0) ^ mask]);
}

/** Hex, with runs of zeros written as their number. */
function pieces(object: Buffer): (string | number)[] {
  const found: (string | number)[] = [];
  let from = 0;
  for (let at = 0; at < object.length;) {
    let end = at;
    while (end < object.length && object[end] === 0) end++;
    if (end - at >= 64) {
      if (at > from) found.push(object.subarray(from, at).toString('hex'));
      found.push(end - at);
      from = end;
    }
    at = Math.max(end, at + 1);
  }
  if (from < object.length) found.push(object.subarray(from).toString('hex'));
  return found;
}

function release(bytes: Buffer | undefined): { releasedLength: number; releasedSha256: string } {
  const released = bytes ?? Buffer.alloc(0);
  return { releasedLength: released.length, releasedSha256: sha256(released).toString('hex') };
}

export function fileOf(c: Case): string {
  const json = {
    description: c.description,
    ...(c.attack === undefined ? {} : { attack: c.attack }),
    operation: c.operation,
    ...(c.key === undefined ? {} : { key: c.key.toString('hex') }),
    ...(c.envelope === undefined ? {} : { envelope: c.envelope }),
    object: pieces(c.object),
    ...(c.floor === undefined ? {} : { floor: c.floor }),
    ...(c.plaintextLength === undefined ? {} : { plaintextLength: c.plaintextLength }),
    expect: c.expect,
    ...release(c.released),
    ...(c.byRange === undefined ? {} : { byRange: { expect: c.byRange.expect, ...release(c.byRange.released) } })
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
