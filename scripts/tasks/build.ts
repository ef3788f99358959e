/** Builds the app into `build/`, once per state of its sources. */
import { readFile, writeFile } from 'node:fs/promises';
import { sourceHash } from '../source-hash.mjs';
import { step } from './process.ts';

// Inside the build, so that a build that is cleared away takes its stamp along; dot files are not served.
const STAMP = 'build/.stamp';

export async function build(): Promise<boolean> {
  // Taken first: sources that change during the build make it stale.
  const hash = sourceHash('.');
  const built =
    (await step('licences', ['scripts/licences.mjs'])) &&
    (await step('build', ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']));
  if (built) await writeFile(STAMP, hash);
  return built;
}

export async function buildIfStale(): Promise<boolean> {
  const stamp = await readFile(STAMP, 'utf8').catch(() => '');
  return stamp === sourceHash('.') || build();
}
