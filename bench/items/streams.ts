/** `seal` and `open` in a Chromium worker, `seal-node` and `open-node` in Node. */
import { browserColumns } from '../browser/browser-item.ts';
import { fasterThan, peakMiB } from '../goals.ts';
import type { Column, Item, Role } from '../item.ts';
import { nodeColumn } from '../node/node-column.ts';
import type { BenchOptions } from '../options.ts';
import { installedPeers } from '../peers.ts';
import type { StreamWork } from '../tasks/stream-columns.ts';

const MIB = 2 ** 20;
const CHROMIUM_BYTES = 128 * MIB;
const NODE_BYTES = 256 * MIB;

const LABELS = {
  product: 'the app (FLOE, 64 KiB)',
  limit: 'WebCrypto AES-256-GCM, 256 KiB × 4',
  openpgp: 'openpgp.js 6, GCM',
  libsodium: 'libsodium secretstream',
  age: 'age-encryption'
} as const;

interface Wanted {
  readonly name: string;
  readonly role: Role;
  readonly by: keyof typeof LABELS;
}

function wanted({ onlyProduct }: BenchOptions): Wanted[] {
  const column = (by: keyof typeof LABELS, role: Role): Wanted => ({ name: LABELS[by], role, by });
  if (onlyProduct) return [column('product', 'product')];
  const peers = installedPeers(['openpgp', 'libsodium', 'age']).map((by) => column(by, 'peer'));
  return [column('product', 'product'), column('limit', 'limit'), ...peers];
}

function inChromium(work: StreamWork, goal: number): Item {
  return {
    name: work,
    about: `${work} a stream in a Chromium worker`,
    goal,
    goals: [fasterThan(LABELS.openpgp, 2), fasterThan(LABELS.libsodium, 2), peakMiB(330)],
    columns: (options) => {
      const bytes = options.bytes ?? CHROMIUM_BYTES;
      const columns = wanted(options).map(({ name, role, by }) => ({
        name,
        role,
        task: { task: 'stream', work, by, bytes, input: options.input !== undefined } as const
      }));
      return browserColumns(columns, options);
    }
  };
}

function inNode(work: StreamWork, goal: number): Item {
  return {
    name: `${work}-node`,
    about: `${work} a stream in Node`,
    goal,
    goals: [peakMiB(170)],
    async columns(options) {
      const bytes = options.bytes ?? NODE_BYTES;
      const columns: Column[] = [];
      for (const { name, role, by } of wanted(options)) {
        columns.push(await nodeColumn(name, role, { task: 'stream', work, by, bytes, input: options.input }));
      }
      return columns;
    }
  };
}

export const streamItems: readonly Item[] = [
  inChromium('seal', 1.35),
  inChromium('open', 1.35),
  inNode('seal', 1.5),
  inNode('open', 1.5)
];
