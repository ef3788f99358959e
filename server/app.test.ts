import { mkdtemp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusal } from './api/refusal.ts';
import { createApp, type AppParts } from './app.ts';
import { BlockedContent } from './csp-reports.ts';
import { COMMON_HEADERS, documentPolicy, INERT_POLICY, SERVICE_WORKER_POLICY, WORKER_POLICY } from './headers.ts';
import { createSite } from './site.ts';
import { readSite, type SiteFiles } from './site-files.ts';

const META = "default-src 'none'; script-src 'self' 'sha256-AAAA='";
const HTML = `<!doctype html><meta http-equiv="content-security-policy" content="${META}"><title>x</title>`;
const CHUNK = '/_app/immutable/chunks/abc.js';
const WORKER = '/_app/immutable/workers/vault-abc.js';
const WORKER_CHUNK = '/_app/immutable/workers/chunks/def.js';
const SCREEN = { Accept: 'text/html,*/*;q=0.8' };

const BUILD: Readonly<Record<string, string | Uint8Array>> = {
  '/index.html': HTML,
  [CHUNK]: 'chunk',
  [`${CHUNK}.gz`]: gzipSync('chunk'),
  [`${CHUNK}.br`]: 'pretend brotli',
  [WORKER]: 'worker',
  [WORKER_CHUNK]: 'worker chunk',
  '/service-worker.js': 'service worker',
  '/manifest.webmanifest': '{}',
  '/licences.json': '[]',
  '/icons/icon.svg': '<svg/>',
  '/lonely.gz': 'no copy of anything',
  '/.stamp': 'ours'
};

let files: SiteFiles;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'svj-site-'));
  for (const [path, content] of Object.entries(BUILD)) {
    await mkdir(dirname(folder + path), { recursive: true });
    await writeFile(folder + path, content);
  }
  await symlink('/etc/passwd', join(folder, 'passwd.txt'));
  files = await readSite(folder);
});

/** Without routes: what is asked of it is not there. */
const NO_API = new Hono();
NO_API.all('*', () => refusal('http/not-found'));

function appWith(parts: Partial<AppParts> = {}) {
  return createApp({ site: createSite(files), api: NO_API, probes: [], tls: false, isDraining: () => false, ...parts });
}

async function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return appWith().request(path, { headers, method });
}

