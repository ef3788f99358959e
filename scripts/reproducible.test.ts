/**
 * Two builds of the same sources, in two places, two time zones and two languages, are the same bytes: whoever doubts
 * what a relay serves can build it and compare.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';

const run = promisify(execFile);
const SOURCES = [
  'package.json',
  'package-lock.json',
  'svelte.config.js',
  'vite.config.ts',
  'tsconfig.json',
  'tsconfig.base.json',
  'scripts',
  'shared',
  'static',
  'web'
];
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function copySources(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  folders.push(folder);
  for (const source of SOURCES.filter(existsSync)) await cp(source, join(folder, source), { recursive: true });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function build(cwd: string, env: NodeJS.ProcessEnv): Promise<Map<string, string>> {
  const options = { cwd, env: { ...process.env, NODE_ENV: undefined, VITEST: undefined, ...env } };
  await run(process.execPath, ['scripts/licences.mjs'], options);
  await run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error'], options);
  return hashesBelow(join(cwd, 'build'));
}

async function hashesBelow(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes = files.sort().map(async (file) => {
    const hash = createHash('sha256').update(await readFile(file));
    return [file.slice(folder.length), hash.digest('hex')] as const;
  });
  return new Map(await Promise.all(hashes));
}

it('two clean builds are bit-identical', { timeout: 900_000 }, async () => {
  // Both copies are made first: the sources may change while the first build runs.
  const [here, there] = [await copySources('svj-build-'), await copySources('svj-build-of-another-length-')];
  const first = await build(here, { TZ: 'UTC', LANG: 'C' });
  const second = await build(there, { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8' });
  expect(first.has('/index.html')).toBe(true);
  expect(second).toEqual(first);
});
