/** What stands between an unlock and a timeline of 10,000 entries: the sealed list, read, opened and parsed. */
import { browserColumns } from '../browser/browser-item.ts';
import type { Item } from '../item.ts';

export const recordsItem: Item = {
  name: 'records',
  about: '10,000 entries of 2 KiB listed at unlock, in a Chromium worker',
  goal: 2.5,
  columns: (options) => {
    const product = {
      name: 'the app (sealed list, from the database)',
      role: 'product',
      task: { task: 'records', by: 'product' }
    } as const;
    if (options.onlyProduct) return browserColumns([product], options);
    const limit = {
      name: 'WebCrypto AES-256-GCM, 1 MiB calls, nothing else',
      role: 'limit',
      task: { task: 'records', by: 'limit' }
    } as const;
    return browserColumns([product, limit], options);
  }
};
