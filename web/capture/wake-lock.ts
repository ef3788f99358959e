/** Keeps the screen on while recording. The browser drops the lock when the page is hidden: asked for again then. */
export class ScreenWakeLock {
  #sentinel: WakeLockSentinel | null = null;
  #listening: AbortController | null = null;

  /** Best effort: a device low on battery may refuse. */
  hold(): void {
    if (this.#listening !== null) return;
    this.#listening = new AbortController();
    document.addEventListener('visibilitychange', () => void this.#request(), { signal: this.#listening.signal });
    void this.#request();
  }

  release(): void {
    this.#listening?.abort();
    this.#listening = null;
    void this.#sentinel?.release();
    this.#sentinel = null;
  }

  async #request(): Promise<void> {
    const wakeLock = navigator.wakeLock as WakeLock | undefined;
    if (wakeLock === undefined || document.visibilityState !== 'visible') return;
    try {
      const sentinel = await wakeLock.request('screen');
      if (this.#listening === null) await sentinel.release();
      else this.#sentinel = sentinel;
    } catch {
      // Refused: the screen may dim, the recording goes on.
    }
  }
}
