/** The relay as a process, spoken to over a socket: what no request in process can show. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';

const built = existsSync('build/index.html');
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

async function launch(env: Record<string, string>): Promise<ChildProcess> {
  const data = await mkdtemp(join(tmpdir(), 'svj-data-'));
  const child = spawn(process.execPath, ['server/main.ts'], {
    env: { ...process.env, DATA_DIR: data, PORT: '0', ...env }
  });
  running.add(child);
  return child;
}

async function portOf(child: ChildProcess): Promise<number> {
  let seen = '';
  for await (const chunk of child.stdout ?? []) {
    seen += String(chunk);
    const port = /https?:\/\/localhost:(\d+)/.exec(seen)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`The relay ended without a word: ${seen}`);
}

async function said(child: ChildProcess): Promise<string> {
  return child.stderr ? text(child.stderr) : '';
}

async function exitCode(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, 'exit')) as unknown[];
  return code;
}

/** Sends the bytes as they are: clients and URL parsers would tidy the path. */
async function raw(port: number, requestLine: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`${requestLine}\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

describe('a start that cannot work', () => {
  it('says in one line which variable takes what', async () => {
    const child = await launch({ PORT: 'many' });
    const [sentence, code] = await Promise.all([said(child), exitCode(child)]);
    expect(sentence).toBe('PORT takes a port number from 0 to 65535 (0: any free one).\n');
    expect(code).toBe(1);
  });
});

describe.skipIf(!built)('a running relay (skipped where the app is not built)', () => {
  it('gives no file away to a crooked path', async () => {
    const port = await portOf(await launch({}));
    for (const path of [
      '/../../../etc/passwd',
      '/..%2f..%2fetc/passwd',
      '/_app/../../package.json',
      '//etc/passwd',
      '*'
    ]) {
      const answer = await raw(port, `GET ${path} HTTP/1.1`);
      // What is left of a path once it is tidied may be the name of a screen, and then the document is the answer.
      expect(answer, path).toMatch(/^HTTP\/1\.1 4\d\d |<!doctype html>/);
      expect(answer, path).not.toMatch(/root:|"private": true/);
    }
  });

  it('does not reflect the Host header', async () => {
    const port = await portOf(await launch({}));
    const socket = connect(port, '127.0.0.1');
    socket.end('GET /nothing.js HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(await text(socket)).not.toContain('evil.example');
  });

  it('ends by itself on SIGTERM, at once when nothing runs', async () => {
    const child = await launch({});
    await portOf(child);
    const started = performance.now();
    child.kill('SIGTERM');
    expect(await exitCode(child)).toBe(0);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('says that a port is taken', async () => {
    const port = await portOf(await launch({}));
    const second = await launch({ PORT: String(port) });
    expect(await said(second)).toMatch(/^PORT takes .*taken\.\n$/);
  });
});

/** What a client that speaks these versions gets to hear. */
async function overTls(port: number, version: SecureVersion): Promise<string> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    maxVersion: version
  });
  try {
    await once(socket, 'secureConnect');
    socket.end('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    return `${String(socket.getProtocol())} ${await text(socket)}`;
  } catch (thrown) {
    return String((thrown as NodeJS.ErrnoException).code);
  } finally {
    socket.destroy();
  }
}

describe.skipIf(!built || !hasOpenssl)(
  'over TLS (skipped without a build, or without openssl to make a certificate)',
  () => {
    it('speaks version 1.3, refuses every older one, and asks browsers to come back over TLS only', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'svj-tls-'));
      const [TLS_KEY, TLS_CERT] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-subj', '/CN=localhost', '-nodes'];
      execFileSync('openssl', ['req', '-x509', ...made, '-keyout', TLS_KEY, '-out', TLS_CERT], { stdio: 'ignore' });
      const port = await portOf(await launch({ TLS_KEY, TLS_CERT }));
      const answer = await overTls(port, 'TLSv1.3');
      expect(answer).toMatch(/^TLSv1\.3 HTTP\/1\.1 200 /);
      expect(answer).toMatch(/strict-transport-security: max-age=63072000; includeSubDomains; preload/i);
      for (const older of ['TLSv1.2', 'TLSv1.1', 'TLSv1'] as const) {
        expect(await overTls(port, older), older).toMatch(/^(?:ERR_SSL|ECONNRESET)/);
      }
    });
  }
);
