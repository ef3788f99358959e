/** One recording per browser: a Web Lock that the browser gives back even when the tab dies. */
const LOCK = 'svj/recording';

/** A function that gives the right to record back, or null when another tab records. */
export function claimRecording(): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(LOCK, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}
