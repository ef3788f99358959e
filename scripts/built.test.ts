/** What must not be in the built app. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

async function scripts(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(?:m?js|ts|html)$/.test(entry.name));
  return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')));
}

it.each(['build', 'server'])('A19 nothing in %s can open or make CBC', async (folder) => {
  const texts = await scripts(folder);
  expect(texts.length).toBeGreaterThan(10);
  // The search would find it: the other mode is there.
  if (folder === 'build') expect(texts.some((text) => text.includes('AES-GCM'))).toBe(true);
  expect(texts.filter((text) => /\b(?:AES-|aes-\d+-)?cbc\b/i.test(text))).toEqual([]);
});
