/** What one part of the relay tells another, in all processes: "something of this account changed". */
import type { Postgres } from './postgres.ts';

export interface Signals {
  /** Reaches whoever listens now; nothing is kept for later. */
  send(topic: string): Promise<void>;
  /** Calls `heard` whenever `topic` is sent, until the returned function is called. */
  on(topic: string, heard: () => void): Promise<() => void>;
  close(): Promise<void>;
}

/** Within one process. */
export class LocalSignals implements Signals {
  readonly #listeners = new Map<string, Set<() => void>>();

  send(topic: string): Promise<void> {
    for (const heard of this.#listeners.get(topic) ?? []) heard();
    return Promise.resolve();
  }

  on(topic: string, heard: () => void): Promise<() => void> {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(heard));
    return Promise.resolve(() => {
      listeners.delete(heard);
      if (listeners.size === 0) this.#listeners.delete(topic);
    });
  }

  close(): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }
}

const CHANNEL = 'svj';

/** Among all processes on one PostgreSQL; the connection that listens is made with the first listener. */
export class PostgresSignals implements Signals {
  readonly #postgres: Postgres;
  readonly #local = new LocalSignals();
  #listening: Promise<() => Promise<void>> | null = null;

  constructor(postgres: Postgres) {
    this.#postgres = postgres;
  }

  send(topic: string): Promise<void> {
    return this.#postgres.notify(CHANNEL, topic);
  }

  async on(topic: string, heard: () => void): Promise<() => void> {
    this.#listening ??= this.#postgres.listen(CHANNEL, (said) => void this.#local.send(said));
    await this.#listening;
    return this.#local.on(topic, heard);
  }

  async close(): Promise<void> {
    await this.#local.close();
    const stop = await this.#listening;
    await stop?.();
  }
}
