/** A relay of one's own, beside the shared one: it can be stopped, killed and started again on the same address. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Relay {
  readonly dataDir: string;
  readonly #env: Readonly<Record<string, string>>;
  #port = 0;
  #child: ChildProcess | undefined;

  private constructor(dataDir: string, env: Readonly<Record<string, string>>) {
    this.dataDir = dataDir;
    this.#env = env;
  }

  /** Listens on a free port with an empty data directory. `env` adds variables of the configuration. */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<Relay> {
    const relay = new Relay(await mkdtemp(join(tmpdir(), 'svj-relay-')), env);
    await relay.restart();
    return relay;
  }

  get origin(): string {
    return `http://localhost:${String(this.#port)}`;
  }

  /** Starts again after `stop` or `kill`, on the same port and data. */
  async restart(): Promise<void> {
    if (this.#child) throw new Error('The relay is running.');
    const child = spawn(process.execPath, ['server/main.ts'], {
      env: { ...process.env, PORT: String(this.#port), DATA_DIR: this.dataDir, ...this.#env },
      stdio: ['ignore', 'pipe', 'inherit']
    });
    this.#child = child;
    this.#port = await readPort(child);
    child.stdout.resume();
  }

  /** As an operator does: what runs may finish. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** As a power cut does. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async dispose(): Promise<void> {
    if (this.#child) await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

function readPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const port = /http:\/\/localhost:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('exit', () => {
      reject(new Error(`The relay ended before it listened: ${said}`));
    });
  });
}
