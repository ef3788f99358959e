/** The committed vectors are the ones their generator writes, byte for byte. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { files } from '../shared/vectors/files.ts';

const FOLDER = join(import.meta.dirname, '../shared/vectors');

it('shared/vectors is what shared/vectors/generate.ts writes', async () => {
  const generated = files();
  const committed = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));
  expect(committed.sort()).toEqual([...generated.keys()].sort());
  for (const [name, text] of generated) expect(await readFile(join(FOLDER, name), 'utf8'), name).toBe(text);
});
