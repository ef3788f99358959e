/** What the record screen says, by the state of the recording. */
import { m } from '#web/messages/catalogue.svelte.ts';
import type { CameraStatus } from '#web/state/camera.svelte.ts';
import type { recording as Recording, RecorderState, SpaceLeft } from '#web/state/recording.svelte.ts';

type Seen = Pick<typeof Recording, 'state' | 'saving' | 'savedSecondsAgo' | 'countdown'>;
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

/** "Saved" is said of durable bytes only. */
export function statusOf(recording: Seen, camera: CameraStatus): Status {
  const saved = recording.savedSecondsAgo;
  switch (recording.state) {
    case 'recording':
      if (!recording.saving) return { tone: 'stalled', text: m.record.notSaving };
      return { tone: 'saving', text: saved === null ? m.record.firstBytes : m.record.savedAgo(saved) };
    case 'paused':
      return { tone: 'paused', text: m.record.paused };
    case 'stopping':
      return { tone: 'paused', text: m.record.saving };
    case 'countdown':
      return { tone: 'idle', text: m.record.countdown(recording.countdown) };
    default:
      return { tone: 'idle', text: camera === 'opening' ? m.record.opening : m.record.ready };
  }
}

/** Rare changes only: this is spoken. */
export function announcement({ state, saving, countdown }: Seen, phase: Phase): string {
  if (state === 'interrupted') return m.record.announce.interrupted;
  if (state === 'recording' && !saving) return m.record.announce.notSaving;
  switch (phase) {
    case 'recording':
      return m.record.announce.recording;
    case 'paused':
      return m.record.announce.paused;
    case 'stopping':
      return m.record.announce.stopping;
    case 'countdown':
      return m.record.countdown(countdown);
    case 'idle':
      return state === 'saved' ? m.record.announce.saved : '';
  }
}

export function leftText(space: SpaceLeft): string | undefined {
  return space.minutes === null ? undefined : m.record.minutesLeft(space.minutes);
}
