/**
 * Tells the service worker which files make up the app and what each must hash to. Runs between SvelteKit's build and
 * the adapter, since the worker is bundled before the last files are there.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const WORKER = 'service-worker.js';
const PLACEHOLDER = /(["'`])__SVJ_SHELL__\1/;

// The worker itself, what is fetched anew each time, pictures only an app store shows, and files of the build tool.
const LEFT_OUT = /^(?:service-worker\.js|_app\/version\.json|screenshots\/.*|(?:.*\/)?\..*)$/;

/**
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withShellHashes(adapter) {
  return {
    ...adapter,
    async adapt(builder) {
      const client = builder.getClientDirectory();
      const fallback = builder.getBuildDirectory('shell.html');
      // A page of an earlier build would only cause a warning.
      rmSync(fallback, { force: true });
      builder.rimraf(fallback);
      await builder.generateFallback(fallback);
      const files = [
        ...readdirSync(client, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) =>
            join(entry.parentPath, entry.name)
              .slice(client.length + 1)
              .replaceAll('\\', '/')
          )
          .filter((file) => !LEFT_OUT.test(file))
          .map((file) => [`/${file}`, integrity(join(client, file))]),
        ['/', integrity(fallback)]
      ].sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
      const worker = join(client, WORKER);
      const code = readFileSync(worker, 'utf8');
      if (!PLACEHOLDER.test(code)) throw new Error(`${WORKER} has no place for the hashes of the app.`);
      const list = JSON.stringify(JSON.stringify(Object.fromEntries(files)));
      writeFileSync(
        worker,
        code.replace(PLACEHOLDER, () => list)
      );
      await adapter.adapt(builder);
    }
  };
}

/** @param {string} file */
function integrity(file) {
  return `sha256-${createHash('sha256').update(readFileSync(file)).digest('base64')}`;
}
