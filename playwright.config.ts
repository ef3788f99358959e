import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { camera, chromiumArgs } from './e2e/camera.ts';
import { requireChromium } from './scripts/browsers.ts';

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });
}

// Each worker process reads this file again and must find the port that the first reading chose.
const port = (process.env['SVJ_E2E_PORT'] ??= String(await freePort()));
const isFirstReading = process.env['TEST_WORKER_INDEX'] === undefined;
if (isFirstReading) console.log(camera.description);

// Whole paths: a pattern such as `large/**` also matches a clone that lies in a folder of that name.
const e2e = join(import.meta.dirname, 'e2e');
const apart = { kill: join(e2e, 'kill'), pictures: join(e2e, 'pictures'), large: join(e2e, 'large') };

export default defineConfig({
  testDir: e2e,
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  // Two cores: one for the browser, one for everything else.
  workers: 1,
  // A test that passes at the second attempt has found something.
  retries: 0,
  forbidOnly: true,
  // Machines differ by a factor of four; what must be quick is measured by `npm run bench`.
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: process.env['SVJ_E2E_REPORT'] ?? 'test-results/e2e.json' }]],
  use: {
    // By name: passkeys do not work on a bare address.
    baseURL: `http://localhost:${port}`,
    browserName: 'chromium',
    locale: 'en-GB',
    trace: 'retain-on-failure',
    launchOptions: { executablePath: requireChromium(), args: chromiumArgs }
  },
  projects: [
    { name: 'e2e', testIgnore: Object.values(apart).map((directory) => join(directory, '**')) },
    { name: 'kill', testDir: apart.kill, timeout: 300_000 },
    { name: 'pictures', testDir: apart.pictures },
    { name: 'large', testDir: apart.large, timeout: 1_800_000 }
  ],
  webServer: {
    command: `"${process.execPath}" server/main.ts`,
    url: `http://localhost:${port}/readyz`,
    env: { PORT: port, DATA_DIR: isFirstReading ? mkdtempSync(join(tmpdir(), 'svj-e2e-')) : '' },
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 12_000 }
  }
});
