/** When the tracks of a recording are shown against each other: what the edit lists of its head have to say. */
import { type SampleTable } from './mp4-samples.ts';
import { type Mp4Track } from './mp4-track.ts';

export interface Mp4Content {
  readonly track: Mp4Track;
  readonly samples: SampleTable;
}

/** A track with samples, placed on the common clock. */
export interface Mp4Presentation extends Mp4Content {
  /** Nothing is shown for so many seconds first; 0 for the first track. */
  readonly emptySeconds: number;
  /** Then the media from this tick on. */
  readonly mediaTime: number;
  /** How long the media is shown. */
  readonly shownSeconds: number;
}

/**
 * In a plain MP4 every track begins at its own tick 0, so the decode time of its first fragment, and what the recorded
 * edit list says, become one shift. What all tracks have in common is dropped: the recording begins when the first of
 * them does.
 */
export function present(contents: readonly Mp4Content[]): Mp4Presentation[] {
  const shown = contents.filter(({ samples }) => samples.length > 0);
  const shifts = shown.map(({ track, samples }) => shiftSeconds(track, samples));
  const common = Math.max(0, Math.min(...shifts));
  return shown.map((content, i) => {
    const { track, samples } = content;
    const shift = (shifts[i] ?? 0) - common;
    const mediaTime = Math.max(0, Math.round(-shift * track.timescale));
    const shownTicks = Math.max(0, samples.compositionEnd + samples.openEnd - mediaTime);
    return { ...content, emptySeconds: Math.max(0, shift), mediaTime, shownSeconds: shownTicks / track.timescale };
  });
}

export function presentationMs(presentations: readonly Mp4Presentation[]): number {
  const ends = presentations.map(({ emptySeconds, shownSeconds }) => 1000 * (emptySeconds + shownSeconds));
  return Math.max(0, ...ends);
}

function shiftSeconds(track: Mp4Track, samples: SampleTable): number {
  return track.emptySeconds + (samples.start - track.mediaTime) / track.timescale;
}
