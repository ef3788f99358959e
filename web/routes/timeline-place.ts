/** Where the timeline was left, so that coming back from an entry goes on there. Forgotten at every lock. */
import { session } from '#web/state/session.svelte.ts';
import type { TimelinePlace } from '#web/ui/journal/timeline-rows.ts';

class TimelineMemory {
  place: TimelinePlace | null = null;

  constructor() {
    session.onLock(() => (this.place = null));
  }
}

export const timeline = new TimelineMemory();
