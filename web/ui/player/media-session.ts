/**
 * Keys of the keyboard, headset and lock screen. What they show is the app's name and nothing of the entry: a lock
 * screen is read by whoever holds the phone.
 */

export interface MediaSessionDeeds {
  readonly play: () => void;
  readonly pause: () => void;
  readonly skip: (ms: number) => void;
}

const SKIP_SECONDS = 10;

/** @returns how to leave the lock screen again */
export function joinMediaSession(name: string, { play, pause, skip }: MediaSessionDeeds): () => void {
  if (!('mediaSession' in navigator)) return () => undefined;
  const session = navigator.mediaSession;
  const handlers: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
    play,
    pause,
    stop: pause,
    seekbackward: ({ seekOffset }) => skip(-1000 * (seekOffset ?? SKIP_SECONDS)),
    seekforward: ({ seekOffset }) => skip(1000 * (seekOffset ?? SKIP_SECONDS))
  };
  session.metadata = new MediaMetadata({ title: name });
  set(session, handlers);
  return () => {
    session.metadata = null;
    session.playbackState = 'none';
    set(session, Object.fromEntries(Object.keys(handlers).map((action) => [action, null])));
  };
}

export function tellMediaSession(playing: boolean): void {
  if ('mediaSession' in navigator) navigator.mediaSession.playbackState = playing ? 'playing' : 'paused';
}

function set(
  session: MediaSession,
  handlers: Partial<Record<MediaSessionAction, MediaSessionActionHandler | null>>
): void {
  for (const [action, handler] of Object.entries(handlers)) {
    try {
      session.setActionHandler(action as MediaSessionAction, handler);
    } catch {
      // A browser that does not know this key.
    }
  }
}
