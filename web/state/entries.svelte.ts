/**
 * The journal's list. Whoever changes an entry hands in the summary that the vault answered
 * with: `entries.apply(result.summary)`. Emptied by every lock.
 */
import type { EntryId } from '#shared/ids.ts';
import { toSvjError, type SvjError } from '#shared/errors.ts';
import { listEntries, tagsInUse, withEntry, withoutEntry } from '#web/journal/entries.ts';
import { removeEntry, restoreEntry } from '#web/journal/remove.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import { pwa } from './pwa.svelte.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

export type ListStatus = 'closed' | 'opening' | 'open' | 'failed';

const UNDO_MS = 10_000;
const ANSWER_MS = 12_000;

class Entries {
  #list = $state.raw<readonly EntrySummary[]>([]);
  #status = $state<ListStatus>('closed');
  #failure = $state.raw<SvjError | null>(null);
  /** Counts changes made here, so that a list read before one does not undo it on screen. */
  #changes = 0;
  #loading: Promise<void> | null = null;
  #askedToKeep = false;
  /** Notes that offer to take a deletion back. */
  readonly #offers = new Set<number>();

  constructor() {
    session.onLock(() => this.#clear());
    session.onChanged(() => {
      // A list that is being read may be from before.
      this.#changes++;
      if (this.#status === 'open') void this.refresh();
    });
  }

  /** Newest first. */
  get list(): readonly EntrySummary[] {
    return this.#list;
  }

  get status(): ListStatus {
    return this.#status;
  }

  get failure(): SvjError | null {
    return this.#failure;
  }

  /** Every tag in use, the most frequent first. Not derived: that would keep them after a lock, until read again. */
  get tags(): readonly string[] {
    return tagsInUse(this.#list);
  }

  /** Undefined when it is not in the list, or the list is not open. */
  find(id: EntryId): EntrySummary | undefined {
    return this.#list.find((entry) => entry.id === id);
  }

  /** Opens the list unless it is open. Never rejects: `status` and `failure` say how it went. */
  load(): Promise<void> {
    return this.#status === 'open' ? Promise.resolve() : this.refresh();
  }

  /** Reads the list again. Never rejects. */
  refresh(): Promise<void> {
    this.#loading ??= this.#read().finally(() => (this.#loading = null));
    return this.#loading;
  }

  /** After an edit, a finished or a kept recording. Tells the other tabs. */
  apply(summary: EntrySummary): void {
    this.#changes++;
    this.#list = withEntry(this.#list, summary);
    session.changed();
    void this.askToKeep();
  }

  /** To the trash, with ten seconds to take it back. @throws what the vault throws */
  async remove(id: EntryId): Promise<void> {
    await removeEntry(session.vault, id);
    this.#changes++;
    this.#list = withoutEntry(this.#list, id);
    session.changed();
    const offer = toasts.show(m.journal.remove.done, {
      action: { label: m.journal.remove.undo, run: () => void this.#undo(id) },
      durationMs: UNDO_MS
    });
    this.#offers.add(offer);
  }

  /** Where the trash itself is shown, it offers more than a note at the edge of the screen. */
  withdrawUndo(): void {
    for (const offer of this.#offers) toasts.dismiss(offer);
    this.#offers.clear();
  }

  /** Back from the trash. @throws `entry/absent` once it was destroyed */
  async restore(id: EntryId): Promise<void> {
    await restoreEntry(session.vault, id);
    this.#changes++;
    session.changed();
    await this.refresh();
  }

  async #undo(id: EntryId): Promise<void> {
    try {
      await this.restore(id);
      toasts.show(m.journal.remove.restored);
    } catch (thrown) {
      toasts.failure(thrown);
    }
  }

  /**
   * With the first entry, however it came, there is something to lose: the browser is asked once to keep it, and its
   * answer shown.
   */
  async askToKeep(): Promise<void> {
    await this.load();
    if (this.#list.length === 0 || this.#askedToKeep) return;
    this.#askedToKeep = true;
    const persisted = await pwa.askPersistenceOnce();
    if (persisted === null) return;
    toasts.show(persisted === 'granted' ? m.journal.persistence.granted : m.journal.persistence.denied, {
      durationMs: ANSWER_MS
    });
  }

  async #read(): Promise<void> {
    if (this.#status !== 'open') this.#status = 'opening';
    try {
      let before: number;
      let list: readonly EntrySummary[];
      do {
        before = this.#changes;
        list = await listEntries(session.vault);
      } while (before !== this.#changes);
      this.#list = list;
      this.#failure = null;
      this.#status = 'open';
    } catch (thrown) {
      const failure = toSvjError(thrown);
      // A lock came in between and has emptied the list.
      if (failure.code === 'vault/locked') return;
      this.#failure = failure;
      if (this.#status !== 'open') this.#status = 'failed';
    }
  }

  #clear(): void {
    this.#changes++;
    this.#list = [];
    this.#status = 'closed';
    this.#failure = null;
  }
}

export const entries = new Entries();
