/** The built document asks at once for what the first screen consists of: all of it, nothing else, and little. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const BUILD = 'build';
const LIMIT_BYTES = 80 * 1024;
const SCRIPTS = '_app/immutable';
const IMPORT = /\b(?:from|import)\s*["'](\.[^"']+)["']/g;

/** What a script imports before it runs, as paths from the root. */
async function importsOf(script: string): Promise<string[]> {
  const code = await readFile(join(BUILD, script), 'utf8');
  return [...code.matchAll(IMPORT)].map(([, path = '']) => posix.join(dirname(script), path));
}

describe('the links of the shell', () => {
  let scripts: string[];
  let sheets: string[];

  beforeAll(async () => {
    const html = await readFile(join(BUILD, 'index.html'), 'utf8');
    const linked = (rel: string): string[] =>
      [...html.matchAll(new RegExp(`<link href="/([^"]+)" rel="${rel}">`, 'g'))].map(([, file = '']) => file);
    scripts = linked('modulepreload');
    sheets = linked('stylesheet');
  });

  it('name every script that another of them imports', async () => {
    for (const script of scripts) {
      expect(scripts).toEqual(expect.arrayContaining(await importsOf(script)));
    }
  });

  it('name the parts that the start address needs, and one style sheet', () => {
    for (const node of [0, 1, 2]) expect(scripts.some((script) => script.includes(`/nodes/${node}.`))).toBe(true);
    expect(sheets).toHaveLength(1);
  });

  it('come to 80 KiB at most with the document, as they are sent', async () => {
    const sent = ['index.html', ...scripts, ...sheets].map(
      async (file) => (await stat(join(BUILD, `${file}.br`))).size
    );
    const bytes = (await Promise.all(sent)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
  });

  it('are of scripts that never import each other in a circle: whichever ran first would lack the other', async () => {
    const files = await readdir(join(BUILD, SCRIPTS), { recursive: true });
    const open = new Map<string, string[]>();
    for (const file of files.filter((name) => name.endsWith('.js'))) {
      const script = `${SCRIPTS}/${file}`;
      open.set(script, await importsOf(script));
    }
    for (let before = -1; before !== open.size;) {
      before = open.size;
      for (const [script, imports] of open) if (!imports.some((each) => open.has(each))) open.delete(script);
    }
    expect([...open.keys()]).toEqual([]);
  });
});
