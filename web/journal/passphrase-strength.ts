/**
 * How hard a passphrase is to guess. The only importer of zxcvbn, which is large: load this
 * file when a passphrase is being chosen, not before.
 */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { utf8 } from '#shared/bytes.ts';

export const PASSPHRASE_MIN_CHARACTERS = 8;
export const PASSPHRASE_GOOD_CHARACTERS = 15;
export const PASSPHRASE_MAX_BYTES = 1024;

/** Guessing is what a thief of the device does offline: each step is about a thousand times more work. */
const ENOUGH_GUESSES_LOG10 = [6, 9, 12, 15] as const;
/** zxcvbn's time grows with the square of the length, and what follows cannot make it weaker. */
const JUDGED_CHARACTERS = 40;

export type Refusal = 'empty' | 'too-short' | 'too-long' | 'common';

export interface Strength {
  readonly level: 0 | 1 | 2 | 3 | 4;
  /** Why it is not accepted; null when it is. */
  readonly refusal: Refusal | null;
  /** Shorter than recommended. */
  readonly short: boolean;
}

const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

function guesses(text: string): number {
  if (text === '') return 0;
  const { guessesLog10 } = zxcvbn.check(text, ['secure', 'video', 'journal']);
  // It remembers the last text it was asked about, and lives as long as the page: after this, that text is none.
  zxcvbn.check('');
  return guessesLog10;
}

/** Counts what a person sees as characters, after the normalisation that derivation applies. */
export function judgePassphrase(passphrase: string): Strength {
  const normal = passphrase.normalize('NFC');
  const length = Array.from(normal).length;
  const short = length < PASSPHRASE_GOOD_CHARACTERS;
  if (length === 0) return { level: 0, refusal: 'empty', short };
  if (utf8(normal).length > PASSPHRASE_MAX_BYTES) return { level: 0, refusal: 'too-long', short };
  // A known password is not stronger for its spaces.
  const judged = normal.slice(0, JUDGED_CHARACTERS);
  const joined = judged.replaceAll(/\s/g, '');
  const guessesLog10 = joined === judged ? guesses(judged) : Math.min(guesses(judged), guesses(joined));
  const level = ENOUGH_GUESSES_LOG10.filter((enough) => guessesLog10 >= enough).length as Strength['level'];
  if (length < PASSPHRASE_MIN_CHARACTERS) return { level: Math.min(level, 1) as 0 | 1, refusal: 'too-short', short };
  return { level, refusal: level === 0 ? 'common' : null, short };
}
