import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [sveltekit()],
  // Module workers, emitted as `_app/immutable/workers/<name>-<hash>.js`: server/site.ts gives that folder its own policy.
  worker: { format: 'es' },
  // The policy allows no `data:` scripts or fonts: every asset is a file.
  build: { assetsInlineLimit: 0, rolldownOptions: { checks: { bundlerTimings: false } } }
});
