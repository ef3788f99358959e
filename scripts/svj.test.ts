import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const SCRIPT = 'scripts/svj.mjs';

interface Failure {
  readonly code: number;
  readonly stderr: string;
}

/** Runs what must fail; resolves to how. */
async function failing(node: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Failure> {
  return run(node, [SCRIPT, ...args], { env: { ...process.env, ...env } }).then(
    () => {
      throw new Error('It succeeded.');
    },
    (thrown: unknown) => thrown as Failure
  );
}

/** A Node of this machine that is too old to run the app itself, and new enough to run the script. */
function findOldNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return folders
    .map((folder) => join(folder, 'node'))
    .filter((file) => existsSync(file))
    .find((file) =>
      /^v(?:20\.(?:19|[2-9]\d)|21|22\.(?:\d|1[0-7]))\./.test(execFileSync(file, ['-v'], { encoding: 'utf8' }))
    );
}

const oldNode = findOldNode();

describe('the door to everything', () => {
  it('lists the commands for one it does not know', async () => {
    const { code, stderr } = await failing(process.execPath, ['no-such-command']);
    expect(code).not.toBe(0);
    expect(stderr).not.toBe('');
  });

  describe.skipIf(oldNode === undefined)('under a Node that is too old (skipped where none is installed)', () => {
    it('goes on under the packaged one and hands its exit code on', async () => {
      const { code, stderr } = await failing(oldNode ?? '', ['no-such-command']);
      expect(code).not.toBe(0);
      expect(stderr).not.toContain('ERR_UNKNOWN_FILE_EXTENSION');
    });

    it('says what to install where no packaged one helps, instead of starting itself for ever', async () => {
      const { code, stderr } = await failing(oldNode ?? '', ['check'], { SVJ_REEXECUTED: '1' });
      expect(code).toBe(1);
      expect(stderr).toContain('Install Node 24');
    });
  });
});
