/** The entry being watched: its clips as the player takes them, its pictures, and what is wrong with it. */
import { toSvjError, type ErrorCode, type SvjError } from '#shared/errors.ts';
import { parseEntryId, type ObjectId } from '#shared/ids.ts';
import { completePictures } from '#web/journal/pictures.ts';
import { clipUrl, newOpening } from '#web/journal/play.ts';
import { playableMs } from '#web/journal/playable-time.ts';
import type { Clip, EntryRecord } from '#web/model/entry.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import type { ClipTrouble } from '#web/workers/clip-port.ts';
import type { ThumbnailSheet } from '#web/workers/contracts.ts';
import { entries } from './entries.svelte.ts';
import { EntryEditor, type Kept } from './entry-editor.svelte.ts';
import { player } from './player.ts';
import { posters } from './posters.svelte.ts';
import { session } from './session.svelte.ts';
import { unwritten } from './unwritten.ts';

export type PlaybackStatus = 'closed' | 'opening' | 'open' | 'failed';

/** A clip, with where it is played from and how far. The shape web/ui/player takes. */
export interface PlayedClip {
  readonly id: ObjectId;
  readonly url: string;
  readonly durationMs: number;
  readonly trim: { readonly fromMs: number; readonly toMs: number } | null;
  readonly playableMs: number | null;
}

export interface PlaybackTrouble {
  readonly clip: ObjectId;
  readonly code: ErrorCode;
}

type SheetUrl = Omit<ThumbnailSheet, 'image' | 'mime'> & { readonly url: string };

class Playback {
  #status = $state<PlaybackStatus>('closed');
  #failure = $state.raw<SvjError | null>(null);
  #record = $state.raw<EntryRecord | null>(null);
  #summary = $state.raw<EntrySummary | null>(null);
  #editor = $state.raw<EntryEditor | null>(null);
  #trouble = $state.raw<PlaybackTrouble | null>(null);
  #sheets = $state.raw<ReadonlyMap<ObjectId, SheetUrl>>(new Map());
  /** What remains of damaged clips: bytes before `until`, which last `playableMs`. */
  #limits = $state.raw<ReadonlyMap<ObjectId, { until: number; playableMs: number }>>(new Map());
  /** Of the addresses of this visit; see web/journal/play.ts. */
  #opening = '';
  #work: AbortController | null = null;
  /** What was left last, while it is being written. */
  #leaving: Promise<void> = Promise.resolve();

  readonly #clips = $derived<readonly PlayedClip[]>((this.#record?.clips ?? []).map((clip) => this.#played(clip)));

