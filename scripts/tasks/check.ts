/** Types, lint, import directions and format of the whole repository. */
import { runNode, step } from './process.ts';

const TSC = 'node_modules/typescript/bin/tsc';
const PRETTIER = 'node_modules/prettier/bin/prettier.cjs';

// Both tools go by content, so what they remember is never stale. The linter's memory would be: it looks at types of other files.
const CACHE = 'node_modules/.cache/svj';

/** One program per environment: what exists in one must not be seen by the others. svelte-check does the page's. */
const PROJECTS = [
  'shared/tsconfig.json',
  'web/tsconfig.workers.json',
  'web/service-worker/tsconfig.json',
  'server/tsconfig.json',
  'tsconfig.tools.json',
  'tsconfig.tests.json'
];

/** Writes what the page's types and the linter extend. */
export async function sync(): Promise<boolean> {
  return step('sync', ['node_modules/@sveltejs/kit/svelte-kit.js', 'sync']);
}

/** Runs every step, also after one has failed: one run names everything there is to mend. */
export async function check(): Promise<boolean> {
  if (!(await sync())) return false;
  const results = [
    await step('types of the page', [
      'node_modules/svelte-check/bin/svelte-check',
      '--tsconfig',
      'tsconfig.json',
      '--fail-on-warnings'
    ])
  ];
  for (const project of PROJECTS) {
    const seen = `${CACHE}/${project.replaceAll('/', '-')}.tsbuildinfo`;
    const args = ['--project', project, '--incremental', '--tsBuildInfoFile', seen];
    results.push(await step(`types of ${project}`, [TSC, ...args]));
  }
  results.push(await step('lint', ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']));
  results.push(
    await step('format', [
      PRETTIER,
      '--check',
      '--cache',
      '--cache-location',
      `${CACHE}/prettier`,
      '--log-level',
      'warn',
      '.'
    ])
  );
  return results.every(Boolean);
}

export async function format(args: readonly string[]): Promise<number> {
  return runNode([PRETTIER, '--write', '--log-level', 'warn', ...(args.length > 0 ? args : ['.'])]);
}
