/** Argon2id with 64 MiB and three passes: the app's kdf worker beside bare hash-wasm. */
import { browserColumns } from '../browser/browser-item.ts';
import { figure } from '../goals.ts';
import type { Item } from '../item.ts';
import { installedPeers } from '../peers.ts';

const LABELS = { libsodium: 'libsodium-sumo', argon2browser: 'argon2-browser' } as const;

export const unlockItem: Item = {
  name: 'unlock',
  about: 'Argon2id, 64 MiB, 3 passes, 1 lane, in a Chromium worker',
  goal: 1.1,
  goals: [figure('longestTaskMs', 50)],
  columns: (options) => {
    const product = { name: 'the app (kdf worker, key sent)', role: 'product', task: { task: 'unlock' } } as const;
    if (options.onlyProduct) return browserColumns([product], options);
    const limit = { name: 'hash-wasm', role: 'limit', task: { task: 'argon2', by: 'limit' } } as const;
    const peers = installedPeers(['libsodium', 'argon2browser']).map((by) => ({
      name: LABELS[by],
      role: 'peer' as const,
      task: { task: 'argon2' as const, by }
    }));
    return browserColumns([product, limit, ...peers], options);
  }
};
