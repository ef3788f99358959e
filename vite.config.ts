import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/** Every address begins with it: it and all it needs are one file. */
const FIRST = /rolldown\/runtime|[\\/]web[\\/]routes[\\/]\+layout\.(?:ts|svelte)$/;

/**
 * What several screens need goes into one file behind the first, not into one for each set of screens: on a slow line the
 * round trips of sixty small files cost more than their bytes. Nor into a few by which screens share them: those come to
 * import each other in a circle, and whichever runs first lacks what the other was to give. Not on the server's side,
 * which is built only to make the shell, and whose style sheets would be copied beside those of the client.
 */
const fewFiles: Plugin = {
  name: 'few-files',
  applyToEnvironment: ({ name }) => name === 'client',
  outputOptions: (options) => ({
    ...options,
    codeSplitting: {
      groups: [
        { name: 'first', test: FIRST, priority: 1 },
        { name: 'shared', minShareCount: 2 }
      ]
    }
  })
};

export default defineConfig({
  plugins: [sveltekit(), fewFiles],
  // Module workers, emitted as `_app/immutable/workers/<name>-<hash>.js`: server/site.ts gives that folder its own policy.
  worker: { format: 'es' },
  // The policy allows no `data:` scripts or fonts: every asset is a file.
  build: { assetsInlineLimit: 0, rolldownOptions: { checks: { bundlerTimings: false } } }
});
