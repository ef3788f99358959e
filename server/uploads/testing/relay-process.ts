/** The relay's uploads as a process of their own, spoken to over sockets, cut off and killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'vitest';
import { OFFSET_TYPE, TICKET_HEADER } from '../upload-headers.ts';
import { ALICE, as, offsetOf, placeOf, tus } from './upload-subject.ts';

const running = new Set<ChildProcess>();

export class RelayProcess {
  readonly child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.child = child;
    this.port = port;
  }

  /** @param env where its database and its objects are, when not under `dataDir` */
  static async start(dataDir: string, env: Record<string, string> = {}): Promise<RelayProcess> {
    const child = spawn(process.execPath, ['server/uploads/testing/upload-process.ts', dataDir], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit']
    });
    running.add(child);
    for await (const said of child.stdout) {
      const port = /port (\d+)/.exec(String(said))?.[1];
      if (port !== undefined) return new RelayProcess(child, Number(port));
    }
    throw new Error('The relay ended before it listened.');
  }

  static endAll(): void {
    for (const child of running) child.kill('SIGKILL');
    running.clear();
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, init);
  }

  async create(objectId: string, length: number): Promise<string> {
    const body = JSON.stringify({ objectId, length });
    const given = await this.fetch('/api/tickets', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...as(ALICE) },
      body
    });
    const { ticket } = (await given.json()) as { ticket: string };
    const headers = tus({ [TICKET_HEADER]: ticket, 'Upload-Length': String(length) });
    const created = await this.fetch('/api/uploads', { method: 'POST', headers });
    expect(created.status).toBe(201);
    return placeOf(created);
  }

  async offset(where: string): Promise<number> {
    const response = await this.fetch(where, { method: 'HEAD', headers: tus({}) });
    expect(response.status).toBe(200);
    return offsetOf(response);
  }

  /** Sends a PATCH for all of `bytes`, and does `then` when `count` of them are on their way. */
  async patchUntil(where: string, offset: number, bytes: Uint8Array, count: number, then: () => void): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    const headers = tus({
      Host: 'localhost',
      'Content-Type': OFFSET_TYPE,
      'Content-Length': String(bytes.length),
      'Upload-Offset': String(offset)
    });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`PATCH ${where} HTTP/1.1\r\n${lines.join('')}\r\n`);
    await new Promise<void>((sent) => socket.write(bytes.subarray(0, count), () => sent()));
    then();
    socket.destroy();
    await closed;
  }

  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
