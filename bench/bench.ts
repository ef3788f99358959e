/**
 * `npm run bench`: the built app's work beside its limit and its peers, in one run. Nothing here
 * is part of the app; browser items build a page of their own, into a temporary directory.
 */
import type { Column, ColumnResult, Item } from './item.ts';
import { ITEMS } from './items/items.ts';
import { measure } from './measure.ts';
import { parseOptions, USAGE, type BenchOptions } from './options.ts';
import { providePeers } from './peers.ts';
import { report } from './report.ts';

function chosen(names: readonly string[]): Item[] {
  if (names.length === 0) return [...ITEMS];
  return names.map((name) => {
    const item = ITEMS.find((one) => one.name === name);
    if (item === undefined)
      throw new Error(`No item ${name}. Known: ${ITEMS.map((one) => one.name).join(', ')}\n${USAGE}`);
    return item;
  });
}

async function results(item: Item, options: BenchOptions): Promise<ColumnResult[]> {
  const columns: Column[] = await item.columns(options);
  try {
    return await measure(columns, options.rounds);
  } finally {
    for (const column of columns.toReversed()) await column.close();
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  const items = chosen(options.items);
  if (!options.onlyProduct) providePeers();
  let failed = 0;
  for (const item of items) {
    try {
      report(item, await results(item, options), options.json);
    } catch (thrown) {
      failed++;
      console.error(`${item.name} could not be measured:`, thrown instanceof Error ? thrown.message : thrown);
    }
  }
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 2;
}
