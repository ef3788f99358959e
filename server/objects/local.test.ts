import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalObjectStore } from './local.ts';
import { runObjectStoreSuite } from './testing/object-store-suite.ts';

runObjectStoreSuite('objects on a local disk', async () => {
  const root = join(await mkdtemp(join(tmpdir(), 'svj-objects-')), 'objects');
  return {
    store: new LocalObjectStore(root),
    reopen: () => Promise.resolve(new LocalObjectStore(root)),
    boundary: 1 << 20
  };
});