  constructor() {
    session.onBeforeLock(() => this.#save());
    session.onLock(() => this.#forget());
    session.onChanged(() => void this.#reload());
    player.onTrouble((trouble) => void this.#hear(trouble));
  }

  get status(): PlaybackStatus {
    return this.#status;
  }

  /** Why the entry could not be opened. */
  get failure(): SvjError | null {
    return this.#failure;
  }

  get record(): EntryRecord | null {
    return this.#record;
  }

  get summary(): EntrySummary | null {
    return this.#summary;
  }

  /** Null unless open. */
  get editor(): EntryEditor | null {
    return this.#editor;
  }

  get clips(): readonly PlayedClip[] {
    return this.#clips;
  }

  /** Why a clip does not play, or not to its end. */
  get trouble(): PlaybackTrouble | null {
    return this.#trouble;
  }

  /** Blob URL; null or undefined when there is none, or not yet. */
  get poster(): string | null | undefined {
    return this.#summary === null ? null : posters.url(this.#summary);
  }

  thumbnails(clip: string): SheetUrl | null {
    return this.#sheets.get(clip as ObjectId) ?? null;
  }

  /** Never rejects: `status` and `failure` say how it went. */
  async open(id: string): Promise<void> {
    this.close();
    this.#status = 'opening';
    const work = new AbortController();
    this.#work = work;
    this.#opening = newOpening();
    try {
      const entryId = parseEntryId(id);
      const opened = await session.vault.call('entry', { id: entryId });
      if (work.signal.aborted) return;
      this.#take(opened);
      this.#editor = new EntryEditor(
        // By its id: a write that waited its turn must not go to the entry that is open by then.
        () => (this.#record?.id === entryId ? this.#record : opened.record),
        (kept) => {
          entries.apply(kept.summary);
          // What is written on leaving comes back when another entry may be open.
          if (this.#record?.id === kept.record.id) this.#take(kept);
        }
      );
      this.#status = 'open';
      const left = unwritten.take(entryId);
      if (left !== null) this.#editor.change(left);
      await this.#openPictures(opened.record, work.signal);
    } catch (thrown) {
      if (work.signal.aborted) return;
      this.#failure = toSvjError(thrown);
      this.#status = 'failed';
    }
  }

  /** Leaves the entry, writing what is unwritten. */
  close(): void {
    if (session.status === 'unlocked') this.#leaving = this.#save();
    this.#forget();
  }

  /** Never rejects. What fails once its entry is left is kept for when it is opened again. */
  async #save(): Promise<void> {
    const editor = this.#editor;
    await Promise.all([this.#leaving, editor?.save()]);
    if (editor?.failure && editor !== this.#editor) unwritten.keep(editor.id, editor.unwritten, editor.failure);
  }

  /** To the trash, with ten seconds to take it back. @throws what the vault throws */
  async remove(): Promise<void> {
    const id = this.#record?.id;
    if (id === undefined) return;
    await this.#editor?.save();
    await entries.remove(id);
  }

  /** The player gave up on a clip. */
  failed(clip: string, reason: 'network' | 'decode'): void {
    const id = clip as ObjectId;
    // A damage that is already known is what it stumbled over.
    if (this.#trouble?.clip === id) return;
    this.#trouble = { clip: id, code: reason === 'decode' ? 'media/unplayable' : 'call/worker-died' };
  }

  #played(clip: Clip): PlayedClip {
    const limit = this.#limits.get(clip.id);
    return {
      id: clip.id,
      url: clipUrl(clip.id, this.#opening, limit?.until ?? null),
      durationMs: clip.durationMs,
      trim: this.#record?.trims[clip.id]?.value ?? null,
      playableMs: limit?.playableMs ?? null
    };
  }

  #take({ record, summary }: Kept): void {
    this.#record = record;
    this.#summary = summary;
    posters.want(summary);
  }

  /** Another tab changed something; what is being typed here stays. */
  async #reload(): Promise<void> {
    const id = this.#record?.id;
    if (id === undefined) return;
    try {
      const opened = await session.vault.call('entry', { id });
      if (this.#record?.id === id) this.#take(opened);
    } catch (thrown) {
      const failure = toSvjError(thrown);
      if (this.#record?.id !== id || failure.code !== 'entry/absent') return;
      this.#forget();
      this.#failure = failure;
      this.#status = 'failed';
    }
  }

  async #hear({ clip: id, code, at }: ClipTrouble): Promise<void> {
    const clip = this.#record?.clips.find((one) => one.id === id);
    if (!clip || code === 'vault/locked') return;
    const lost = code.startsWith('seal/') || code.startsWith('entry/') || code === 'object/absent';
    if (lost) {
      const known = this.#limits.get(clip.id);
      if (known && known.until <= at) return;
      const limit = { until: at, playableMs: at === 0 ? 0 : await playableMs(clip, at).catch(() => 0) };
      if (this.#record?.clips.every((one) => one.id !== id) ?? true) return;
      this.#limits = new Map([...this.#limits, [clip.id, limit]]);
    }
    this.#trouble = { clip: clip.id, code };
  }

  async #openPictures(record: EntryRecord, signal: AbortSignal): Promise<void> {
    try {
      // A recovered or imported entry may lack them; they are drawn from the clip itself.
      const completed = await completePictures(session.vault, record, (clip) => clipUrl(clip), { signal });
      if (completed && !signal.aborted) {
        entries.apply(completed.summary);
        this.#take(completed);
      }
      for (const { id } of record.clips) await this.#openSheet(record, id, signal);
    } catch {
      // Without pictures everything else still works.
    }
  }

  async #openSheet(record: EntryRecord, clip: ObjectId, signal: AbortSignal): Promise<void> {
    const sheet = await session.vault.call('thumbnails', { id: record.id, clip });
    if (sheet === null || signal.aborted) return;
    const { image, mime, ...tiles } = sheet;
    const url = URL.createObjectURL(new Blob([image], { type: mime }));
    this.#sheets = new Map([...this.#sheets, [clip, { url, ...tiles }]]);
  }

  #forget(): void {
    this.#work?.abort();
    this.#work = null;
    for (const { url } of this.#sheets.values()) URL.revokeObjectURL(url);
    this.#sheets = new Map();
    this.#limits = new Map();
    this.#record = null;
    this.#summary = null;
    this.#editor = null;
    this.#trouble = null;
    this.#failure = null;
    this.#status = 'closed';
  }
}

export const playback = new Playback();
