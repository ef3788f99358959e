import adapter from '@sveltejs/adapter-static';
import { withShellHashes } from './scripts/shell-hashes.mjs';
import { withShellLinks } from './scripts/shell-links.mjs';
import { sourceHash } from './scripts/source-hash.mjs';

// The inline style of SvelteKit's route announcer, the only style attribute that does not go through the CSSOM.
const ROUTE_ANNOUNCER_STYLE = 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo=';

/**
 * What a document may do. The build writes it into a `<meta>` with the hash of the start script; server/site.ts sends
 * the same policy as a header, with what a `<meta>` cannot carry added.
 *
 * @type {NonNullable<NonNullable<import('@sveltejs/kit').KitConfig['csp']>['directives']>}
 */
const policy = {
  'default-src': ['none'],
  // Argon2id, the search index and the models are WebAssembly; nothing here needs 'unsafe-eval'.
  'script-src': ['self', 'wasm-unsafe-eval'],
  'style-src': ['self'],
  'style-src-attr': ['unsafe-hashes', ROUTE_ANNOUNCER_STYLE],
  'worker-src': ['self'],
  'connect-src': ['self'],
  'img-src': ['self', 'blob:', 'data:'],
  'media-src': ['self', 'blob:'],
  'font-src': ['self'],
  'manifest-src': ['self'],
  'object-src': ['none'],
  'base-uri': ['none'],
  'form-action': ['none'],
  'require-trusted-types-for': ['script'],
  'trusted-types': ['svelte-trusted-html', 'sveltekit-trusted-url', 'svj']
};

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: true },
  vitePlugin: {
    // Libraries choose their own mode.
    dynamicCompileOptions: ({ filename }) => (filename.includes('node_modules') ? { runes: undefined } : undefined)
  },
  kit: {
    files: { src: 'web', assets: 'static' },
    adapter: withShellLinks(
      withShellHashes(adapter({ pages: 'build', assets: 'build', fallback: 'index.html', precompress: true }))
    ),
    csp: { mode: 'hash', directives: policy },
    // web/pwa.ts registers it, so that an update waits for consent.
    serviceWorker: { register: false },
    version: { name: sourceHash(import.meta.dirname).slice(0, 16) }
  }
};
