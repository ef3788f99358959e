/** A real PostgreSQL for tests: found or installed, started on loopback in a folder of its own, and ended with the test. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  readonly #process: ChildProcess;
  #databases = 0;

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.#folder = folder;
    this.#port = port;
    this.#process = child;
  }

  /** Found, or installed where that is possible. False comes with a line that says what is not tested. */
  static isAvailable(): boolean {
    if (findPrograms() !== undefined || (install() && findPrograms() !== undefined)) return true;
    process.stderr.write('No PostgreSQL here, and none can be installed: what needs it is not tested.\n');
    return false;
  }

  /** Where one {@link isAvailable}. */
  static async start(): Promise<PostgresServer> {
    const programs = findPrograms();
    if (programs === undefined) throw new Error('No PostgreSQL here.');
    const folder = await mkdtemp(join(tmpdir(), 'svj-postgres-'));
    await chmod(folder, 0o777);
    const data = join(folder, 'data');
    const options = ['-D', data, '-A', 'trust', '-U', 'svj', '--no-sync', '-E', 'UTF8', '--locale=C'];
    execFileSync(...asPostgres(join(programs, 'initdb'), options), { stdio: 'ignore' });
    const port = await freePort();
    const child = spawn(
      ...asPostgres(join(programs, 'postgres'), [
        ...['-D', data, '-k', folder, '-p', String(port)],
        ...['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'max_connections=50']
      ]),
      { stdio: 'ignore' }
    );
    const server = new PostgresServer(folder, port, child);
    await server.#ready();
    return server;
  }

  /** The address of a new, empty database. */
  async database(): Promise<string> {
    const name = `test${String(++this.#databases)}`;
    await this.#run('postgres', `create database ${name}`);
    return this.#url(name);
  }

  async stop(): Promise<void> {
    // SIGINT is its "fast" shutdown: open connections are cut.
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGINT');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  #url(database: string): string {
    return `postgres://svj@127.0.0.1:${String(this.#port)}/${database}`;
  }

  async #ready(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#run('postgres', 'select 1');
        return;
      } catch (thrown) {
        if (attempt === 200 || this.#process.exitCode !== null) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #run(database: string, sql: string): Promise<void> {
    const client = new Client({ connectionString: this.#url(database) });
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

/** Debian keeps them out of the path, in a folder per version; the newest one is taken. */
function findPrograms(): string | undefined {
  const folders = [
    ...globSync('/usr/lib/postgresql/*/bin').sort((a, b) => Number(b.split('/')[4]) - Number(a.split('/')[4])),
    ...['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/local/pgsql/bin']
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function install(): boolean {
  if (process.platform !== 'linux' || !isRoot() || !existsSync('/usr/bin/apt-get')) return false;
  const apt = (...args: string[]): boolean =>
    // Another test may be installing at this very moment.
    spawnSync('/usr/bin/apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    }).status === 0;
  const packages = ['install', '-y', '--no-install-recommends', 'postgresql'];
  return apt(...packages) || (apt('update') && apt(...packages));
}

/** It refuses to run as root. `setpriv` becomes the program, so that a signal reaches it; it ends with the test. */
function asPostgres(program: string, args: readonly string[]): [string, string[]] {
  if (!isRoot()) return [program, [...args]];
  return [
    'setpriv',
    ['--pdeathsig=INT', '--reuid=postgres', '--regid=postgres', '--init-groups', '--', program, ...args]
  ];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}
