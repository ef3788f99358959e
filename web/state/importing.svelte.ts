/** Video files being taken in, one after another. `importing.add(files)`; each says how far it is and how it ended. */
import { goto } from '$app/navigation';
import { page } from '$app/state';
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { importAlone, importVideo, pickedImport, sharedImport, type ImportFile } from '#web/journal/import.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import type { SharedFile } from '#web/workers/contracts.ts';
import { startMedia, startRecorder } from '#web/workers/workers.ts';
import { completeEntry } from './complete-entry.ts';
import { entries } from './entries.svelte.ts';
import { importProgress } from './import-progress.svelte.ts';
import { pwa } from './pwa.svelte.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

export type ImportStatus = 'waiting' | 'working' | 'saved' | 'failed';

export interface ImportItem {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  /** Given by another app: kept sealed until it is an entry or taken off the list. */
  readonly shared: boolean;
  readonly status: ImportStatus;
  /** 0 to 1; null while it is not known. */
  readonly fraction: number | null;
  /** ms, as fast as it went so far; null while that cannot be said. */
  readonly remainingMs: number | null;
  readonly error: SvjError | null;
  readonly entryId: EntryId | null;
}

const NOTICE_MS = 20_000;
/** Before that a guess would jump about. */
const TELLING_MS = 2_000;

class Importing {
  #items = $state.raw<readonly ImportItem[]>([]);
  readonly #files = new Map<number, ImportFile>();
  #running: AbortController | null = null;
  #runningId = 0;
  #nextId = 1;
  #busy = false;

  constructor() {
    // File names are content: nothing of a list may outlive a lock. What was under way is undone at the next unlock.
    session.onLock(() => this.#clear());
  }

  get items(): readonly ImportItem[] {
    return this.#items;
  }

  /** Takes the files in, in their order. */
  add(files: Iterable<File>): void {
    for (const file of files) this.#list(pickedImport(file), null);
    void this.#run();
  }

  /** The same for what other apps gave. Each stays sealed as it was given until it is an entry, or is taken from the list. */
  addShared(files: Iterable<SharedFile>): void {
    const listed = new Set([...this.#files.values()].map(({ shared }) => shared));
    for (const file of files) {
      if (listed.has(file.id)) continue;
      this.#list(sharedImport(session.vault, file), file.damaged ? new SvjError('entry/damaged') : null);
    }
    void this.#run();
  }

  /** Stops one, or takes a finished one from the list. Nothing of a stopped one is kept. */
  remove(id: number): void {
    if (this.#runningId === id) this.#running?.abort();
    const shared = this.#files.get(id)?.shared ?? null;
    if (shared !== null) void this.#discard(shared);
    this.#forget(id);
  }

  #list(file: ImportFile, error: SvjError | null): void {
    const id = this.#nextId++;
    const status = error === null ? 'waiting' : 'failed';
    const { name, size: bytes, shared } = file;
    const item = {
      id,
      name: name || m.shell.sharedName,
      bytes,
      shared: shared !== null,
      fraction: null,
      remainingMs: null,
      entryId: null
    };
    this.#items = [...this.#items, { ...item, status, error }];
    this.#files.set(id, file);
  }

  async #discard(shared: ObjectId): Promise<void> {
    try {
      await session.vault.call('discardShared', { id: shared });
    } catch (thrown) {
      toasts.failure(thrown);
    }
  }

  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#takeIn();
    } finally {
      this.#busy = false;
      this.#report();
    }
  }

  async #takeIn(): Promise<void> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const file = this.#files.get(next.id);
      if (file === undefined) return;
      const mine = await importAlone(file, () => this.#import(next.id, file));
      // Another tab takes it in, and its entry will be in the list.
      if (!mine) this.#forget(next.id);
    }
  }

  async #import(id: number, file: ImportFile): Promise<void> {
    const controller = new AbortController();
    [this.#running, this.#runningId] = [controller, id];
    const begun = performance.now();
    const releases = [session.keepAwake(), pwa.blockUpdate()];
    this.#set(id, { status: 'working' });
    try {
      const entry = await importVideo(file, {
        vault: session.vault,
        startRecorder,
        startMedia,
        signal: controller.signal,
        progress: ({ done, total }) => {
          const fraction = total > 0 ? Math.min(1, done / total) : null;
          const tookMs = performance.now() - begun;
          const isTelling = fraction !== null && fraction > 0 && tookMs > TELLING_MS;
          this.#set(id, { fraction, remainingMs: isTelling ? (tookMs * (1 - fraction)) / fraction : null });
        }
      });
      this.#files.delete(id);
      this.#set(id, { status: 'saved', fraction: 1, entryId: entry.id });
      // While others follow, the shell says how far they are.
      if (this.#next() === undefined) this.#tell(m.record.import.saved(file.name || m.shell.sharedName));
      entries.apply(entry.summary);
      await completeEntry(entry, controller.signal);
    } catch (thrown) {
      const error = toSvjError(thrown);
      // Another tab has taken it in, and its entry is in the list.
      if (file.shared !== null && error.code === 'object/absent') this.#forget(id);
      else {
        this.#set(id, { status: 'failed', error });
        if (error.code !== 'call/aborted') this.#tell(m.record.import.failed(file.name || m.shell.sharedName));
      }
    } finally {
      for (const release of releases) release();
      if (file.shared === null) this.#files.delete(id);
      [this.#running, this.#runningId] = [null, 0];
    }
  }

  /** Away from the list, which says more. A file name is content: toasts are cleared at every lock. */
  #tell(text: string): void {
    if (page.url.pathname === '/record' || session.status !== 'unlocked') return;
    const action = { label: m.shell.sharedShow, run: () => void goto('/record') };
    toasts.show(text, { action, durationMs: NOTICE_MS });
  }

  #report(): void {
    const at = this.#items.findIndex(({ status }) => status === 'working' || status === 'waiting');
    const fraction = this.#items[at]?.fraction ?? null;
    importProgress.report(at < 0 ? null : { at: at + 1, of: this.#items.length, fraction });
  }

  #next(): ImportItem | undefined {
    return this.#items.find(({ status }) => status === 'waiting');
  }

  #set(id: number, changes: Partial<ImportItem>): void {
    this.#items = this.#items.map((item) => (item.id === id ? { ...item, ...changes } : item));
    this.#report();
  }

  #forget(id: number): void {
    this.#files.delete(id);
    this.#items = this.#items.filter((item) => item.id !== id);
    this.#report();
  }

  #clear(): void {
    const open = this.#items.filter(({ status }) => status === 'working' || status === 'waiting');
    // What other apps gave is still in the inbox, and taken in by itself.
    importProgress.stop(open.filter(({ shared }) => !shared).length);
    this.#running?.abort();
    this.#files.clear();
    this.#items = [];
    this.#report();
  }
}

export const importing = new Importing();
