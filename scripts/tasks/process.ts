/** Starts other programs and waits for them. */
import { spawn } from 'node:child_process';

/** Runs a script under the Node of this process; resolves to its exit code. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', reject);
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

/** Runs one named step, says how long it took and whether it passed. */
export async function step(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> {
  const started = performance.now();
  console.log(`\n── ${name}`);
  const passed = (await runNode(args, env)) === 0;
  console.log(`── ${name}: ${passed ? 'ok' : 'FAILED'} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return passed;
}
