import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './scripts/browsers.ts';
import { vectors } from './scripts/vectors-plugin.ts';

const BUILD_TESTS = 'scripts/reproducible.test.ts';
const plugins = [vectors(), svelte()];
const executablePath = findChromium();

export default defineConfig({
  test: {
    // Two cores are what a small machine has; more workers only fight over them.
    maxWorkers: 2,
    // Properties and key derivation take their time where other work goes on beside them.
    testTimeout: 30_000,
    projects: [
      {
        plugins,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{shared,web,server,scripts}/**/*.test.ts'],
          exclude: ['**/*.browser.test.ts', BUILD_TESTS]
        }
      },
      // Apart, since it takes as long as all others together: `npm test` runs it, `npm run test:unit` does not.
      { test: { name: 'build', environment: 'node', include: [BUILD_TESTS] } },
      {
        plugins,
        test: {
          // The pure suites again, where their code really runs, and those that need a browser at all.
          name: 'browser',
          include: [
            'shared/**/*.test.ts',
            'web/vault/{recovery,slots,page-reader}.test.ts',
            'web/**/*.browser.test.ts',
            'scripts/vectors-plugin.test.ts'
          ],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: CHROMIUM_ARGS, ...(executablePath === undefined ? {} : { executablePath }) }
            }),
            instances: [{ browser: 'chromium' }]
          }
        }
      }
    ]
  }
});
