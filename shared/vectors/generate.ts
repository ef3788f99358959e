/**
 * Writes one JSON file per case beside itself; the same bytes on every run. README.md says what
 * the fields mean. Run: `node shared/vectors/generate.ts`
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { envelope } from './areas/envelope.ts';
import { floe } from './areas/floe.ts';
import { kdf } from './areas/kdf.ts';
import { padding } from './areas/padding.ts';
import { record } from './areas/record.ts';
import { segment } from './areas/segment.ts';
import { slot } from './areas/slot.ts';
import { stream } from './areas/stream.ts';
import { tail } from './areas/tail.ts';
import { wrap } from './areas/wrap.ts';
import { fileOf } from './case.ts';

const cases = [envelope, floe, segment, stream, wrap, slot, kdf, record, padding, tail].flat();
const names = new Set(cases.map((c) => c.name));
if (names.size !== cases.length) throw new Error('two cases have one name');

for (const file of readdirSync(import.meta.dirname)) {
  if (file.endsWith('.json')) rmSync(join(import.meta.dirname, file));
}
for (const c of cases) writeFileSync(join(import.meta.dirname, `${c.name}.json`), fileOf(c));
console.log(`${cases.length} vectors`);
