/** The limit of `load`: the smallest SvelteKit app that works offline, built with the app's own tools. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "type": "module", "private": true }',
  'svelte.config.js': `import adapter from '@sveltejs/adapter-static';
export default { kit: { adapter: adapter({ fallback: 'index.html', precompress: true }) } };`,
  'vite.config.js': `import { sveltekit } from '@sveltejs/kit/vite';
export default { plugins: [sveltekit()] };`,
  'src/app.html': `<!doctype html><html lang="en"><head><meta charset="utf-8" />
<meta name="viewport" content="width=device-width" /><title>Minimal</title>%sveltekit.head%</head>
<body><div>%sveltekit.body%</div></body></html>`,
  'src/routes/+layout.js': 'export const ssr = false;',
  'src/routes/+page.svelte': `<script>let count = $state(0);</script>
<h1>Minimal</h1><button onclick={() => count++}>Count {count}</button>`,
  'src/service-worker.js': `import { build, files, version } from '$service-worker';
const CACHE = 'minimal-' + version;
self.addEventListener('install', (event) =>
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(['/', ...build, ...files])).then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  const wanted = event.request.mode === 'navigate' ? '/' : event.request;
  event.respondWith(caches.match(wanted).then((cached) => cached ?? fetch(event.request)));
});`
};

export interface MinimalApp {
  /** What is to be served. */
  readonly directory: string;
  remove(): Promise<void>;
}

/** @throws when it does not build */
export async function buildMinimalApp(): Promise<MinimalApp> {
  const project = await mkdtemp(join(tmpdir(), 'svj-bench-minimal-'));
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(join(project, dirname(path)), { recursive: true });
    await writeFile(join(project, path), text);
  }
  await symlink(join(ROOT, 'node_modules'), join(project, 'node_modules'), 'dir');
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const { status, stderr } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: project,
    encoding: 'utf8'
  });
  if (status !== 0) throw new Error(`The minimal app does not build: ${stderr}`);
  return { directory: join(project, 'build'), remove: () => rm(project, { recursive: true, force: true }) };
}
