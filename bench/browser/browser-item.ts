/** Makes the columns of an item that runs in the benchmark's page. */
import type { Column, Role } from '../item.ts';
import type { BenchOptions } from '../options.ts';
import type { Task } from '../page/task.ts';
import { browserColumn, type Clock } from './browser-column.ts';
import { buildPage } from './page-build.ts';
import { servePage } from './page-server.ts';

export interface BrowserColumn {
  readonly name: string;
  readonly role: Role;
  readonly task: Task;
  readonly clock?: Clock;
}

export async function browserColumns(wanted: readonly BrowserColumn[], options: BenchOptions): Promise<Column[]> {
  const built = await buildPage();
  const server = await servePage(built.directory, options.input);
  const columns: Column[] = [];
  const shut = async (): Promise<void> => {
    await server.close();
    await built.remove();
  };
  try {
    for (const column of wanted) columns.push(await browserColumn(server.origin, column));
  } catch (thrown) {
    await Promise.all(columns.map((column) => column.close()));
    await shut();
    throw thrown;
  }
  const [first, ...others] = columns;
  if (first === undefined) {
    await shut();
    return [];
  }
  // The page belongs to all of them and goes with the first.
  const closing = {
    ...first,
    async close() {
      await first.close();
      await shut();
    }
  };
  return [closing, ...others];
}
