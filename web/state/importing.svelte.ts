/** Video files being taken in, one after another. `importing.add(files)`; each says how far it is and how it ended. */
import { toSvjError, type SvjError } from '#shared/errors.ts';
import type { EntryId } from '#shared/ids.ts';
import { importVideo } from '#web/journal/import.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import { startMedia, startRecorder } from '#web/workers/workers.ts';
import { completeEntry } from './complete-entry.ts';
import { entries } from './entries.svelte.ts';
import { pwa } from './pwa.svelte.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

export type ImportStatus = 'waiting' | 'working' | 'saved' | 'failed';

export interface ImportItem {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly status: ImportStatus;
  /** 0 to 1; null while it is not known. */
  readonly fraction: number | null;
  readonly error: SvjError | null;
  readonly entryId: EntryId | null;
}

const NOTICE_MS = 20_000;

class Importing {
  #items = $state.raw<readonly ImportItem[]>([]);
  readonly #files = new Map<number, File>();
  #running: AbortController | null = null;
  #runningId = 0;
  #nextId = 1;
  /** How many a lock has stopped; nothing else of them is known then. */
  #stopped = 0;

  constructor() {
    // File names are content: nothing of a list may outlive a lock. What was under way is undone at the next unlock.
    session.onLock(() => this.#clear());
  }

  get items(): readonly ImportItem[] {
    return this.#items;
  }

  /** Takes the files in, in their order. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      const id = this.#nextId++;
      this.#files.set(id, file);
      this.#items = [
        ...this.#items,
        { id, name: file.name, bytes: file.size, status: 'waiting', fraction: null, error: null, entryId: null }
      ];
    }
    if (this.#running === null) void this.#run();
  }

  /** Stops one, or takes a finished one from the list. Nothing of a stopped one is kept. */
  remove(id: number): void {
    if (this.#runningId === id) this.#running?.abort();
    this.#files.delete(id);
    this.#items = this.#items.filter((item) => item.id !== id);
  }

  /** To be called when the journal is open again: what a lock stopped is said, since it must be added once more. */
  reportStopped(): void {
    if (this.#stopped > 0) toasts.show(m.shell.importsStopped(this.#stopped), { durationMs: NOTICE_MS });
    this.#stopped = 0;
  }

  async #run(): Promise<void> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const file = this.#files.get(next.id);
      if (file === undefined) return;
      await this.#import(next.id, file);
    }
  }

  async #import(id: number, file: File): Promise<void> {
    const controller = new AbortController();
    [this.#running, this.#runningId] = [controller, id];
    const releases = [session.keepAwake(), pwa.blockUpdate()];
    this.#set(id, { status: 'working' });
    try {
      const entry = await importVideo(file, {
        vault: session.vault,
        startRecorder,
        startMedia,
        signal: controller.signal,
        progress: ({ done, total }) => this.#set(id, { fraction: total > 0 ? Math.min(1, done / total) : null })
      });
      this.#set(id, { status: 'saved', fraction: 1, entryId: entry.id });
      entries.apply(entry.summary);
      await completeEntry(entry, controller.signal);
    } catch (thrown) {
      this.#set(id, { status: 'failed', error: toSvjError(thrown) });
    } finally {
      for (const release of releases) release();
      this.#files.delete(id);
      [this.#running, this.#runningId] = [null, 0];
    }
  }

  #next(): ImportItem | undefined {
    return this.#items.find(({ status }) => status === 'waiting');
  }

  #set(id: number, changes: Partial<ImportItem>): void {
    this.#items = this.#items.map((item) => (item.id === id ? { ...item, ...changes } : item));
  }

  #clear(): void {
    this.#stopped += this.#items.filter(({ status }) => status === 'working' || status === 'waiting').length;
    this.#running?.abort();
    this.#files.clear();
    this.#items = [];
  }
}

export const importing = new Importing();
