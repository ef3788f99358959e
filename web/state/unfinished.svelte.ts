/** Recordings that were never closed, and what is being done about each. Forgotten at every lock. */
import { SvelteMap } from 'svelte/reactivity';
import { toSvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import type { Kept } from '#web/journal/pictures.ts';
import { discardRecording, findRecordings, keepRecording, pictureRecording } from '#web/journal/recover.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import { CLIP_PATH } from '#web/workers/clip-port.ts';
import type { UnfinishedClip } from '#web/workers/contracts.ts';
import { entries } from './entries.svelte.ts';
import { importProgress } from './import-progress.svelte.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

interface Keeping {
  readonly fraction: number;
  readonly stop: AbortController;
}

const NOTICE_MS = 20_000;

const clipUrl = (clip: ObjectId): string => CLIP_PATH + clip;

class Unfinished {
  #list = $state.raw<readonly UnfinishedClip[]>([]);
  readonly #keeping = new SvelteMap<ObjectId, Keeping>();
  #search: AbortController | null = null;
  #searched = false;

  constructor() {
    session.onLock(() => this.#clear());
  }

  /** The newest first. */
  get list(): readonly UnfinishedClip[] {
    return this.#list;
  }

  /** 0 to 1 while it is made playable, null otherwise. */
  keeping(clip: ObjectId): number | null {
    return this.#keeping.get(clip)?.fraction ?? null;
  }

  /** Looks once after each unlock; measuring hours of video takes a while. Never rejects. */
  async load(): Promise<void> {
    if (this.#searched) return;
    this.#searched = true;
    const search = new AbortController();
    this.#search = search;
    const told = importProgress.tellStopped();
    try {
      const { offered, kept, cutImports } = await findRecordings(session.vault, search.signal);
      if (search.signal.aborted) return;
      this.#list = offered;
      if (cutImports > 0 && !told) toasts.show(m.journal.unfinished.cutImports, { durationMs: NOTICE_MS });
      // Those that were stopped while the journal was locked are entries now, here and in the other tabs.
      await entries.refresh();
      session.changed();
      void entries.askToKeep();
      // One after another: each plays its recording to find the pictures.
      for (const entry of kept) await this.#picture(entry);
    } catch (thrown) {
      if (search.signal.aborted) return;
      // The next screen of the journal looks again.
      this.#searched = false;
      toasts.failure(thrown);
    }
  }

  /** Never rejects. */
  async keep(clip: UnfinishedClip): Promise<void> {
    const { clipId } = clip;
    const stop = new AbortController();
    this.#keeping.set(clipId, { fraction: 0, stop });
    try {
      const kept = await keepRecording(session.vault, clip, {
        signal: stop.signal,
        progress: (fraction) => this.#keeping.set(clipId, { fraction, stop })
      });
      this.#forget(clipId);
      entries.apply(kept.summary);
      toasts.show(m.journal.unfinished.kept);
      void this.#picture(kept);
    } catch (thrown) {
      // Kept or discarded in another tab meanwhile.
      if (toSvjError(thrown).code === 'object/absent') this.#forget(clipId);
      toasts.failure(thrown);
    } finally {
      this.#keeping.delete(clipId);
    }
  }

  /** The recording stays unfinished. */
  cancel(clip: UnfinishedClip): void {
    this.#keeping.get(clip.clipId)?.stop.abort();
  }

  /** For good. Never rejects. */
  async discard(clip: UnfinishedClip): Promise<void> {
    try {
      await discardRecording(session.vault, clip);
      this.#forget(clip.clipId);
      session.changed();
      toasts.show(m.journal.unfinished.discarded);
    } catch (thrown) {
      if (toSvjError(thrown).code === 'object/absent') this.#forget(clip.clipId);
      toasts.failure(thrown);
    }
  }

  async #picture(kept: Kept): Promise<void> {
    try {
      const pictured = await pictureRecording(session.vault, kept, clipUrl);
      if (pictured !== null) entries.apply(pictured.summary);
    } catch {
      // The entry plays without a picture; the next attempt is made when it is opened.
    }
  }

  #forget(clip: ObjectId): void {
    this.#list = this.#list.filter(({ clipId }) => clipId !== clip);
  }

  #clear(): void {
    this.#search?.abort();
    this.#search = null;
    for (const { stop } of this.#keeping.values()) stop.abort();
    this.#keeping.clear();
    this.#list = [];
    this.#searched = false;
  }
}

export const unfinished = new Unfinished();
