/** Devices that are signed in to the backup. */
import type { SvjError } from '#shared/errors.ts';
import { toSvjError } from '#shared/errors.ts';
import { relay } from './relay.ts';
import { session } from './session.svelte.ts';

export interface SignedInDevice {
  readonly sessionId: string;
  /** The one that asks. */
  readonly current: boolean;
  /** Milliseconds since 1970. */
  readonly seenAt: number;
}

const PATIENCE_MS = 15_000;

class Devices {
  #list = $state.raw<readonly SignedInDevice[] | null>(null);
  #failure = $state.raw<SvjError | null>(null);

  constructor() {
    session.onLock(() => {
      this.#list = null;
      this.#failure = null;
    });
  }

  /** This one first, then by when they were last seen; null until they were asked for. */
  get list(): readonly SignedInDevice[] | null {
    return this.#list;
  }

  get failure(): SvjError | null {
    return this.#failure;
  }

  /** Never rejects. */
  async load(): Promise<void> {
    try {
      const { current, sessions } = await relay.sessions(AbortSignal.timeout(PATIENCE_MS));
      this.#list = sessions
        .map(({ sessionId, seenAt }) => ({ sessionId, seenAt, current: sessionId === current }))
        .sort((a, b) => Number(b.current) - Number(a.current) || b.seenAt - a.seenAt);
      this.#failure = null;
    } catch (thrown) {
      this.#failure = toSvjError(thrown);
    }
  }

  /** @throws `relay/…`, `session/…` */
  async end(sessionId: string): Promise<void> {
    await relay.endSession(sessionId, AbortSignal.timeout(PATIENCE_MS));
    await this.load();
  }
}

export const devices = new Devices();
