/**
 * What the document of every screen asks for at once: exactly the files that the first screen consists of. SvelteKit's
 * own list lacks the parts it looks for once it knows the address, which would be one more way to the server and back, and
 * names the style sheets of everything that may be loaded later, which would hold up the first paint.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Root layout, root error page and the journal's page, by what their nodes import. */
const PARTS = ['+layout.svelte', '+error.svelte', '+page.svelte'].map((file) => `/web/routes/${file}"`);
const NODE = /\/client-optimized\/nodes\/\d+\.js$/;
const STYLE_SHEET = /\s*<link href="\/([^"]+)" rel="stylesheet">/g;
const LAST_SCRIPT = /(\s*)<link href="[^"]+" rel="modulepreload">(?![^]*rel="modulepreload")/;

/**
 * @typedef {{ file: string, imports?: string[], css?: string[] }} Chunk
 * @typedef {Record<string, Chunk>} Manifest
 */

/**
 * @param {import('@sveltejs/kit').Adapter} adapter
 * @returns {import('@sveltejs/kit').Adapter}
 */
export function withShellLinks(adapter) {
  return {
    ...adapter,
    async adapt(builder) {
      /** @type {Manifest} */
      const manifest = JSON.parse(readFileSync(join(builder.getClientDirectory(), '.vite/manifest.json'), 'utf8'));
      /** @param {string} destination */
      const generateFallback = async (destination) => {
        await builder.generateFallback(destination);
        writeFileSync(destination, relinked(readFileSync(destination, 'utf8'), manifest));
      };
      await adapter.adapt(Object.create(builder, { generateFallback: { value: generateFallback } }));
    }
  };
}

/** @param {string} html @param {Manifest} manifest */
function relinked(html, manifest) {
  const chunks = closure(nodesOf(manifest), manifest);
  const sheets = new Set(chunks.flatMap(({ css = [] }) => css));
  const missing = chunks.map(({ file }) => file).filter((file) => !html.includes(`"/${file}"`));
  const links = missing.map((file) => `<link href="/${file}" rel="modulepreload">`);
  if (!LAST_SCRIPT.test(html)) throw new Error('The document names no scripts.');
  return html
    .replace(STYLE_SHEET, (link, file) => (sheets.has(file) ? link : ''))
    .replace(LAST_SCRIPT, (link, space) => [link, ...links].join(space));
}

/** @param {Manifest} manifest @returns {string[]} */
function nodesOf(manifest) {
  const nodes = Object.keys(manifest).filter((key) => NODE.test(key));
  return PARTS.map((part) => {
    const node = nodes.find((key) => readFileSync(key, 'utf8').includes(part));
    if (node === undefined) throw new Error(`There is no ${part}.`);
    return node;
  });
}

/** @param {string[]} keys @param {Manifest} manifest @returns {Chunk[]} each with all it imports, once */
function closure(keys, manifest) {
  const found = new Set(keys);
  for (const key of found) for (const each of manifest[key]?.imports ?? []) found.add(each);
  return [...found].flatMap((key) => manifest[key] ?? []);
}
