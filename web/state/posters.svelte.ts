/**
 * Opened pictures as blob URLs, the most recently wanted 200. A URL keeps its plaintext alive,
 * so it is revoked when it is pushed out and when the journal locks.
 */
import { SvelteMap } from 'svelte/reactivity';
import { toSvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import { openPoster } from '#web/journal/entries.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import { session } from './session.svelte.ts';

const KEPT = 200;
const AT_ONCE = 4;
// More than any screen shows; what waits longer was scrolled past.
const WAITING = 64;
/** What lies on the relay, or should. */
const ELSEWHERE = /^(?:object\/elsewhere|relay\/|session\/)/;

class Posters {
  /** Null: it could not be opened. */
  readonly #urls = new SvelteMap<ObjectId, string | null>();
  /** In the order of their last use. */
  readonly #recent = new Set<ObjectId>();
  readonly #opening = new Set<ObjectId>();
  /** Not here and not to be had a moment ago. */
  readonly #later = new Set<ObjectId>();
  #waiting: EntrySummary[] = [];
  /** Counts locks: what was opened for an earlier session is thrown away. */
  #session = 0;

  constructor() {
    session.onLock(() => this.#clear());
  }

  /** Undefined while it is not opened yet (`want` it), null when there is none. */
  url({ poster }: EntrySummary): string | null | undefined {
    return poster === null ? null : this.#urls.get(poster);
  }

  /** Opens the entry's picture soon; the one wanted last comes first. */
  want(entry: EntrySummary): void {
    const { poster } = entry;
    if (poster === null || this.#opening.has(poster)) return;
    if (this.#urls.has(poster)) {
      this.#touch(poster);
      return;
    }
    this.#waiting = [...this.#waiting.filter((other) => other.poster !== poster), entry].slice(-WAITING);
    this.#next();
  }

  #next(): void {
    while (this.#opening.size < AT_ONCE) {
      const entry = this.#waiting.pop();
      if (entry === undefined) return;
      void this.#open(entry);
    }
  }

  async #open({ id, poster }: EntrySummary): Promise<void> {
    if (poster === null) return;
    const current = this.#session;
    this.#opening.add(poster);
    let url: string | null = null;
    try {
      url = URL.createObjectURL(await openPoster(session.vault, id, poster));
    } catch (thrown) {
      // Shown as an entry without picture; playing it says what is wrong. What is not here may come later.
      if (ELSEWHERE.test(toSvjError(thrown).code)) this.#later.add(poster);
    }
    if (current !== this.#session) {
      if (url !== null) URL.revokeObjectURL(url);
      return;
    }
    this.#opening.delete(poster);
    this.#urls.set(poster, url);
    this.#touch(poster);
    this.#next();
  }

  #touch(poster: ObjectId): void {
    this.#recent.delete(poster);
    this.#recent.add(poster);
    for (const oldest of this.#recent) {
      if (this.#recent.size <= KEPT) return;
      this.#drop(oldest);
    }
  }

  #drop(poster: ObjectId): void {
    const url = this.#urls.get(poster);
    if (url) URL.revokeObjectURL(url);
    this.#urls.delete(poster);
    this.#recent.delete(poster);
  }

  /** Asks again for what could not be had: the backup is there now. */
  retry(): void {
    for (const poster of this.#later) this.#drop(poster);
    this.#later.clear();
  }

  #clear(): void {
    this.#later.clear();
    this.#session++;
    this.#waiting = [];
    this.#opening.clear();
    for (const poster of [...this.#urls.keys()]) this.#drop(poster);
  }
}

export const posters = new Posters();
