/**
 * Recovery words: the 24-word coding of BIP39 for the 32-byte recovery key (its seed
 * derivation is not used). The only importer of @scure/bip39.
 */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { concat, randomBytes, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';

export const RECOVERY_WORDS = 24;
const KNOWN: ReadonlySet<string> = new Set(wordlist);
const SUGGESTED_WORDS = 6;

export function wordsOf(recoveryKey: Bytes): string[] {
  return entropyToMnemonic(recoveryKey, wordlist).split(' ');
}

/**
 * @param words as typed; case, accents' composition and surrounding space do not matter
 * @throws `format/words` for unknown words, a wrong number of them or a wrong checksum
 */
export function recoveryKeyOf(words: readonly string[]): Bytes {
  const tidy = words.map(tidyWord);
  if (tidy.length !== RECOVERY_WORDS || unknownWords(tidy).length > 0) throw new SvjError('format/words');
  try {
    return concat(mnemonicToEntropy(tidy.join(' '), wordlist));
  } catch (cause) {
    throw new SvjError('format/words', 'checksum', cause);
  }
}

/** Positions (from 0) of words that are not in the list: typos. */
export function unknownWords(words: readonly string[]): number[] {
  return words.flatMap((word, position) => (KNOWN.has(tidyWord(word)) ? [] : [position]));
}

export function tidyWord(word: string): string {
  return word.normalize('NFKD').trim().toLowerCase();
}

const CODE_WORDS = 8;
const WORD_BITS = 11;

/** The first 88 bits of a hash as eight words, to be compared by eye or read out over the phone. */
export function codeWords(hash: Bytes): string[] {
  const bits = [...hash].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: CODE_WORDS }, (_, word) => {
    const index = Number.parseInt(bits.slice(word * WORD_BITS, (word + 1) * WORD_BITS), 2);
    return wordlist[index] ?? '';
  });
}

/** Six words drawn evenly from 2,048: 66 bits. */
export function suggestPassphrase(): string {
  const draws = new Uint16Array(randomBytes(2 * SUGGESTED_WORDS).buffer);
  return [...draws].map((draw) => wordlist[draw % wordlist.length] ?? '').join(' ');
}
