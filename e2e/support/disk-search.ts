/** Looks for planted words and for plain video in every file below a folder, as whoever holds the disk could. */
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

export interface Find {
  readonly name: string;
  readonly coding: string;
  readonly file: string;
}

interface Needle {
  readonly name: string;
  readonly coding: string;
  readonly bytes: Buffer;
}

/** A text, or bytes that are none. */
export type Secret = string | Buffer;
export type Secrets = Readonly<Record<string, Secret>>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const CANARY_LENGTH = 36;
const CANARY = /^[A-Za-z0-9]{36}$/;
/** 71 random bits: nothing else looks like it, and what compresses by repetition leaves most of them whole. */
const PIECE = /.{12}/g;

// An EBML header goes on with its version; a box of this type names a brand. The four bytes alone would also be in
// the code that looks for them, and by chance in a gigabyte of noise.
const VIDEO: readonly Needle[] = [
  ...[0x81, 0x88, 0x90, 0x9f, 0xa3].map((size) =>
    needle('WebM', 'head', Buffer.from([0x1a, 0x45, 0xdf, 0xa3, size, 0x42, 0x86]))
  ),
  needle('WebM', 'head', Buffer.from('1a45dfa301000000000000', 'hex')),
  needle('WebM', 'document type', Buffer.from('4282847765626d', 'hex')),
  ...['isom', 'iso5', 'iso6', 'mp41', 'mp42', 'avc1', 'qt  ', 'M4V '].map((brand) =>
    needle('MP4', 'brand', Buffer.from(`ftyp${brand}\0`))
  )
];

/** Random, so that nothing can compress it away and nothing else can look like it. */
export function canary(): string {
  return Array.from({ length: CANARY_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** Files that hold one of the secrets, or a piece of it, in any coding; and the heads of videos. */
export async function searchDisk(folder: string, secrets: Secrets): Promise<Find[]> {
  const search = new Search([
    ...Object.entries(secrets).flatMap(([name, secret]) => needlesOf(name, secret)),
    ...VIDEO
  ]);
  const found: Find[] = [];
  for (const file of await filesBelow(folder)) {
    // Files of a profile that nobody uses any more may go while we look.
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    for (const { name, coding } of search.in(bytes)) found.push({ name, coding, file: relative(folder, file) });
  }
  return found;
}

/** Thousands of needles in one pass: each place is looked up by its first three bytes. */
class Search {
  readonly #begins = new Uint8Array(2 ** 24);
  readonly #byPrefix = new Map<number, Needle[]>();

  constructor(needles: readonly Needle[]) {
    for (const wanted of needles) {
      const prefix = wanted.bytes.readUIntBE(0, 3);
      this.#begins[prefix] = 1;
      this.#byPrefix.set(prefix, [...(this.#byPrefix.get(prefix) ?? []), wanted]);
    }
  }

  in(bytes: Buffer): Set<Needle> {
    const found = new Set<Needle>();
    let prefix = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    for (let end = 3; end <= bytes.length; end++) {
      prefix = ((prefix << 8) | (bytes[end - 1] ?? 0)) & 0xffffff;
      if (this.#begins[prefix] === 0) continue;
      for (const wanted of this.#byPrefix.get(prefix) ?? []) {
        if (wanted.bytes.equals(bytes.subarray(end - 3, end - 3 + wanted.bytes.length))) found.add(wanted);
      }
    }
    return found;
  }
}

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** All forms of a secret that a program may write without meaning to hide it, by the name of the coding. */
export function codings(secret: Secret): Readonly<Record<string, Buffer>> {
  const bytes = Buffer.from(secret);
  const binary = { bytes, ...baseCodings('', bytes), ...hexCodings(bytes) };
  if (typeof secret !== 'string') return binary;
  const little = Buffer.from(secret, 'utf16le');
  const big = Buffer.from(little).swap16();
  return { ...binary, 'UTF-16LE': little, 'UTF-16BE': big, ...baseCodings(' of UTF-16LE', little) };
}

function hexCodings(bytes: Buffer): Record<string, Buffer> {
  const hex = bytes.toString('hex');
  return { hex: Buffer.from(hex), HEX: Buffer.from(hex.toUpperCase()), 'hex in UTF-16LE': Buffer.from(hex, 'utf16le') };
}

/** Base64 in both alphabets, also as UTF-16, at each of the three places where the secret may begin in what was coded. */
function baseCodings(of: string, bytes: Buffer): Record<string, Buffer> {
  const forms: Record<string, Buffer> = {};
  for (const offset of [0, 1, 2]) {
    for (const alphabet of ['base64', 'base64url'] as const) {
      const text = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString(alphabet)
        .replaceAll('=', '');
      // The first and last digits depend on what stands beside the secret.
      const own = text.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.length) % 3 === 0 ? undefined : -1);
      forms[`${alphabet}+${String(offset)}${of}`] = Buffer.from(own);
      forms[`${alphabet}+${String(offset)}${of} in UTF-16LE`] = Buffer.from(own, 'utf16le');
    }
  }
  return forms;
}

function needlesOf(name: string, secret: Secret): Needle[] {
  const pieces = typeof secret === 'string' && CANARY.test(secret) ? secret.match(PIECE) : null;
  return (pieces ?? [secret]).flatMap((piece) =>
    Object.entries(codings(piece)).map(([coding, bytes]) => needle(name, coding, bytes))
  );
}

function needle(name: string, coding: string, bytes: Buffer): Needle {
  return { name, coding, bytes };
}
