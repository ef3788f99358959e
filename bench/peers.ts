/** The libraries the app is measured beside. They belong to the benchmark alone and have their own lock file. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Package of each adapter in peers/. */
export const PEERS = {
  openpgp: 'openpgp',
  libsodium: 'libsodium-wrappers-sumo',
  age: 'age-encryption',
  argon2browser: 'argon2-browser'
} as const;

export type PeerName = keyof typeof PEERS;

function isInstalled(name: PeerName): boolean {
  return existsSync(join(import.meta.dirname, 'node_modules', PEERS[name], 'package.json'));
}

/** Installs them when they are missing; without a registry the app is measured beside its limit only. */
export function providePeers(): void {
  const names = Object.keys(PEERS) as PeerName[];
  if (names.every(isInstalled)) return;
  console.error('Installing the peers of bench/package.json …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = process.env['npm_execpath'];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: import.meta.dirname, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: import.meta.dirname, stdio: ['ignore', 2, 2] });
  if (status !== 0) console.error('The peers could not be installed; going on without them.');
}

export function installedPeers<N extends PeerName>(names: readonly N[]): N[] {
  return names.filter(isInstalled);
}
