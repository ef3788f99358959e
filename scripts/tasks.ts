/** The tasks behind the scripts of package.json, by name. Whatever is not one of them is an operator command. */
import { existsSync } from 'node:fs';
import { build, buildIfStale } from './tasks/build.ts';
import { check, format } from './tasks/check.ts';
import { runNode } from './tasks/process.ts';
import { testAll, testAtLength, testBrowser, testFirefox, testUnit } from './tasks/test.ts';

/** Resolves to the exit code. */
type Task = (args: readonly string[]) => Promise<number>;

const TASKS: Readonly<Record<string, Task>> = {
  start,
  build: async () => ((await build()) ? 0 : 1),
  check: async () => ((await check()) ? 0 : 1),
  format,
  test: testAll,
  'test:unit': testUnit,
  'test:e2e': (args) => testBrowser('e2e', args),
  'test:kill': (args) => testBrowser('kill', args),
  'test:kill-server': () => testAtLength('server/killed.test.ts', { SVJ_KILLS: '500' }),
  'test:simulate': () => testAtLength('web/vault/simulation.test.ts', { SVJ_SEEDS: '10000' }),
  'test:load': () => testAtLength('server/load.test.ts', { SVJ_REQUESTS: '10000' }),
  'test:slow-upload': () => testAtLength('server/slow-upload.test.ts', { SVJ_SLOW_MINUTES: '20' }),
  pictures: (args) => testBrowser('pictures', args),
  'test:large': (args) => testBrowser('large', args),
  'test:firefox': testFirefox,
  bench: async (args) => ((await buildIfStale()) ? runFile('bench/bench.ts', args) : 1)
};

/** What `server/main.ts` gives. */
interface RelayStart {
  readonly main: (env: Readonly<Record<string, string | undefined>>) => Promise<number>;
}

export async function runTask(argv: readonly string[]): Promise<void> {
  const [name = '', ...args] = argv;
  const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
  // `start` returns once the server listens, and keeps the process alive by it.
  const code = await (task === undefined ? operate(argv) : task(args));
  if (code !== 0) process.exitCode = code;
}

/** Serves in this very process, so that a signal reaches the server and nothing in between. */
async function start(): Promise<number> {
  if (!(await buildIfStale())) return 1;
  // By its address: the relay's types are Node's, and are not checked against the browser's that these files need.
  const { main } = (await import(new URL('../server/main.ts', import.meta.url).href)) as RelayStart;
  return main(process.env);
}

async function operate(argv: readonly string[]): Promise<number> {
  if (existsSync('server/cli/main.ts')) return runFile('server/cli/main.ts', argv);
  console.error(`Usage: npm run svj -- <command>\nCommands: ${Object.keys(TASKS).join(', ')}`);
  return argv[0] === '--help' ? 0 : 2;
}

async function runFile(file: string, args: readonly string[]): Promise<number> {
  if (existsSync(file)) return runNode([file, ...args]);
  console.error(`${file} does not exist in this checkout.`);
  return 1;
}
