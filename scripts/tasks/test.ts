/** `npm test` and its parts. Each prints `N passed, N failed` as its last line and fails when anything did. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { provideChromium, provideFirefox } from '../browsers.ts';
import { buildIfStale } from './build.ts';
import { check, sync } from './check.ts';
import { step } from './process.ts';
import { add, NOTHING, summary, tallied, tallyPlaywright, tallyVitest, type Tally } from './tally.ts';

// Reports carry the process id: two runs in one checkout must not read each other's.
const RESULTS = 'test-results';

const FAILED_STEP: Tally = { passed: 0, failed: 1, skipped: 0 };

/** Where the specs of each Playwright project lie. */
const SPECS = { e2e: 'e2e', kill: 'e2e/kill', large: 'e2e/large', pictures: 'e2e/pictures' } as const;
type BrowserProject = keyof typeof SPECS;

export async function testAll(): Promise<number> {
  if (!browserIsThere()) return finish(FAILED_STEP);
  const checked = await check();
  // Before the unit tests: some of them start the relay, which serves the build.
  const built = await buildIfStale();
  const unit = await vitest('unit, browser and build tests', []);
  const e2e = built ? await playwright('e2e', []) : FAILED_STEP;
  const firefox = built ? await firefoxTests([]) : FAILED_STEP;
  return finish(add(checked ? NOTHING : FAILED_STEP, unit, e2e, firefox));
}

export async function testUnit(args: readonly string[]): Promise<number> {
  // Some of them start the relay, which serves the build, or look at what was built.
  if (!browserIsThere() || !(await sync()) || !(await buildIfStale())) return finish(FAILED_STEP);
  return finish(await vitest('unit and browser tests', ['--project=!build', ...args]));
}

export async function testBrowser(project: BrowserProject, args: readonly string[]): Promise<number> {
  if (!existsSync(SPECS[project])) {
    console.log(`There are no tests in ${SPECS[project]}.`);
    return finish(NOTHING);
  }
  if (!browserIsThere() || !(await buildIfStale())) return finish(FAILED_STEP);
  return finish(await playwright(project, args));
}

/** One file of the unit tests, for as long as it takes: how long is said by its environment. */
export async function testAtLength(file: string, env: NodeJS.ProcessEnv): Promise<number> {
  if (!(await buildIfStale())) return finish(FAILED_STEP);
  return finish(await vitest(file, ['--project=unit', file], { ...env, ...process.env }));
}

export async function testFirefox(args: readonly string[]): Promise<number> {
  return finish((await buildIfStale()) ? await firefoxTests(args) : FAILED_STEP);
}

/** Firefox is the second browser: where it cannot be had, its tests are skipped and that is said. */
async function firefoxTests(args: readonly string[]): Promise<Tally> {
  const firefox = provideFirefox();
  if (firefox === undefined) {
    console.log(
      'Skipped: Firefox is not here and could not be installed. Install it, or set SVJ_FIREFOX to its executable.'
    );
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return vitest('Firefox tests', ['--config', 'vitest.firefox.config.ts', ...args], { SVJ_FIREFOX: firefox });
}

/** The browser found here is the one every runner uses; looking again could find another. */
function browserIsThere(): boolean {
  const chromium = provideChromium();
  if (chromium === undefined) {
    console.error(
      'No Chromium was found and none could be installed. Install one, or set SVJ_CHROMIUM to its executable.'
    );
    return false;
  }
  process.env['SVJ_CHROMIUM'] = chromium;
  return true;
}

async function vitest(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Tally> {
  const file = `${RESULTS}/vitest-${String(process.pid)}.json`;
  await mkdir(RESULTS, { recursive: true });
  const command = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json'];
  return tallied(file, () => step(name, [...command, `--outputFile.json=${file}`, ...args], env), tallyVitest);
}

async function playwright(project: BrowserProject, args: readonly string[]): Promise<Tally> {
  const file = `${RESULTS}/${project}-${String(process.pid)}.json`;
  const command = ['node_modules/@playwright/test/cli.js', 'test', `--project=${project}`, ...args];
  return tallied(file, () => step(`${project} tests`, command, { SVJ_E2E_REPORT: file }), tallyPlaywright);
}

function finish(tally: Tally): number {
  console.log(`\n${summary(tally)}`);
  return tally.failed > 0 ? 1 : 0;
}