describe('headers', () => {
  const everywhere: readonly (readonly [string, string, string])[] = [
    ['GET', '/', 'the document'],
    ['GET', CHUNK, 'a script'],
    ['GET', WORKER, 'a worker'],
    ['GET', '/service-worker.js', 'the service worker'],
    ['GET', '/healthz', 'health'],
    ['GET', '/readyz', 'readiness'],
    ['GET', '/api/nothing', 'an unknown call'],
    ['GET', '/missing.js', 'a missing file'],
    ['POST', '/', 'a refused method']
  ];

  it.each(everywhere)('%s %s (%s) carries every common header and a policy', async (method, path) => {
    const { headers } = await get(path, SCREEN, method);
    for (const [name, value] of Object.entries(COMMON_HEADERS)) expect(headers.get(name), name).toBe(value);
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(headers.get('Cache-Control')).toBeTruthy();
    expect(headers.get('Strict-Transport-Security')).toBeNull();
    expect(headers.get('Server')).toBeNull();
    expect(headers.get('X-Powered-By')).toBeNull();
  });

  it('says what the common headers are', () => {
    expect(COMMON_HEADERS).toMatchObject({
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Origin-Agent-Cluster': '?1',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer'
    });
    const permissions = COMMON_HEADERS['Permissions-Policy'] ?? '';
    for (const allowed of ['camera', 'microphone', 'screen-wake-lock'])
      expect(permissions).toContain(`${allowed}=(self)`);
    for (const denied of ['geolocation', 'display-capture', 'usb']) expect(permissions).toContain(`${denied}=()`);
  });

  it('asks for TLS for good, over TLS', async () => {
    const response = await appWith({ tls: true }).request('/', { headers: SCREEN });
    expect(response.headers.get('Strict-Transport-Security')).toBe('max-age=63072000; includeSubDomains; preload');
  });

  const policies: readonly (readonly [string, string])[] = [
    ['/', `${META}; frame-ancestors 'none'; report-to csp`],
    ['/index.html', INERT_POLICY],
    [WORKER, WORKER_POLICY],
    [WORKER_CHUNK, WORKER_POLICY],
    ['/service-worker.js', SERVICE_WORKER_POLICY],
    [CHUNK, INERT_POLICY],
    ['/icons/icon.svg', INERT_POLICY],
    ['/api/x', INERT_POLICY]
  ];

  it.each(policies)('%s has its own policy', async (path, policy) => {
    const { headers } = await get(path, SCREEN);
    if (path === '/index.html') expect(headers.get('Content-Security-Policy')).toContain('sha256-');
    else expect(headers.get('Content-Security-Policy')).toBe(policy);
  });

  it('gives workers no way to the network, and no way to start others', () => {
    expect(WORKER_POLICY).toContain("connect-src 'none'");
    expect(WORKER_POLICY).toContain("worker-src 'none'");
    expect(WORKER_POLICY).toContain("script-src 'self' 'wasm-unsafe-eval'");
  });

  it('lets the service worker serve the whole origin', async () => {
    const { headers } = await get('/service-worker.js');
    expect(headers.get('Service-Worker-Allowed')).toBe('/');
    expect((await get(CHUNK)).headers.get('Service-Worker-Allowed')).toBeNull();
  });

  const caching: readonly (readonly [string, string])[] = [
    ['/', 'no-cache'],
    ['/entry/abc', 'no-cache'],
    ['/s/abc', 'no-store'],
    [CHUNK, 'public, max-age=31536000, immutable'],
    [WORKER, 'public, max-age=31536000, immutable'],
    ['/service-worker.js', 'no-cache'],
    ['/manifest.webmanifest', 'no-cache'],
    ['/healthz', 'no-store'],
    ['/missing.js', 'no-store'],
    ['/api/x', 'no-store']
  ];

  it.each(caching)('%s is cached as "%s"', async (path, expected) => {
    expect((await get(path, SCREEN)).headers.get('Cache-Control')).toBe(expected);
  });
});

describe('files and screens', () => {
  it.each([
    ['/', 'text/html; charset=utf-8'],
    [CHUNK, 'text/javascript; charset=utf-8'],
    ['/manifest.webmanifest', 'application/manifest+json'],
    ['/licences.json', 'application/json'],
    ['/icons/icon.svg', 'image/svg+xml'],
    ['/lonely.gz', 'application/octet-stream']
  ])('%s is %s', async (path, type) => {
    const response = await get(path, SCREEN);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe(type);
  });

  it.each(['/record', '/entry/0123abcd', '/settings', '/s/abc_-9'])('%s is a screen', async (path) => {
    const response = await get(path, SCREEN);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(HTML);
  });

  it('goes by what the browser wants it for, where it says so', async () => {
    expect((await get('/record', { ...SCREEN, 'Sec-Fetch-Dest': 'script' })).status).toBe(404);
    expect((await get('/record', { ...SCREEN, 'Sec-Fetch-Dest': 'iframe' })).status).toBe(404);
    expect((await get('/record', { 'Sec-Fetch-Dest': 'document' })).status).toBe(200);
    expect((await get('/record', { Accept: 'application/json' })).status).toBe(404);
  });

  it.each(['/missing.js', '/_app/immutable/workers/gone.js', '/_app/nothing', '/clip/abc', '/foo.png', '/.stamp'])(
    '%s is missing, and no page stands in for it',
    async (path) => {
      const response = await get(path, SCREEN);
      expect(response.status).toBe(404);
      expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    }
  );

  it('answers an unknown call with the table of errors', async () => {
    const response = await get('/api/unknown');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ code: 'http/not-found', message: 'Nothing is here.' });
  });

  it.each([
    '/../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..\\..\\etc\\passwd',
    '/_app/immutable/../../../package.json',
    '/_app/immutable/%2e%2e/%2e%2e/index.html',
    '/passwd.txt',
    '/index.html%00.js',
    '/%',
    '/%c0%ae%c0%ae/etc/passwd',
    '//etc/passwd',
    `${CHUNK}/../../../../../etc/passwd`,
    `${CHUNK}.br`
  ])('%s leads nowhere', async (path) => {
    const response = await get(path, SCREEN);
    const body = await response.text();
    expect(body).not.toContain('root:');
    expect([HTML, 'Nothing is here.\n']).toContain(body);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s is refused', async (method) => {
    const response = await get('/', SCREEN, method);
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe('GET, HEAD');
  });

  it('HEAD says the same without a body', async () => {
    const [head, full] = [await get(CHUNK, {}, 'HEAD'), await get(CHUNK)];
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(full.headers));
    expect(head.headers.get('Content-Length')).toBe('5');
  });
});

