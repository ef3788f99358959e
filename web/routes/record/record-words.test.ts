import { beforeAll, describe, expect, it } from 'vitest';
import { messages } from '#web/messages/catalogue.svelte.ts';
import { record as words } from '#web/messages/en/record.ts';
import type { RecorderState, Safety } from '#web/state/recording.svelte.ts';
import { announcement, lateText, phaseOf, statusOf } from './record-words.ts';

type Seen = Parameters<typeof statusOf>[0];
type Outcome = NonNullable<Seen['end']>['outcome'];

function seen(state: RecorderState, more: Partial<Seen> & { readonly outcome?: Outcome } = {}): Seen {
  const { outcome, ...rest } = more;
  const end = { outcome } as NonNullable<Seen['end']>;
  const calm = { safety: 'starting', savedSecondsAgo: null, countdown: 0, switching: false } as const;
  return { state, ...calm, end: outcome === undefined ? null : end, ...rest };
}

const spoken = (state: RecorderState, more?: Parameters<typeof seen>[1]): string =>
  announcement(seen(state, more), phaseOf(state));

/** "Nothing … has been saved … yet" claims nothing. */
const SAYS_SAVED = /\bsaved\b(?! on the device yet)/i;

beforeAll(() => messages.complete());

describe('the record screen says', () => {
  it.each<[Safety, number | null, string, string]>([
    ['starting', null, 'idle', words.firstBytes],
    ['nothing', null, 'stalled', words.notSaving],
    ['saving', 0, 'saving', 'Saved to now'],
    ['saving', 2, 'saving', 'Saved to 2 s ago'],
    ['stalled', 4, 'stalled', words.notSaving]
  ])('beside the dot, while recording and %s', (safety, savedSecondsAgo, tone, text) => {
    expect(statusOf(seen('recording', { safety, savedSecondsAgo }), 'open')).toEqual({ tone, text });
  });

  it.each<[Safety, string]>([
    ['saved', 'paused'],
    ['saving', 'paused'],
    ['starting', 'paused'],
    ['stalled', 'stalled'],
    ['nothing', 'stalled']
  ])('beside the dot, while paused and %s', (safety, tone) => {
    expect(statusOf(seen('paused', { safety, savedSecondsAgo: 0 }), 'open').tone).toBe(tone);
  });

  it('that a recording is interrupted, not that it is ready', () => {
    expect(statusOf(seen('interrupted', { outcome: 'kept' }), 'failed')).toEqual({
      tone: 'paused',
      text: words.isInterrupted
    });
    expect(statusOf(seen('idle'), 'open').text).toBe(words.ready);
  });

  it.each<[RecorderState, Partial<Seen> & { readonly outcome?: Outcome }, string]>([
    ['recording', { safety: 'starting' }, words.announce.starting],
    ['recording', { safety: 'nothing' }, words.announce.notSaving(words.nothingSaved)],
    ['recording', { safety: 'saving' }, words.announce.recording],
    ['recording', { safety: 'stalled' }, words.announce.notSaving(words.notSavingMore)],
    ['paused', { safety: 'starting' }, words.announce.pausedEmpty],
    ['paused', { safety: 'nothing' }, words.announce.notSaving(words.nothingSaved)],
    ['paused', { safety: 'saving' }, words.announce.pausedSaving],
    ['paused', { safety: 'stalled' }, words.announce.notSaving(words.notSavingMore)],
    ['paused', { safety: 'saved' }, words.announce.paused],
    ['stopping', {}, words.announce.stopping],
    ['stopping', { switching: true }, words.switching],
    ['interrupted', {}, words.announce.interrupted(words.interrupted.closing)],
    ['interrupted', { outcome: 'kept' }, words.announce.interrupted(words.interrupted.kept)],
    ['interrupted', { outcome: 'sealed' }, words.announce.interrupted(words.interrupted.sealed)],
    ['interrupted', { outcome: 'unfinished' }, words.announce.interrupted(words.interrupted.unfinished)],
    ['interrupted', { outcome: 'empty' }, words.announce.interrupted(words.interrupted.empty)],
    ['saved', { outcome: 'kept' }, words.announce.saved],
    ['saved', { outcome: 'sealed' }, words.locked.done],
    ['saved', { outcome: 'unfinished' }, words.interrupted.unfinished],
    ['saved', { outcome: 'empty' }, words.interrupted.empty],
    ['saved', {}, ''],
    ['failed', {}, ''],
    ['idle', {}, '']
  ])('aloud, when %s %o', (state, more, sentence) => {
    expect(spoken(state, more)).toBe(sentence);
  });

  it('"saved" aloud only of what is', () => {
    for (const state of ['paused', 'recording'] as const) {
      for (const safety of ['starting', 'nothing'] as const) {
        expect(spoken(state, { safety })).not.toMatch(SAYS_SAVED);
      }
    }
    for (const outcome of ['unfinished', 'empty'] as const) {
      expect(spoken('interrupted', { outcome })).not.toMatch(SAYS_SAVED);
      expect(spoken('saved', { outcome })).not.toMatch(SAYS_SAVED);
    }
  });

  it('in words what the amber dot means, and only then', () => {
    expect(lateText(seen('recording', { safety: 'stalled' }))).toBe(words.notSavingMore);
    expect(lateText(seen('recording', { safety: 'nothing' }))).toBe(words.nothingSaved);
    expect(lateText(seen('recording', { safety: 'saving' }))).toBeNull();
    expect(lateText(seen('stopping', { safety: 'stalled' }))).toBeNull();
  });
});
