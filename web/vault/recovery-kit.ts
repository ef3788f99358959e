/** The recovery kit: shown, asked back, and asked again after 7 and after 90 days. */
import type { Bytes } from '#shared/bytes.ts';
import type { RecoveryState } from '#web/workers/contracts.ts';
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

/** Positions whose word is not the kit's. */
export function wrongAnswers(recoveryKey: Bytes, answers: readonly { position: number; word: string }[]): number[] {
  const words = wordsOf(recoveryKey);
  return answers.filter(({ position, word }) => words[position] !== tidyWord(word)).map(({ position }) => position);
}
