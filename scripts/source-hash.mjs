/**
 * One hash over everything a build is made from. It names the version of the app (so that two builds of the same
 * sources are the same bytes) and tells whether `build/` is stale.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const INPUTS = [
  'package.json',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
  'scripts/shell-hashes.mjs',
  'scripts/shell-links.mjs',
  'scripts/source-hash.mjs',
  'scripts/licences.mjs',
  'web',
  'shared',
  'static'
];

// Tests, documents and vectors are never part of the app; the licence list is itself made from the lock file.
const IGNORED =
  /(?:\.test\.ts|\/testing|\/fixtures|\.md|^shared\/vectors\/.*|^static\/licences\.json|tsconfig(?:\.\w+)?\.json)$/;

/** @param {string} root @returns {string} SHA-256, in hex, of names and contents in a fixed order */
export function sourceHash(root) {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap((input) => filesBelow(root, input))) {
    hash.update(`${file}\0`).update(
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest()
    );
  }
  return hash.digest('hex');
}

/** @param {string} root @param {string} path @returns {string[]} */
function filesBelow(root, path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stats || IGNORED.test(path)) return [];
  if (!stats.isDirectory()) return [path];
  // Sorted by code unit: the order a file system lists names in differs from machine to machine.
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesBelow(root, `${path}/${name}`));
}
