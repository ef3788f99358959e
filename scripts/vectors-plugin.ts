/**
 * Serves the vectors to tests as `virtual:vectors` (typed in virtual-vectors.d.ts). Under Node the module reads
 * files; in a browser it asks this plugin's middleware. The folder is `SVJ_VECTORS_DIR`, by default
 * `../shared/vectors`; it is not part of the repository, and a suite says so by skipping.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

const MODULE = 'virtual:vectors';
const RESOLVED = `\0${MODULE}`;
const ROUTE = '/__vectors/';

export const VECTORS_DIR = resolve(process.env['SVJ_VECTORS_DIR'] ?? '../shared/vectors');

export async function readVectorFile(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const file = resolve(VECTORS_DIR, path);
  if (!file.startsWith(VECTORS_DIR + sep)) return null;
  return readFile(file).then(
    (bytes) => new Uint8Array(bytes),
    () => null
  );
}

export async function listVectorFiles(folder: string): Promise<string[]> {
  const root = resolve(VECTORS_DIR, folder);
  if (!`${root}${sep}`.startsWith(VECTORS_DIR + sep) || !existsSync(root)) return [];
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) =>
      resolve(entry.parentPath, entry.name)
        .slice(VECTORS_DIR.length + 1)
        .replaceAll(sep, '/')
    )
    .sort();
}

const nodeModule = `
import { listVectorFiles, readVectorFile } from ${JSON.stringify(pathToFileURL(import.meta.filename).href)};
export const readVector = readVectorFile;
export const listVectors = (folder = '') => listVectorFiles(folder);
`;

const browserModule = `
export async function readVector(path) {
  const response = await fetch(${JSON.stringify(ROUTE)} + path.split('/').map(encodeURIComponent).join('/'));
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
}
export async function listVectors(folder = '') {
  return (await fetch(${JSON.stringify(ROUTE)} + '?list=' + encodeURIComponent(folder))).json();
}
`;

const commonModule = `
export const vectorsPresent = ${String(existsSync(VECTORS_DIR))};
export async function readVectorText(path) {
  const bytes = await readVector(path);
  return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
`;

export function vectors(): Plugin {
  return {
    name: 'svj-vectors',
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load(id) {
      if (id !== RESOLVED) return undefined;
      return (this.environment.config.consumer === 'client' ? browserModule : nodeModule) + commonModule;
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.startsWith(ROUTE)) {
          next();
          return;
        }
        answer(request, response).catch(next);
      });
    }
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const folder = url.searchParams.get('list');
  if (folder !== null) {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(await listVectorFiles(folder)));
    return;
  }
  const bytes = await readVectorFile(decodeURIComponent(url.pathname.slice(ROUTE.length)));
  if (bytes === null) response.statusCode = 404;
  else response.setHeader('Content-Type', 'application/octet-stream');
  response.end(bytes);
}
