/**
 * Which way imports may point: the table of architecture.md ("Layout") as data. A folder is named by the longest
 * prefix listed here; what it may import lies in its own folder (relative) or in one of the listed places (`#web/…`).
 */

const PURE = ['shared/bytes', 'shared/errors', 'shared/ids', 'shared/protocol', 'shared/schema'];
const MODEL = ['web/model', ...PURE];
// What both sides of a worker import: the types of its calls, and the carriers of them.
const TYPES = ['web/workers/contracts', 'web/workers/clip-port', 'web/workers/clip-source', 'web/workers/remote-port'];
const CALLS = [...TYPES, 'web/workers/rpc'];

/** @type {Readonly<Record<string, readonly string[]>>} */
export const DIRECTIONS = {
  shared: ['shared'],
  'shared/format': ['shared/bytes', 'shared/errors', 'shared/ids', 'shared/schema'],
  'shared/crypto': ['shared/format', 'shared/bytes', 'shared/errors', 'shared/ids'],
  'shared/container': ['shared/bytes', 'shared/errors'],

  'web/routes': ['web/ui', 'web/state', 'web/messages', ...MODEL],
  'web/ui': ['web/messages', ...MODEL],
  'web/messages': PURE,
  'web/state': ['web/journal', 'web/sync', 'web/workers', 'web/pwa', 'web/messages', ...MODEL],
  'web/journal': [
    'web/capture',
    'web/media',
    'web/analysis',
    'web/search',
    'web/store',
    'web/sync',
    'shared/container',
    ...CALLS,
    ...MODEL
  ],
  'web/capture': MODEL,
  'web/media': ['shared/container', ...CALLS, ...MODEL],
  'web/analysis': ['web/workers/contracts', ...MODEL],
  'web/search': ['web/workers/contracts', ...MODEL],
  'web/store': ['shared/format', ...MODEL],
  'web/sync': ['shared/format', ...MODEL],
  'web/vault': ['web/store', 'shared', ...CALLS, ...MODEL],
  'web/model': PURE,
  // Worker files: `contracts` and `rpc` are shared by both sides, `*.worker.ts` only connects them to their code.
  'web/workers': ['web/vault', 'web/analysis', 'web/search', 'web/media', ...MODEL],
  'web/workers/contracts': MODEL,
  'web/workers/rpc': PURE,
  'web/workers/clip-source': PURE,
  'web/workers/remote-port': PURE,
  'web/workers/workers': ['web/trusted-url', ...MODEL],
  'web/service-worker': [...TYPES, ...PURE],
  'web/pwa': ['web/trusted-url', ...PURE],
  web: PURE,

  server: ['server', ...PURE],
  'server/at-rest': ['server', 'shared/crypto/stream', 'shared/format/envelope', ...PURE]
};

/**
 * The one place of each library (rule 10). A library that is missing here may not be imported by the app at all.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const LIBRARIES = {
  '@scure/bip39': ['web/vault/recovery-words'],
  '@zxcvbn-ts/core': ['web/ui/passphrase-strength', 'web/journal/passphrase-strength'],
  '@zxcvbn-ts/language-common': ['web/ui/passphrase-strength', 'web/journal/passphrase-strength'],
  '@lucide/svelte': ['web/ui', 'web/routes'],
  'bits-ui': ['web/ui/Modal'],
  'tus-js-client': ['web/sync/tus'],
  uqr: ['web/ui/QrCode'],
  virtua: ['web/ui', 'web/routes'],
  canonicalize: ['shared/format/canonical-json'],
  'hash-wasm': ['shared/crypto/kdf'],
  hono: ['server'],
  kysely: ['server'],
  pino: ['server/log/log'],
  otpauth: ['server/accounts/totp'],
  pg: ['server/db/postgres', 'server/db/testing'],
  '@hono/node-server': ['server'],
  idb: ['web/store/db'],
  mediabunny: ['web/media'],
  valibot: ['shared/schema'],
  'workbox-window': ['web/pwa'],
  svelte: ['web/ui', 'web/routes', 'web/state'],
  '@sveltejs/kit': ['web/routes'],
  $app: ['web/ui', 'web/routes', 'web/state', 'web/pwa'],
  '$service-worker': ['web/service-worker'],
  '@aws-sdk/client-s3': ['server/objects/s3', 'server/objects/testing'],
  node: ['server']
};

/** @param {string} place @param {string} prefix a folder, or a file without its ending */
function within(place, prefix) {
  return place === prefix || place.startsWith(`${prefix}/`) || place.startsWith(`${prefix}.`);
}

