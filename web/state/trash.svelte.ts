/** The trash: what waits there, how long, and the two ways out. Emptied on screen by every lock. */
import { SvelteSet } from 'svelte/reactivity';
import { toSvjError, type SvjError } from '#shared/errors.ts';
import type { EntryId } from '#shared/ids.ts';
import { destroyAll, destroyEntry, listTrash } from '#web/journal/remove.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import type { TrashItem } from '#web/workers/contracts.ts';
import { entries, type ListStatus } from './entries.svelte.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

const TICK_MS = 30_000;

export interface Emptying {
  readonly done: number;
  readonly total: number;
}

class Trash {
  #list = $state.raw<readonly TrashItem[]>([]);
  #status = $state<ListStatus>('closed');
  #failure = $state.raw<SvjError | null>(null);
  #now = $state(Date.now());
  #emptying = $state.raw<Emptying | null>(null);
  #stop: AbortController | null = null;
  readonly #busy = new SvelteSet<EntryId>();

  constructor() {
    session.onLock(() => this.#clear());
    session.onChanged(() => {
      if (this.#status === 'open') void this.load();
    });
  }

  /** What goes first stands first. */
  get list(): readonly TrashItem[] {
    return this.#list;
  }

  get status(): ListStatus {
    return this.#status;
  }

  get failure(): SvjError | null {
    return this.#failure;
  }

  /** Milliseconds since 1970, for the countdowns. */
  get now(): number {
    return this.#now;
  }

  /** Null unless everything is being destroyed. */
  get emptying(): Emptying | null {
    return this.#emptying;
  }

  isBusy(id: EntryId): boolean {
    return this.#busy.has(id);
  }

  /** Reads the trash and lets the countdowns run. Returns how to stop them. */
  watch(): () => void {
    entries.withdrawUndo();
    void this.load();
    const timer = setInterval(() => (this.#now = Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }

  /** Never rejects. */
  async load(): Promise<void> {
    if (this.#status !== 'open') this.#status = 'opening';
    try {
      this.#list = await listTrash(session.vault);
      this.#now = Date.now();
      this.#failure = null;
      this.#status = 'open';
    } catch (thrown) {
      const failure = toSvjError(thrown);
      if (failure.code === 'vault/locked') return;
      this.#failure = failure;
      if (this.#status !== 'open') this.#status = 'failed';
    }
  }

  /** `name` is how the entry is called on screen. Never rejects. */
  restore(id: EntryId, name: string): Promise<void> {
    return this.#during(id, async () => {
      await entries.restore(id);
      toasts.show(m.journal.trash.restored(name));
    });
  }

  /** For good. Never rejects. */
  destroy(id: EntryId): Promise<void> {
    return this.#during(id, async () => {
      await destroyEntry(session.vault, id);
      session.changed();
      toasts.show(m.journal.trash.destroyed);
    });
  }

  /** Everything, for good, one after the other. Never rejects. */
  async empty(): Promise<void> {
    const ids = this.#list.map(({ summary }) => summary.id);
    const total = ids.length;
    const stop = new AbortController();
    let done = 0;
    this.#stop = stop;
    this.#emptying = { done, total };
    try {
      await destroyAll(session.vault, ids, stop.signal, (id) => {
        this.#emptying = { done: ++done, total };
        this.#forget(id);
      });
      toasts.show(stop.signal.aborted ? m.journal.trash.stopped(done, total) : m.journal.trash.emptied(done));
    } catch (thrown) {
      toasts.failure(thrown);
    } finally {
      this.#stop = null;
      this.#emptying = null;
      session.changed();
    }
  }

  /** What is destroyed already stays destroyed. */
  stopEmptying(): void {
    this.#stop?.abort();
  }

  async #during(id: EntryId, work: () => Promise<void>): Promise<void> {
    this.#busy.add(id);
    try {
      await work();
      this.#forget(id);
    } catch (thrown) {
      toasts.failure(thrown);
    } finally {
      this.#busy.delete(id);
    }
  }

  #forget(id: EntryId): void {
    this.#list = this.#list.filter(({ summary }) => summary.id !== id);
  }

  #clear(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#list = [];
    this.#status = 'closed';
    this.#failure = null;
    this.#busy.clear();
  }
}

export const trash = new Trash();
