/** Builds the benchmark's page, with the app's own code and workers in it, into a directory of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { installedPeers, PEERS, type PeerName } from '../peers.ts';

const BENCH = join(import.meta.dirname, '..');
const VIRTUAL = 'virtual:peers';

export interface BuiltPage {
  readonly directory: string;
  remove(): Promise<void>;
}

/** Only what is installed may be imported, or the page could not be built without a registry. */
function peersModule(): Plugin {
  const names = installedPeers(Object.keys(PEERS) as PeerName[]);
  const adapters = names.map((name) => `${name}: () => import(${JSON.stringify(join(BENCH, 'peers', `${name}.mjs`))})`);
  return {
    name: 'bench-peers',
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : undefined),
    load: (id) => (id === `\0${VIRTUAL}` ? `export const peers = { ${adapters.join(', ')} };` : undefined)
  };
}

export async function buildPage(): Promise<BuiltPage> {
  const directory = await mkdtemp(join(tmpdir(), 'svj-bench-page-'));
  await build({
    configFile: false,
    root: join(BENCH, 'page'),
    logLevel: 'error',
    plugins: [peersModule()],
    worker: { format: 'es', plugins: () => [peersModule()] },
    build: { outDir: directory, emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0, chunkSizeWarningLimit: 4096 }
  });
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
