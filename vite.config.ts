import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/** Bytes of source. */
const SMALL = 40_000;

export default defineConfig({
  plugins: [sveltekit()],
  // Module workers, emitted as `_app/immutable/workers/<name>-<hash>.js`: server/site.ts gives that folder its own policy.
  worker: { format: 'es' },
  // The policy allows no `data:` scripts or fonts: every asset is a file.
  build: {
    assetsInlineLimit: 0,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      // What several screens need goes into a few files, not into one for each set of screens: on a slow line the
      // round trips of sixty small files cost more than their bytes.
      output: {
        codeSplitting: {
          groups: [{ name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: SMALL }]
        }
      }
    }
  }
});
