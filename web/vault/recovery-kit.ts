/** The recovery kit: shown, asked back, and asked again after 7 and after 90 days. */
import type { Bytes } from '#shared/bytes.ts';
import type { RecoveryAnswer, RecoveryState } from '#web/workers/contracts.ts';
import type { HeadContent } from './head.ts';
import { RECOVERY_WORDS, tidyWord, wordsOf } from './recovery-words.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** After the first, second and every later confirmation. */
const RECHECK_DAYS = [7, 90, 365];
const QUESTIONS = 3;

export function recoveryState({ confirmed, postponed }: HeadContent['recovery'], now: Date): RecoveryState {
  const last = confirmed.at(-1);
  if (last === undefined) return { confirmedAt: null, postponed, due: true };
  const days = RECHECK_DAYS[Math.min(confirmed.length, RECHECK_DAYS.length) - 1] ?? 0;
  return { confirmedAt: last, postponed, due: now.getTime() >= Date.parse(last) + days * DAY_MS };
}

/** Three different positions (from 0), ascending. */
export function drawQuestions(random: (count: number) => Bytes): number[] {
  const drawn = new Set<number>();
  while (drawn.size < QUESTIONS) {
    const byte = random(1)[0] ?? 0;
    // 240 is the largest multiple of 24 in a byte: every position is equally likely.
    if (byte < 240) drawn.add(byte % RECOVERY_WORDS);
  }
  return [...drawn].sort((a, b) => a - b);
}

/**
 * The words that are asked back. The positions are drawn here and answered all at once, right or not: a script in an open
 * journal that chose them itself, or was told which one was wrong, could find the words one by one.
 */
export class AskedBack {
  readonly #random: (count: number) => Bytes;
  #positions: readonly number[] = [];

  constructor(random: (count: number) => Bytes) {
    this.#random = random;
  }

  /** Other positions than before, most likely; those of before are not taken any more. */
  ask(): readonly number[] {
    this.#positions = drawQuestions(this.#random);
    return this.#positions;
  }

  /** Whether exactly the words that were asked for are given, and each is the kit's. */
  isAnswered(recoveryKey: Bytes, answers: readonly RecoveryAnswer[]): boolean {
    if (this.#positions.length !== QUESTIONS || answers.length !== QUESTIONS) return false;
    const words = wordsOf(recoveryKey);
    const given = new Map(answers.map(({ position, word }) => [position, tidyWord(word)]));
    return this.#positions.every((position) => given.get(position) === words[position]);
  }

  forget(): void {
    this.#positions = [];
  }
}