describe('copies', () => {
  it.each([
    ['', null],
    ['identity', null],
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.5', 'br'],
    ['vibrate', null]
  ])('Accept-Encoding "%s" gets %s', async (accepted, encoding) => {
    const response = await get(CHUNK, { 'Accept-Encoding': accepted });
    expect(response.headers.get('Content-Encoding')).toBe(encoding);
    expect(response.headers.get('Vary')).toBe('Accept-Encoding');
    expect(response.headers.get('Content-Length')).toBe(String((await response.arrayBuffer()).byteLength));
  });

  it('each has a tag of its own, and a known one is not sent again', async () => {
    const tags = await Promise.all(
      ['br', 'gzip', ''].map(
        async (accepted) => (await get(CHUNK, { 'Accept-Encoding': accepted })).headers.get('ETag') ?? ''
      )
    );
    expect(new Set(tags).size).toBe(3);
    const [br = ''] = tags;
    const again = await get(CHUNK, { 'Accept-Encoding': 'br', 'If-None-Match': `"other", W/${br}` });
    expect(again.status).toBe(304);
    expect(again.headers.get('ETag')).toBe(br);
    expect(again.headers.get('Content-Security-Policy')).toBe(INERT_POLICY);
    expect(await again.text()).toBe('');
    expect((await get(CHUNK, { 'Accept-Encoding': 'gzip', 'If-None-Match': br })).status).toBe(200);
  });
});

describe('the document policy', () => {
  it('refuses a document without one', () => {
    expect(() => documentPolicy('<title>x</title>')).toThrow('no Content-Security-Policy');
  });

  it('refuses a policy that would leave the page blank', () => {
    const html = '<meta http-equiv="content-security-policy" content="script-src \'self\'">';
    expect(() => documentPolicy(html)).toThrow('names no start script');
  });
});

describe('health', () => {
  const broken = { name: 'data', check: () => Promise.reject(new Error('/secret/path')) };
  const working = { name: 'store', check: () => Promise.resolve() };

  it('is alive even when nothing else is', async () => {
    expect((await appWith({ probes: [broken] }).request('/healthz')).status).toBe(200);
  });

  it('names what fails, and no more', async () => {
    const response = await appWith({ probes: [working, broken] }).request('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'unavailable', failing: ['data'] });
  });

  it('is not ready while it drains', async () => {
    const response = await appWith({ isDraining: () => true }).request('/readyz');
    expect(await response.json()).toEqual({ status: 'unavailable', failing: ['draining'] });
  });
});

describe('reports', () => {
  function report(blocked: BlockedContent, body: string): Response | Promise<Response> {
    return appWith({ blocked }).request('/csp-reports', { method: 'POST', body });
  }

  it('counts directives and keeps no address', async () => {
    const blocked = new BlockedContent();
    const entry = {
      type: 'csp-violation',
      body: { effectiveDirective: 'connect-src', documentURL: 'https://x/s/1#secret' }
    };
    expect((await report(blocked, JSON.stringify([entry, entry]))).status).toBe(204);
    expect([...blocked.counts]).toEqual([['connect-src', 2]]);
  });

  it.each(['', '{}', 'nonsense'])('refuses %j', async (body) => {
    expect((await report(new BlockedContent(), body)).status).toBe(400);
  });

  it('bounds what strangers can make it keep', async () => {
    const blocked = new BlockedContent();
    expect((await report(blocked, ' '.repeat(70_000))).status).toBe(413);
    for (let i = 0; i < 200; i++) {
      const name = 'x'.repeat(1 + (i % 40)) + 'y'.repeat(Math.floor(i / 40));
      blocked.record({ body: { effectiveDirective: name.slice(0, 40) } });
      blocked.record({ body: { effectiveDirective: `<script>${String(i)}` } });
    }
    expect(blocked.counts.size).toBeLessThanOrEqual(64);
  });
});
