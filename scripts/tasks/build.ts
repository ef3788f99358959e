/** Builds the app into `build/`, once per state of its sources. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { sourceHash } from '../source-hash.mjs';
import { step } from './process.ts';

// One build at a time: two commands started together must not write into each other's output.
const LOCK = 'node_modules/.cache/svj-build.lock';
const LOCK_POLL_MS = 200;

// Inside the build, so that a build that is cleared away takes its stamp along; dot files are not served.
const STAMP = 'build/.stamp';

export function build(): Promise<boolean> {
  return locked(buildNow);
}

/** Asks again once it is its turn: the one before may have built the very same sources. */
export async function buildIfStale(): Promise<boolean> {
  return (await isFresh()) || locked(async () => (await isFresh()) || buildNow());
}

async function isFresh(): Promise<boolean> {
  return (await readFile(STAMP, 'utf8').catch(() => '')) === sourceHash('.');
}

async function buildNow(): Promise<boolean> {
  // Taken first: sources that change during the build make it stale.
  const hash = sourceHash('.');
  const built =
    (await step('licences', ['scripts/licences.mjs'])) &&
    (await step('build', ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']));
  if (built) await writeFile(STAMP, hash);
  return built;
}

async function locked<T>(work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(LOCK), { recursive: true });
  while (!(await acquire())) await setTimeout(LOCK_POLL_MS);
  try {
    return await work();
  } finally {
    await rm(LOCK, { force: true });
  }
}

async function acquire(): Promise<boolean> {
  try {
    await writeFile(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const holder = Number(await readFile(LOCK, 'utf8').catch(() => ''));
    // A holder that was killed cannot release it. An empty lock is just being written.
    if (holder > 0 && !isAlive(holder)) await rm(LOCK, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