/** @param {string} place @returns {string | undefined} the row of the table that `place` belongs to */
export function folderOf(place) {
  return Object.keys(DIRECTIONS)
    .filter((folder) => within(place, folder))
    .sort((a, b) => b.length - a.length)[0];
}

/** @param {string} specifier @returns {string} the package: `@scope/name`, `name`, `node` */
function packageOf(specifier) {
  if (specifier.startsWith('node:')) return 'node';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** @param {string} specifier @param {string} importer @returns {string | undefined} path from the root, for our own files */
function ownPath(specifier, importer) {
  const path = specifier.replace(/\?.*$/, '');
  if (path.startsWith('#')) return path.slice(1);
  if (!path.startsWith('.')) return undefined;
  return new URL(path, `file:///${importer}`).pathname.slice(1);
}

/**
 * The folder in which imports may be relative: `web/journal`, `shared/crypto`, `server/accounts`, or a root such as `shared`.
 * @param {string} place
 */
function homeOf(place) {
  const parts = place.split('/');
  return parts.slice(0, Math.min(2, parts.length - 1)).join('/');
}

/**
 * @param {string} importer path from the root, with ending
 * @param {string} specifier as written
 * @returns {string | undefined} what is wrong, in a sentence
 */
export function objection(importer, specifier) {
  const folder = folderOf(importer);
  if (!folder) return undefined;
  const target = ownPath(specifier, importer);
  if (target === undefined) return libraryObjection(importer, packageOf(specifier));

  const sameHome = homeOf(importer) === homeOf(target);
  if (specifier.startsWith('.') && !sameHome) {
    return `Relative imports stay in their folder: write '#${target}'.`;
  }
  if (sameHome) return undefined;
  const allowed = DIRECTIONS[folder] ?? [];
  if (allowed.some((prefix) => within(target, prefix))) return undefined;
  return `${folder} may not import ${folderOf(target) ?? target}: imports point only towards ${allowed.join(', ') || 'nothing'}.`;
}

/** @param {string} importer @param {string} name @returns {string | undefined} */
function libraryObjection(importer, name) {
  const places = LIBRARIES[name];
  if (!places)
    return `'${name}' has no place in the app yet: add it to LIBRARIES in scripts/lint/import-directions.js.`;
  if (places.some((place) => within(importer, place))) return undefined;
  return `'${name}' is imported only in ${places.join(', ')}: go through what is exported there.`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const importDirections = {
  meta: {
    type: 'problem',
    fixable: 'code',
    docs: { description: 'imports point the way architecture.md says' },
    schema: []
  },
  create(context) {
    const importer = context.filename.slice(context.cwd.length + 1).replaceAll('\\', '/');
    /** @param {{ source?: unknown }} node */
    const check = (node) => {
      const source = /** @type {import('estree').Literal | null | undefined} */ (node.source);
      if (typeof source?.value !== 'string') return;
      const message = objection(importer, source.value);
      if (message === undefined) return;
      const path = ownPath(source.value, importer);
      const relative = source.value.startsWith('.') && path !== undefined;
      // Only the spelling is mended here; a wrong direction stays wrong under its new name and is reported again.
      context.report({
        node: source,
        message,
        fix: relative ? (fixer) => fixer.replaceText(source, `'#${path}'`) : null
      });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check
    };
  }
};
