/** Recovery words and the kit: BIP39 both ways, three questions, re-checks after 7 and 90 days. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVectorText, vectorsPresent } from 'virtual:vectors';
import { fromHex, randomBytes, toHex } from '#shared/bytes.ts';
import { recoverVault } from './gate.ts';
import { AskedBack, drawQuestions, recoveryState } from './recovery-kit.ts';
import { recoveryKeyOf, suggestPassphrase, unknownWords, wordsOf } from './recovery-words.ts';
import { openRecoveryCopy } from './slots.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import { newVault, opens, PASSPHRASE, readClip, recordEntry, TEST_KDF, unlocked } from './testing/place.ts';

const DAY_MS = 86_400_000;

describe.skipIf(!vectorsPresent)('BIP39 vectors', async () => {
  const text = (await readVectorText('bip39/vectors.json')) ?? '{"english":[]}';
  const { english } = JSON.parse(text) as { english: [entropy: string, mnemonic: string][] };
  const ofOurLength = english.filter(([entropy]) => entropy.length === 64);

  it('are there', () => {
    expect(ofOurLength.length).toBeGreaterThanOrEqual(8);
  });

  for (const [entropy, mnemonic] of ofOurLength) {
    it(`${entropy.slice(0, 16)}… to words and back`, () => {
      expect(wordsOf(fromHex(entropy)).join(' ')).toBe(mnemonic);
      expect(toHex(recoveryKeyOf(mnemonic.split(' ')))).toBe(entropy);
    });
  }

  it('of other lengths are refused', () => {
    for (const [entropy, mnemonic] of english) {
      if (entropy.length === 64) continue;
      expect(() => recoveryKeyOf(mnemonic.split(' '))).toThrow(expect.objectContaining({ code: 'format/words' }));
    }
  });
});

describe('recovery words', () => {
  it('24 words name any key, and no other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (raw) => {
        const key = new Uint8Array(raw);
        const words = wordsOf(key);
        expect(words).toHaveLength(24);
        expect(recoveryKeyOf(words)).toEqual(key);
      }),
      { numRuns: 50 }
    );
  });

  it('case and surrounding space do not matter; order and spelling do', () => {
    const key = randomBytes(32);
    const words = wordsOf(key);
    expect(recoveryKeyOf(words.map((word) => `  ${word.toUpperCase()} `))).toEqual(key);
    const refused = expect.objectContaining({ code: 'format/words' }) as Error;
    expect(() => recoveryKeyOf(words.slice(1))).toThrow(refused);
    expect(() => recoveryKeyOf([...words, 'abandon'])).toThrow(refused);
    expect(() => recoveryKeyOf(words.with(3, 'journal1'))).toThrow(refused);
    expect(() => recoveryKeyOf([])).toThrow(refused);
    expect(unknownWords(['abandon', 'abandom', ' ZOO ', ''])).toEqual([1, 3]);
  });

  it('one word changed is noticed by the checksum in nearly all cases, and never opens', async () => {
    const { place, vault } = await newVault();
    const words = wordsOf(await openRecoveryCopy(vault.row, vault.keys.local));
    let passed = 0;
    for (let position = 0; position < 24; position++) {
      const other = words.with(position, words[position] === 'zoo' ? 'zone' : 'zoo');
      try {
        expect(await recoverVault(place, other, await testPassphraseKey('thief'), TEST_KDF)).toBeNull();
        passed++;
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'format/words' });
      }
    }
    expect(passed).toBeLessThan(6);
    expect(await opens(place, PASSPHRASE)).toBe(true);
  });

  it('open the journal, set a new passphrase, and stay valid', async () => {
    const { place, vault } = await newVault();
    const { clipId, data } = await recordEntry(vault);
    const words = wordsOf(await openRecoveryCopy(vault.row, vault.keys.local));
    for (const passphrase of ['two', 'three']) {
      const recovered = await recoverVault(place, words, await testPassphraseKey(passphrase), TEST_KDF);
      expect(await readClip(recovered!, clipId)).toEqual(data);
      expect(await opens(place, PASSPHRASE)).toBe(false);
      const again = await unlocked(place, passphrase);
      expect(wordsOf(await openRecoveryCopy(again.row, again.keys.local))).toEqual(words);
    }
    expect(await opens(place, 'two')).toBe(false);
  });

  it('a suggested passphrase is six words of the list, another each time', () => {
    const suggestions = Array.from({ length: 50 }, suggestPassphrase);
    expect(new Set(suggestions).size).toBe(50);
    for (const suggestion of suggestions) {
      expect(suggestion.split(' ')).toHaveLength(6);
      expect(unknownWords(suggestion.split(' '))).toEqual([]);
    }
  });
});

describe('the recovery kit', () => {
  const at = (days: number): Date => new Date(Date.parse('2026-01-01T00:00:00Z') + days * DAY_MS);
  const confirmedAt = (...days: number[]) => ({
    confirmed: days.map((day) => at(day).toISOString()),
    postponed: false
  });

  it('is due until it is confirmed, then after 7 days, after 90, and every year', () => {
    expect(recoveryState(confirmedAt(), at(0))).toEqual({ confirmedAt: null, postponed: false, due: true });
    const due: [confirmed: number[], after: number, expected: boolean][] = [
      [[0], 6.99, false],
      [[0], 7, true],
      [[0, 7], 7 + 89.99, false],
      [[0, 7], 7 + 90, true],
      [[0, 7, 97], 97 + 364, false],
      [[0, 7, 97], 97 + 365, true],
      [[0, 7, 97, 462], 462 + 364, false],
      [[0, 7, 97, 462], 462 + 365, true]
    ];
    for (const [confirmed, after, expected] of due) {
      expect(recoveryState(confirmedAt(...confirmed), at(after)).due).toBe(expected);
    }
    expect(recoveryState({ confirmed: [], postponed: true }, at(0))).toMatchObject({ postponed: true, due: true });
  });

  it('asks for three different words, each as often as any other', () => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 2400; i++) {
      const questions = drawQuestions(randomBytes);
      expect(new Set(questions).size).toBe(3);
      expect(questions).toEqual([...questions].sort((a, b) => a - b));
      for (const position of questions) counts.set(position, (counts.get(position) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    // 300 expected each; 5 standard deviations are about 83.
    for (const count of counts.values()) expect(Math.abs(count - 300)).toBeLessThan(90);
  });

  it('draws again where a byte would favour some positions', () => {
    const bytes = [255, 250, 240, 239, 5, 5, 29, 0];
    const questions = drawQuestions(() => new Uint8Array([bytes.shift() ?? 0]));
    expect(questions).toEqual([0, 5, 23]);
  });

  it('takes the three words that were asked for, and nothing less or else', () => {
    const key = randomBytes(32);
    const words = wordsOf(key);
    const answersTo = (positions: readonly number[]) =>
      positions.map((position) => ({ position, word: ` ${words[position]!.toUpperCase()}` }));
    const asked = new AskedBack(randomBytes);
    expect(asked.isAnswered(key, [])).toBe(false);
    expect(asked.isAnswered(key, answersTo([0, 7, 23]))).toBe(false);
    const positions = asked.ask();
    const right = answersTo(positions);
    expect(asked.isAnswered(key, right)).toBe(true);
    expect(asked.isAnswered(key, [...right].reverse())).toBe(true);
    for (const less of [right.slice(0, 1), right.slice(1), [right[0]!, right[0]!, right[1]!]]) {
      expect(asked.isAnswered(key, less)).toBe(false);
    }
    const unasked = Array.from({ length: 24 }, (_, position) => position).filter((at) => !positions.includes(at));
    expect(asked.isAnswered(key, answersTo(unasked.slice(0, 3)))).toBe(false);
    expect(asked.isAnswered(key, answersTo([...positions, ...unasked]))).toBe(false);
    for (let i = 0; i < 3; i++) {
      expect(asked.isAnswered(key, right.with(i, { position: right[i]!.position, word: 'zoo zoo' }))).toBe(false);
    }
    asked.forget();
    expect(asked.isAnswered(key, right)).toBe(false);
  });
});
