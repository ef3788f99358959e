/** What is asked for on the command line. */
import { statSync } from 'node:fs';

export interface BenchOptions {
  /** Names of items; empty means all. */
  readonly items: readonly string[];
  readonly json: boolean;
  /** Bytes of plaintext; undefined leaves it to the item. */
  readonly bytes: number | undefined;
  readonly rounds: number;
  readonly onlyProduct: boolean;
  /** Plaintext comes from this file instead of from the random generator. */
  readonly input: string | undefined;
}

export const USAGE = `Usage: npm run bench -- [item …] [options]
  --json           one JSON object per line and column
  --bytes N        plaintext per run; KiB, MiB and GiB are understood: 64MiB
  --rounds N       how often every column of a row is run, there and back (default 3)
  --only product   the app alone, without limit and peers
  --input FILE     take the plaintext from this file`;

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** @throws Error with a sentence for whoever typed it. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const items: string[] = [];
  const found = new Map<string, string>();
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('--')) items.push(word);
    else if (word === '--json') found.set(word, 'yes');
    else if (['--bytes', '--rounds', '--only', '--input'].includes(word)) found.set(word, valueOf(word, rest.shift()));
    else throw new Error(`${word} is not an option of the benchmark.\n${USAGE}`);
  }
  const only = found.get('--only');
  if (only !== undefined && only !== 'product') throw new Error('--only knows "product" alone.');
  const input = found.get('--input');
  const bytes = found.get('--bytes');
  return {
    items,
    json: found.has('--json'),
    bytes: bytes === undefined ? (input === undefined ? undefined : statSync(input).size) : parseBytes(bytes),
    rounds: parseCount(found.get('--rounds') ?? '3'),
    onlyProduct: only === 'product',
    input
  };
}

function valueOf(option: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`${option} needs a value.\n${USAGE}`);
  return value;
}

function parseBytes(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)(KiB|MiB|GiB)?$/.exec(text) ?? [];
  const bytes = Number(digits) * (UNITS[unit] ?? 1);
  if (!(bytes > 0)) throw new Error(`--bytes ${text} is no size.`);
  return bytes;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--rounds ${text} is no count.`);
  return count;
}
