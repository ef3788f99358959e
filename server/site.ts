/** Serves the built app: files by name, the document for every screen, each with the policy of its kind. */
import type { Context } from 'hono';
import { documentPolicy, INERT_POLICY, REPORTING_ENDPOINTS, SERVICE_WORKER_POLICY, WORKER_POLICY } from './headers.ts';
import type { Encoding, SiteFile, SiteFiles, Variant } from './site-files.ts';

const DOCUMENT = '/index.html';
const SERVICE_WORKER = '/service-worker.js';
const HASHED = '/_app/immutable/';
const WORKERS = '/_app/immutable/workers/';

/** Screens have plain names; whatever has a dot, a percent sign or stranger things in it is a file that is missing. */
const SCREEN = /^\/(?:[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*)?$/;

/** Answered by the API or by the service worker, never by a screen. */
const NO_SCREENS = ['/api', '/clip', '/_app'];

export type Site = (context: Context) => Response;

/** @throws when the built document carries no usable policy. */
export function createSite(files: SiteFiles): Site {
  const document = files.get(DOCUMENT);
  if (document === undefined) throw new Error('There is no built document.');
  const policy = documentPolicy(new TextDecoder().decode(document.identity.bytes));

  return (context) => {
    const { method } = context.req;
    if (method !== 'GET' && method !== 'HEAD') {
      return plain(405, 'That method is not allowed here.', { Allow: 'GET, HEAD' });
    }
    const { pathname } = new URL(context.req.url);
    const path = pathname === DOCUMENT ? '/' : pathname;
    const file = files.get(path);
    if (file !== undefined) return send(context, file, headersOf(path));
    if (!isScreen(path, context.req.raw.headers)) return plain(404, 'Nothing is here.');
    return send(context, document, documentHeaders(path, policy));
  };
}

/** A screen is something a person opens; a script or a picture that is missing must not be answered with a page. */
function isScreen(path: string, headers: Headers): boolean {
  if (!SCREEN.test(path) || NO_SCREENS.some((root) => path === root || path.startsWith(`${root}/`))) return false;
  const destination = headers.get('Sec-Fetch-Dest');
  // The service worker fetches the document for its cache of the app.
  if (destination !== null) return destination === 'document' || (destination === 'empty' && path === '/');
  return path === '/' || (headers.get('Accept')?.includes('text/html') ?? false);
}

function documentHeaders(path: string, policy: string): Record<string, string> {
  return {
    'Content-Security-Policy': policy,
    'Reporting-Endpoints': REPORTING_ENDPOINTS,
    // The address of a shared clip is a secret: its page leaves no copy.
    'Cache-Control': path.startsWith('/s/') ? 'no-store' : 'no-cache'
  };
}

function headersOf(path: string): Record<string, string> {
  const cache = path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache';
  if (path.startsWith(WORKERS)) {
    return {
      'Content-Security-Policy': WORKER_POLICY,
      'Reporting-Endpoints': REPORTING_ENDPOINTS,
      'Cache-Control': cache
    };
  }
  if (path === SERVICE_WORKER) {
    return {
      'Content-Security-Policy': SERVICE_WORKER_POLICY,
      'Reporting-Endpoints': REPORTING_ENDPOINTS,
      'Service-Worker-Allowed': '/',
      'Cache-Control': cache
    };
  }
  return { 'Content-Security-Policy': INERT_POLICY, 'Cache-Control': cache };
}

function send(context: Context, file: SiteFile, headers: Record<string, string>): Response {
  const [encoding, variant] = choose(file, context.req.header('Accept-Encoding') ?? '');
  const described = { ...headers, 'Content-Type': file.type, Vary: 'Accept-Encoding', ETag: variant.etag };
  if (isKnown(context.req.header('If-None-Match'), variant.etag)) {
    return new Response(null, { status: 304, headers: described });
  }
  return new Response(variant.bytes, {
    headers: {
      ...described,
      'Content-Length': String(variant.bytes.length),
      ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding })
    }
  });
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}

/** The first of the copies that the browser takes. Weights above zero are not compared: the order is ours. */
function choose(file: SiteFile, acceptEncoding: string): readonly [Encoding | 'identity', Variant] {
  for (const [encoding, variant] of file.encoded) {
    const accepted = new RegExp(`(?:^|[,\\s])${encoding}\\s*(?:;\\s*q=([\\d.]+))?\\s*(?:,|$)`).exec(acceptEncoding);
    if (accepted && Number(accepted[1] ?? 1) > 0) return [encoding, variant];
  }
  return ['identity', file.identity];
}

function plain(status: 404 | 405, sentence: string, headers: Record<string, string> = {}): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Security-Policy': INERT_POLICY,
      'Cache-Control': 'no-store',
      ...headers
    }
  });
}
