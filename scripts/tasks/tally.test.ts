import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { add, NOTHING, summary, tallied, tallyPlaywright, tallyVitest } from './tally.ts';

describe('tally', () => {
  it('counts a file that could not be loaded as a failure', () => {
    const report = {
      numPassedTests: 4,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 1,
      testResults: [
        { status: 'failed', assertionResults: [] },
        { status: 'failed', assertionResults: [{}] },
        { status: 'passed', assertionResults: [{}] }
      ]
    };
    expect(tallyVitest(report)).toEqual({ passed: 4, failed: 2, skipped: 2 });
  });

  it('counts a flaky test as a failure', () => {
    expect(tallyPlaywright({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 } })).toEqual({
      passed: 3,
      failed: 2,
      skipped: 0
    });
  });

  it('adds up to one line', () => {
    const one = { passed: 1, failed: 0, skipped: 0 };
    expect(summary(add(one, one))).toBe('2 passed, 0 failed');
    expect(summary(add(NOTHING, { passed: 0, failed: 1, skipped: 2 }))).toBe('0 passed, 1 failed, 2 skipped');
  });

  it('counts a runner that crashes as one failure, and never reads an older report', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'svj-tally-')), 'report.json');
    await writeFile(file, 'old');
    expect(
      await tallied(
        file,
        () => Promise.resolve(false),
        () => NOTHING
      )
    ).toEqual({ passed: 0, failed: 1, skipped: 0 });
    await expect(readFile(file)).rejects.toThrow();
  });

  it('does not count a runner twice that names its failures', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'svj-tally-')), 'report.json');
    const run = () => writeFile(file, '{}').then(() => false);
    expect(await tallied(file, run, () => ({ passed: 1, failed: 2, skipped: 0 }))).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0
    });
  });
});
