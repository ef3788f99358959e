/**
 * The built app, read into memory once. A request can only name what is in this table, so no path of a request ever
 * meets the file system.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

export type Encoding = 'br' | 'gzip';

/** One file in one encoding. */
export interface Variant {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

export interface SiteFile {
  readonly type: string;
  readonly identity: Variant;
  readonly encoded: ReadonlyMap<Encoding, Variant>;
}

/** By path from the root of the origin, such as `/index.html`. */
export type SiteFiles = ReadonlyMap<string, SiteFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2'
};

const SUFFIXES: readonly (readonly [Encoding, string])[] = [
  ['br', '.br'],
  ['gzip', '.gz']
];

/** @throws when the app has not been built. */
export async function readSite(folder: string): Promise<SiteFiles> {
  const contents = await readAll(folder);
  const files = new Map<string, SiteFile>();
  for (const [path, bytes] of contents) {
    // The build puts compressed copies beside what they are copies of.
    if (SUFFIXES.some(([, suffix]) => path.endsWith(suffix) && contents.has(path.slice(0, -suffix.length)))) continue;
    const encoded = new Map<Encoding, Variant>();
    for (const [encoding, suffix] of SUFFIXES) {
      const copy = contents.get(path + suffix);
      if (copy !== undefined) encoded.set(encoding, toVariant(copy));
    }
    files.set(path, { type: TYPES[extname(path)] ?? 'application/octet-stream', identity: toVariant(bytes), encoded });
  }
  if (!files.has('/index.html')) throw new Error(`There is no built app in ${folder}: run npm run build.`);
  return files;
}

async function readAll(folder: string): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    // Links could lead out of the folder, names with a dot are ours.
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    contents.set(file.slice(folder.length).replaceAll(sep, '/'), new Uint8Array(await readFile(file)));
  }
  return contents;
}

/** Each encoding has a tag of its own: a strong tag names the bytes that were sent. */
function toVariant(bytes: Uint8Array<ArrayBuffer>): Variant {
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}
