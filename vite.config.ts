import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/** Bytes of source. */
const SMALL = 40_000;

/** Every address begins with it: it and all it needs are one file. */
const FIRST = /rolldown\/runtime|[\\/]web[\\/]routes[\\/]\+layout\.(?:ts|svelte)$/;

/**
 * What several screens need goes into a few files, not into one for each set of screens: on a slow line the round trips
 * of sixty small files cost more than their bytes. Not on the server's side, which is built only to make the shell, and
 * whose style sheets would be copied beside those of the client.
 */
const fewFiles: Plugin = {
  name: 'few-files',
  applyToEnvironment: ({ name }) => name === 'client',
  outputOptions: (options) => ({
    ...options,
    codeSplitting: {
      groups: [
        { name: 'first', test: FIRST, priority: 1 },
        { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: SMALL }
      ]
    },
    // A group is named after all that share it.
    assetFileNames: ({ names }) =>
      `_app/immutable/assets/${names[0]?.startsWith('shared~') === true ? 'shared' : '[name]'}.[hash][extname]`
  })
};

export default defineConfig({
  plugins: [sveltekit(), fewFiles],
  // Module workers, emitted as `_app/immutable/workers/<name>-<hash>.js`: server/site.ts gives that folder its own policy.
  worker: { format: 'es' },
  // The policy allows no `data:` scripts or fonts: every asset is a file.
  build: { assetsInlineLimit: 0, rolldownOptions: { checks: { bundlerTimings: false } } }
});
