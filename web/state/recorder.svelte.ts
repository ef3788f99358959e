/** What this tab's recorder is doing: all that the shell has to know of it, apart from everything that records. */
import { isLive, nextState, type RecorderState } from '#web/journal/capture.ts';

class Recorder {
  #state = $state<RecorderState>('idle');

  get state(): RecorderState {
    return this.#state;
  }

  /** A clip is being written: leaving would end it. */
  get live(): boolean {
    return isLive(this.#state);
  }

  /** @throws when there is no way from here to there */
  become(next: RecorderState): void {
    this.#state = nextState(this.#state, next);
  }

  /** Whatever there was is left: only while nothing is written. */
  forget(): void {
    this.#state = 'idle';
  }
}

export const recorder = new Recorder();
