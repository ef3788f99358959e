/** The life of a recording as one string union; what is not in the table throws. */
export type RecorderState =
  | 'idle'
  | 'countdown'
  | 'recording'
  | 'paused'
  /** Ended from outside; everything so far is kept and the person may continue. */
  | 'interrupted'
  | 'stopping'
  | 'saved'
  /** Nothing could be recorded at all. */
  | 'failed';

/** Why a recording ended without the person's wish. */
export type Interruption =
  | 'track-ended'
  | 'muted'
  | 'permission'
  | 'recorder'
  | 'frozen'
  | 'space'
  | 'storage'
  /** The disk falls behind what is recorded. */
  | 'too-slow'
  | 'worker';

const NEXT: Readonly<Record<RecorderState, readonly RecorderState[]>> = {
  idle: ['countdown', 'recording', 'failed'],
  countdown: ['recording', 'idle', 'failed'],
  recording: ['paused', 'stopping', 'interrupted', 'failed'],
  paused: ['recording', 'stopping', 'interrupted', 'failed'],
  // Continuing may fail, and be tried again.
  interrupted: ['recording', 'interrupted', 'saved', 'idle'],
  // Switching the camera ends a clip and begins the next; in a pause not before it ends.
  stopping: ['saved', 'recording', 'paused', 'interrupted', 'failed'],
  saved: ['idle'],
  failed: ['idle', 'failed']
};

/** @throws RangeError, a mistake in the program, when `to` cannot follow `from` */
export function nextState(from: RecorderState, to: RecorderState): RecorderState {
  if (!NEXT[from].includes(to)) throw new RangeError(`a recording cannot go from ${from} to ${to}`);
  return to;
}

/** A clip is being written: leaving the page would end it. */
export function isLive(state: RecorderState): boolean {
  return state === 'recording' || state === 'paused' || state === 'stopping';
}
