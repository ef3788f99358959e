/** FORMAT.md and the code say the same: kinds, labels, refusals, numbers, and the sections that are cited. */
import { describe, expect, it } from 'vitest';
import { ERRORS } from '#shared/errors.ts';
import { KDF_CEILING, KDF_FLOOR } from '#shared/crypto/kdf.ts';
import { padme } from '#shared/crypto/padding.ts';
import { WRAP_BYTES } from '#shared/crypto/wrap.ts';
import page from '../FORMAT.md?raw';
import { MAX_DEPTH } from './canonical-json.ts';
import { KIND } from './kind.ts';
import { MAX_PLAINTEXT } from './segment.ts';

const sources = import.meta.glob<string>(['../**/*.ts', '!../**/*.test.ts', '!../vectors/**'], {
  eager: true,
  query: '?raw',
  import: 'default'
});
const number = (value: number): string => value.toLocaleString('en-US');

describe('FORMAT.md', () => {
  it('lists every kind, and no other', () => {
    const section = page.slice(page.indexOf('## 3 Kinds'), page.indexOf('## 4 Segments'));
    const listed = [...section.matchAll(/^\| ([0-9a-f]{2}) \| [a-z]/gm)].map(([, hex]) =>
      Number.parseInt(hex ?? '', 16)
    );
    expect(listed.sort((a, b) => a - b)).toEqual(Object.values(KIND).sort((a, b) => a - b));
  });

  it('names every label that the code derives with, and the code every error that it names', () => {
    const labels = Object.values(sources).flatMap((source) =>
      [...source.matchAll(/utf8\('(svj1\/[^']*)'\)/g)].map(([, label]) => label)
    );
    expect(labels.length).toBeGreaterThan(10);
    for (const label of labels) expect(page).toContain(`"${label ?? ''}"`);
    const codes = [...page.matchAll(/`((?:format|seal|kdf|range)\/[a-z-]+)`/g)].map(([, code]) => code ?? '');
    for (const code of codes) expect(ERRORS).toHaveProperty([code]);
    for (const code of Object.keys(ERRORS)) {
      // Ids in text form and the passphrase's own length are refused before there are bytes.
      if (/^(?:format|seal)\//.test(code) && code !== 'format/id') expect(codes).toContain(code);
    }
  });

  it('gives the numbers of the code', () => {
    for (const value of [MAX_PLAINTEXT, KDF_FLOOR.memory, KDF_CEILING.memory]) expect(page).toContain(number(value));
    expect(page).toContain(`always ${WRAP_BYTES} bytes`);
    expect(page).toContain(`At most ${MAX_DEPTH} levels`);
    const [lengths, sizes] = [/^\| length \|(.*)\|$/m, /^\| Padmé \|(.*)\|$/m].map((row) =>
      (row.exec(page)?.[1] ?? '').split('|').map(Number)
    );
    expect(lengths?.map(padme)).toEqual(sizes);
  });

  it('has every section that the code cites', () => {
    const cited = Object.values(sources).flatMap((source) =>
      [...source.matchAll(/FORMAT\.md\s+(?:\*\s+)?sections? (\d+(?:\.\d+)?)/g)].map(([, section]) => section ?? '')
    );
    expect(new Set(cited).size).toBeGreaterThan(5);
    for (const section of cited) expect(page).toMatch(new RegExp(`^##+ ${section.replace('.', '\\.')} `, 'm'));
  });
});
