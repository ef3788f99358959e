/**
 * Writes one JSON file per case beside itself; the same bytes on every run. README.md says what
 * the fields mean. Run: `node shared/vectors/generate.ts`
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from './files.ts';

const generated = files();
for (const name of readdirSync(import.meta.dirname)) {
  if (name.endsWith('.json')) rmSync(join(import.meta.dirname, name));
}
for (const [name, text] of generated) writeFileSync(join(import.meta.dirname, name), text);
console.log(`${generated.size} vectors`);
