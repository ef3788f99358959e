/** Every vector file: its name and its text. */
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

export function files(): Map<string, string> {
  const cases = [envelope, floe, segment, stream, wrap, slot, kdf, record, padding, tail].flat();
  const named = new Map(cases.map((c) => [`${c.name}.json`, fileOf(c)]));
  if (named.size !== cases.length) throw new Error('two cases have one name');
  return named;
}
