/**
 * Walks what the relay imports, from every file of it. The relay must not be able to reach the code that handles
 * keys of a vault: a lint rule can be disabled in a line, this cannot.
 */
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const AT_REST = 'server/at-rest/';
/** What encryption at rest may use of the sealed format (architecture.md, "Layout"). */
const AT_REST_MAY = ['shared/crypto/stream.ts', 'shared/format/envelope.ts'];
/** Code that makes, derives or unwraps keys of a vault. */
const VAULT_KEYS = /^(?:web\/|shared\/crypto\/(?:kdf|keys|wrap|record)\.ts$)/;
const SEALED_FORMAT = /^(?:web\/|shared\/(?:crypto|format)\/)/;

type Edge = readonly [from: string, to: string];

function resolveOwn(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return normalize(specifier.slice(1));
  return specifier.startsWith('.') ? normalize(join(from, '..', specifier)) : undefined;
}

async function importsOf(file: string): Promise<string[]> {
  const { importedFiles } = ts.preProcessFile(await readFile(file, 'utf8'), true, true);
  return importedFiles.flatMap(({ fileName }) => resolveOwn(file, fileName) ?? []);
}

/** Every edge that can be walked from the relay, `skip` apart. */
async function walk(skip: (edge: Edge) => boolean): Promise<Edge[]> {
  const pending: string[] = [];
  for await (const file of glob('server/**/*.ts')) if (!file.endsWith('.test.ts')) pending.push(normalize(file));
  const seen = new Set(pending);
  const edges: Edge[] = [];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    for (const target of await importsOf(file)) {
      const edge: Edge = [file, target];
      if (skip(edge)) continue;
      edges.push(edge);
      if (seen.has(target) || !existsSync(target)) continue;
      seen.add(target);
      pending.push(target);
    }
  }
  return edges;
}

const isAtRest = ([from, to]: Edge) => from.startsWith(AT_REST) && AT_REST_MAY.includes(to);

describe('the import graph of the relay', () => {
  it('is walked', async () => {
    const edges = await walk(() => false);
    expect(edges).toContainEqual(['server/main.ts', 'server/app.ts']);
    expect(edges).toContainEqual(['server/api/refusal.ts', 'shared/errors.ts']);
  });

  it('reaches neither app nor sealed format, encryption at rest apart', async () => {
    const edges = await walk(isAtRest);
    expect(edges.filter(([, to]) => SEALED_FORMAT.test(to))).toEqual([]);
  });

  it('reaches no key of a vault, not even through encryption at rest', async () => {
    const edges = await walk(() => false);
    expect(edges.filter(([, to]) => VAULT_KEYS.test(to))).toEqual([]);
  });
});
