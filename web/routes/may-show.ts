/** Which screen may be seen, by the state of the journal and the address. */
import type { SessionStatus } from '#web/state/session.svelte.ts';

export type Shown = 'starting' | 'welcome' | 'locked' | 'screen';

/**
 * The address stays what it was while locked, so that unlocking returns to it.
 *
 * @param recording a clip is being written by this tab: its own screen stays, without content
 */
export function mayShow(status: SessionStatus, path: string, recording: boolean): Shown {
  // What the app is, in which language and colours, is for everyone to see.
  if (path === '/about') return status === 'starting' ? 'starting' : 'screen';
  switch (status) {
    case 'starting':
      return 'starting';
    case 'unsupported':
      return 'welcome';
    case 'absent':
      return path === '/create' || path === '/sign-in' ? 'screen' : 'welcome';
    case 'locked':
      return path === '/recover' || (path === '/record' && recording) ? 'screen' : 'locked';
    case 'unlocked':
      return 'screen';
  }
}
