import { defineConfig } from 'vitest/config';

/** The second browser. Playwright drives only a Firefox of its own making, so these go through WebDriver BiDi. */
export default defineConfig({
  test: {
    name: 'firefox',
    environment: 'node',
    include: ['e2e/firefox/**/*.test.ts'],
    // One Firefox at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
});
