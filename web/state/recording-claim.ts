/** What a recording holds while it lasts: the right to record, the screen, the open journal, the installed version. */
import { claimRecording, ScreenWakeLock } from '#web/journal/capture.ts';
import { pwa } from './pwa.svelte.ts';
import { session } from './session.svelte.ts';

export class RecordingClaim {
  #releases: (() => void)[] = [];
  readonly #wakeLock = new ScreenWakeLock();

  /** Resolves to false when another tab records. @throws the signal's reason: nothing is held then */
  async take(signal: AbortSignal): Promise<boolean> {
    if (this.#releases.length > 0) return true;
    const release = await claimRecording();
    if (signal.aborted) release?.();
    signal.throwIfAborted();
    if (release === null) return false;
    this.#wakeLock.hold();
    this.#releases = [release, session.keepAwake(), pwa.blockUpdate()];
    return true;
  }

  giveBack(): void {
    this.#wakeLock.release();
    for (const release of this.#releases) release();
    this.#releases = [];
  }
}
