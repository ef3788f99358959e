/** The relay as it runs: a process of its own, reached over sockets, that may be ended, killed and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { TestClient, type Reached } from './relay-client.ts';

const running = new Set<ChildProcess>();

export class RealRelay implements Reached {
  readonly child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  /** Whoever asks it may say from which address: it takes loopback for a proxy. */
  static async start(dataDir: string, env: Record<string, string> = {}): Promise<RealRelay> {
    const child = spawn(process.execPath, ['server/main.ts'], {
      env: { ...process.env, TRUSTED_PROXY: '127.0.0.1', ...env, DATA_DIR: dataDir, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit']
    });
    running.add(child);
    let said = '';
    for await (const chunk of child.stdout) {
      said += String(chunk);
      const port = /localhost:(\d+)/.exec(said)?.[1];
      if (port !== undefined) return new RealRelay(child, Number(port));
    }
    throw new Error(`The relay ended before it listened: ${said}`);
  }

  /** For the end of a test, however it came. */
  static killAll(): void {
    for (const child of running) child.kill('SIGKILL');
    running.clear();
  }

  get now(): number {
    return Date.now();
  }

  /** Its clock is that of the machine. */
  pass(): void {
    return undefined;
  }

  client(): TestClient {
    return new TestClient(this);
  }

  fetch(path: string, init: RequestInit, address: string): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('X-Forwarded-For', address);
    return fetch(`http://127.0.0.1:${String(this.port)}${path}`, { ...init, headers });
  }

  /** A connection on which nothing was said yet. What it hears is gathered in `heard`. */
  async connection(): Promise<Connection> {
    const socket = connect(this.port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const connection = { socket, heard: '', closed };
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => (connection.heard += String(chunk)));
    await once(socket, 'connect');
    return connection;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

export interface Connection {
  readonly socket: Socket;
  heard: string;
  readonly closed: Promise<void>;
}

/** The head of a request, as it goes over a socket. */
export function requestHead(method: string, path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
