/** 64 KiB from somewhere in a sealed file of 1 GiB, in Node. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure } from '../goals.ts';
import type { Column, Item, Role } from '../item.ts';
import { nodeColumn } from '../node/node-column.ts';
import { installedPeers } from '../peers.ts';

const BYTES = 2 ** 30;

export const seekItem: Item = {
  name: 'seek',
  about: '64 KiB from anywhere in a long sealed file, in Node; ms of one seek',
  goal: 2,
  goals: [figure('openedBytes', 128 * 1024)],
  async columns(options) {
    const directory = await mkdtemp(join(tmpdir(), 'svj-bench-seek-'));
    const bytes = options.bytes ?? BYTES;
    const columns: Column[] = [];
    const add = async (by: string, name: string, role: Role): Promise<void> => {
      columns.push(await nodeColumn(name, role, { task: 'seek', by, bytes, directory }));
    };
    try {
      await add('product', 'the app (openRange)', 'product');
      if (!options.onlyProduct) {
        await add('limit', 'one 64 KiB GCM call', 'limit');
        for (const by of installedPeers(['age'])) await add(by, 'age-encryption, from the head', 'peer');
      }
    } catch (thrown) {
      await Promise.all(columns.map((column) => column.close()));
      await rm(directory, { recursive: true, force: true });
      throw thrown;
    }
    return columns.map((column, index) => ({
      ...column,
      async close() {
        await column.close();
        // The files belong to all of them.
        if (index === columns.length - 1) await rm(directory, { recursive: true, force: true });
      }
    }));
  }
};
