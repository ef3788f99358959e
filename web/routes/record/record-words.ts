/** What the record screen says, by the state of the recording. */
import { m } from '#web/messages/catalogue.svelte.ts';
import type { CameraStatus } from '#web/state/camera.svelte.ts';
import type { recording as Recording, RecorderState, Safety, SpaceLeft } from '#web/state/recording.svelte.ts';

type Seen = Pick<typeof Recording, 'state' | 'safety' | 'savedSecondsAgo' | 'countdown' | 'switching' | 'end'>;
export type Phase = 'idle' | 'countdown' | 'recording' | 'paused' | 'stopping';

/** What the buttons offer. */
export function phaseOf(state: RecorderState): Phase {
  switch (state) {
    case 'countdown':
    case 'recording':
    case 'paused':
    case 'stopping':
      return state;
    default:
      return 'idle';
  }
}

export interface Status {
  readonly tone: 'idle' | 'saving' | 'stalled' | 'paused';
  readonly text: string;
}

/** "Saved" is said of durable bytes only, by the age of the newest of them. */
export function statusOf(recording: Seen, camera: CameraStatus): Status {
  const saved = recording.savedSecondsAgo;
  switch (recording.state) {
    case 'recording':
      if (isLate(recording.safety)) return { tone: 'stalled', text: m.record.notSaving };
      // Grey until there is something to lose no more.
      return saved === null
        ? { tone: 'idle', text: m.record.firstBytes }
        : { tone: 'saving', text: m.record.savedAgo(saved) };
    case 'paused':
      if (isLate(recording.safety)) return { tone: 'stalled', text: m.record.notSaving };
      return { tone: 'paused', text: m.record.paused };
    case 'stopping':
      return { tone: 'paused', text: recording.switching ? m.record.switching : m.record.saving };
    case 'countdown':
      return { tone: 'idle', text: m.record.countdown(recording.countdown) };
    case 'interrupted':
      return { tone: 'paused', text: m.record.isInterrupted };
    default:
      return { tone: 'idle', text: camera === 'opening' ? m.record.opening : m.record.ready };
  }
}

/** What to say, beside the amber dot, of what is and what is not on the disk; null while all is well. */
export function lateText({ state, safety }: Seen): string | null {
  if ((state !== 'recording' && state !== 'paused') || !isLate(safety)) return null;
  return safety === 'nothing' ? m.record.nothingSaved : m.record.notSavingMore;
}

/** Rare changes only: this is spoken. */
export function announcement(recording: Seen, phase: Phase): string {
  const late = lateText(recording);
  if (late !== null) return m.record.announce.notSaving(late);
  switch (phase) {
    case 'recording':
      return recording.safety === 'starting' ? m.record.announce.starting : m.record.announce.recording;
    case 'paused':
      return pausedText(recording.safety);
    case 'stopping':
      return recording.switching ? m.record.switching : m.record.announce.stopping;
    case 'countdown':
      return m.record.countdown(recording.countdown);
    case 'idle':
      return endedText(recording);
  }
}

function pausedText(safety: Safety): string {
  switch (safety) {
    case 'saved':
      return m.record.announce.paused;
    case 'saving':
    case 'stalled':
      return m.record.announce.pausedSaving;
    case 'starting':
    case 'nothing':
      return m.record.announce.pausedEmpty;
  }
}

function endedText({ state, end }: Seen): string {
  if (state === 'interrupted') {
    return m.record.announce.interrupted(m.record.interrupted[end?.outcome ?? 'closing']);
  }
  if (state !== 'saved' || end === null) return '';
  switch (end.outcome) {
    case 'kept':
      return m.record.announce.saved;
    case 'sealed':
      return m.record.locked.done;
    case 'unfinished':
      return m.record.interrupted.unfinished;
    case 'empty':
      return m.record.interrupted.empty;
  }
}

function isLate(safety: Safety): boolean {
  return safety === 'nothing' || safety === 'stalled';
}

export function leftText(space: SpaceLeft): string | undefined {
  return space.minutes === null ? undefined : m.record.minutesLeft(space.minutes);
}
