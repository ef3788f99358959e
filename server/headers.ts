/**
 * What each kind of response tells the browser. A document gets the policy the build wrote into it; a worker obeys
 * the policy of its own response, so each kind of worker script has one; everything else may do nothing at all.
 */

/** On every response, whatever it is. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  // Together they isolate the origin, which threads in WebAssembly and precise clocks need.
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': [
    'camera=(self)',
    'microphone=(self)',
    'display-capture=()',
    'geolocation=()',
    'payment=()',
    'usb=()',
    'serial=()',
    'bluetooth=()',
    'publickey-credentials-get=(self)',
    'publickey-credentials-create=(self)',
    'screen-wake-lock=(self)'
  ].join(', ')
};

/** Over TLS only: a browser must ignore it elsewhere. */
export const STRICT_TRANSPORT_SECURITY = 'max-age=63072000; includeSubDomains; preload';

/** Where browsers report what a policy blocked. */
export const REPORTS_PATH = '/csp-reports';
export const REPORTING_ENDPOINTS = `csp="${REPORTS_PATH}"`;

const INERT = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const REPORTED = `${INERT}; report-to csp`;

/** For whatever is neither document nor worker: opened on its own, it may do nothing. */
export const INERT_POLICY = `default-src 'none'; ${INERT}; sandbox`;

/**
 * Workers hold keys and opened clips: they talk to the page and to nobody else. Their chunks are scripts of our own
 * origin; Argon2id and the models are WebAssembly. No Trusted Types here: threads of a WebAssembly module start
 * workers from strings, and `worker-src` already says which.
 */
export const WORKER_POLICY = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'; worker-src 'none'; ${REPORTED}`;

/** The service worker fetches the shell, and forwards what the page asks for. */
export const SERVICE_WORKER_POLICY = `default-src 'none'; script-src 'self'; connect-src 'self'; ${REPORTED}`;

/**
 * The policy of the built document, as a header. A `<meta>` cannot carry `frame-ancestors` or reporting; both
 * policies apply, so the header must repeat the hash of the start script, which only the build knows.
 *
 * @throws when the document has no policy, or one without the hash: it would be sent unprotected, or stay blank.
 */
export function documentPolicy(html: string): string {
  const policy = /<meta http-equiv="content-security-policy" content="([^"]*)"/.exec(html)?.[1];
  if (policy === undefined) throw new Error('The built document carries no Content-Security-Policy.');
  if (!/script-src [^;]*'sha256-/.test(policy))
    throw new Error('The policy of the built document names no start script.');
  return `${policy}; frame-ancestors 'none'; report-to csp`;
}
