/** The built document asks at once for what the first screen consists of: all of it, nothing else, and little. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const BUILD = 'build';
const LIMIT_BYTES = 80 * 1024;
const IMPORT = /\b(?:from|import)\s*["'](\.[^"']+)["']/g;

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
      const code = await readFile(join(BUILD, script), 'utf8');
      const imported = [...code.matchAll(IMPORT)].map(([, path = '']) => posix.join(dirname(script), path));
      expect(scripts).toEqual(expect.arrayContaining(imported));
    }
  });

  it('name the parts that the start address needs, and one style sheet', () => {
    expect(scripts).toEqual(
      expect.arrayContaining([0, 1, 2].map((node) => expect.stringMatching(new RegExp(`/nodes/${node}\\.`))))
    );
    expect(sheets).toHaveLength(1);
  });

  it('come to 80 KiB at most with the document, as they are sent', async () => {
    const sent = ['index.html', ...scripts, ...sheets].map(
      async (file) => (await stat(join(BUILD, `${file}.br`))).size
    );
    const bytes = (await Promise.all(sent)).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
  });
});
