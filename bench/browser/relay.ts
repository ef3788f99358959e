/** The app as it is served: `server/main.ts` on a free port. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const PATIENCE_MS = 15_000;

export interface ServedApp {
  readonly origin: string;
  close(): Promise<void>;
}

export async function serveApp(): Promise<ServedApp> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const directory = await mkdtemp(join(tmpdir(), 'svj-bench-relay-'));
  const server = spawn(process.execPath, [join(ROOT, 'server', 'main.ts')], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), DATA_DIR: directory },
    stdio: ['ignore', 'ignore', 2]
  });
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    server.kill();
    await gone;
    await rm(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await answers(`${origin}/readyz`))) {
    if (Date.now() > deadline) {
      await close();
      throw new Error('the relay did not become ready');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { origin, close };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
