/** Reads what the test runners report and adds it up. */
import { readFile, rm } from 'node:fs/promises';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };
const ONE_FAILURE: Tally = { passed: 0, failed: 1, skipped: 0 };

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

interface PlaywrightReport {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
}

export function add(...tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped
    }),
    NOTHING
  );
}

/** The last line of every test command, alone on its line. */
export function summary({ passed, failed, skipped }: Tally): string {
  return `${String(passed)} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}`;
}

export function tallyVitest(report: VitestReport): Tally {
  // A file that could not be loaded has no failed test in it, and is a failure all the same.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests
  };
}

export function tallyPlaywright({ stats }: PlaywrightReport): Tally {
  // Nothing is retried, so nothing can be flaky; if it ever is, it did not pass.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/**
 * Runs one runner that writes its report to `file`. A runner that ends badly without naming a failed test (it
 * crashed, or something threw outside of a test) counts as one failure.
 */
export async function tallied<Report>(
  file: string,
  run: () => Promise<boolean>,
  read: (report: Report) => Tally
): Promise<Tally> {
  await rm(file, { force: true });
  const passed = await run();
  const text = await readFile(file, 'utf8').catch(() => undefined);
  await rm(file, { force: true });
  const tally = text === undefined ? NOTHING : read(JSON.parse(text) as Report);
  return !passed && tally.failed === 0 ? add(tally, ONE_FAILURE) : tally;
}
