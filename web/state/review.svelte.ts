/** The entry just recorded, being given a title, a mood and the rest. Each change is saved by itself, a moment later. */
import type { Bytes } from '#shared/bytes.ts';
import { toSvjError, type SvjError } from '#shared/errors.ts';
import { parseEntryId, type EntryId, type ObjectId } from '#shared/ids.ts';
import { choosePoster, posterChoices, type Kept } from '#web/journal/pictures.ts';
import {
  NOTE_MAX,
  TAG_MAX,
  TAGS_MAX,
  TITLE_MAX,
  type Clip,
  type EntryPatch,
  type EntryRecord
} from '#web/model/entry.ts';
import type { ThumbnailSheet } from '#web/workers/contracts.ts';
import { mergedPatch } from '#web/model/merged-patch.ts';
import { clipUrl } from './complete-entry.ts';
import { entries } from './entries.svelte.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';
import { unwritten } from './unwritten.ts';

export type ReviewStatus = 'closed' | 'opening' | 'open' | 'failed';
/** `saved` only after the vault said so. */
export type SavingStatus = 'saved' | 'changed' | 'saving' | 'failed';

export interface PosterChoice {
  readonly url: string;
  readonly chosen: boolean;
}

const SAVE_AFTER_MS = 600;

class Review {
  #status = $state<ReviewStatus>('closed');
  #saving = $state<SavingStatus>('saved');
  #error = $state.raw<SvjError | null>(null);
  #record = $state.raw<EntryRecord | null>(null);
  /** Typed, and what is on its way to the vault, oldest first; all are shown over the record. */
  #draft = $state.raw<EntryPatch>({});
  #sending = $state.raw<readonly EntryPatch[]>([]);
  readonly #shown = $derived(mergedPatch([...this.#sending, this.#draft]));
  #clipAt = $state(0);
  #sheets = $state.raw<ReadonlyMap<ObjectId, { url: string; sheet: ThumbnailSheet }>>(new Map());
  #posters = $state.raw<readonly { bytes: Bytes; url: string }[] | null>(null);
  #chosen = $state<number | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #work: AbortController | null = null;

  constructor() {
    session.onBeforeLock(() => this.save());
    session.onLock(() => this.#forget());
  }

  get status(): ReviewStatus {
    return this.#status;
  }

  get saving(): SavingStatus {
    return this.#saving;
  }

  get error(): SvjError | null {
    return this.#error;
  }

  get title(): string {
    return this.#shown.title ?? this.#record?.title.value ?? '';
  }

  get note(): string {
    return this.#shown.note ?? this.#record?.note.value ?? '';
  }

  get mood(): EntryRecord['mood']['value'] {
    return this.#shown.mood === undefined ? (this.#record?.mood.value ?? null) : this.#shown.mood;
  }

  get tags(): readonly string[] {
    return this.#shown.tags ?? this.#record?.tags.value ?? [];
  }

  /** Tags of the journal that this entry does not have, the most frequent first. */
  get suggestions(): readonly string[] {
    return entries.tags.filter((tag) => !this.tags.includes(tag));
  }

  get clips(): readonly Clip[] {
    return this.#record?.clips ?? [];
  }

  /** The clip that is trimmed and whose frames are shown. */
  get clip(): Clip | null {
    return this.clips[this.#clipAt] ?? null;
  }

  get clipAt(): number {
    return this.#clipAt;
  }

  get trim(): { readonly fromMs: number; readonly toMs: number } {
    const { clip } = this;
    if (clip === null) return { fromMs: 0, toMs: 0 };
    const drafted = this.#shown.trims?.[clip.id];
    const trim = drafted === undefined ? this.#record?.trims[clip.id]?.value : drafted;
    return trim ?? { fromMs: 0, toMs: clip.durationMs };
  }

  get sheet(): { readonly url: string; readonly sheet: ThumbnailSheet } | null {
    return this.clip === null ? null : (this.#sheets.get(this.clip.id) ?? null);
  }

  /** Null while frames are looked for; empty when the clip gives none. */
  get posters(): readonly PosterChoice[] | null {
    return this.#posters?.map(({ url }, i) => ({ url, chosen: this.#chosen === i })) ?? null;
  }

  /** Never rejects: `status` and `error` say how it went. */
  async open(id: string): Promise<void> {
    this.close();
    this.#status = 'opening';
    const work = new AbortController();
    this.#work = work;
    try {
      const entryId = parseEntryId(id);
      void entries.load();
      const { record } = await session.vault.call('entry', { id: entryId });
      // Another one was opened meanwhile, or the journal locked.
      if (work.signal.aborted) return;
      this.#record = record;
      this.#clipAt = Math.max(0, record.clips.length - 1);
      this.#status = 'open';
      const left = unwritten.take(entryId);
      if (left !== null) this.change(left);
      await this.#openPictures(work.signal);
    } catch (thrown) {
      if (work.signal.aborted) return;
      this.#error = toSvjError(thrown);
      this.#status = 'failed';
    }
  }

  change(patch: EntryPatch): void {
    this.#draft = mergedPatch([this.#draft, limited(patch)]);
    this.#saving = 'changed';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  addTag(text: string): void {
    const tag = text.trim().replace(/^#/, '').slice(0, TAG_MAX);
    if (tag === '' || this.tags.includes(tag) || this.tags.length >= TAGS_MAX) return;
    this.change({ tags: [...this.tags, tag] });
  }

  removeTag(tag: string): void {
    this.change({ tags: this.tags.filter((other) => other !== tag) });
  }

  /** The whole clip again is no trim at all. */
  setTrim(fromMs: number, toMs: number): void {
    const { clip } = this;
    if (clip === null) return;
    const whole = fromMs <= 0 && toMs >= clip.durationMs;
    this.change({ trims: { [clip.id]: whole ? null : { fromMs: Math.round(fromMs), toMs: Math.round(toMs) } } });
  }

  showClip(at: number): void {
    this.#clipAt = at;
    if (this.#work !== null) void this.#openPictures(this.#work.signal);
  }

  async choosePoster(at: number): Promise<void> {
    const [choice, clip, record] = [this.#posters?.[at], this.clip, this.#record];
    if (choice === undefined || clip === null || record === null) return;
    this.#chosen = at;
    await this.#write(record.id, {}, () => choosePoster(session.vault, record.id, clip.id, choice.bytes.slice()));
  }

  /** Writes what is still unwritten. Never rejects; `saving` says how it went. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    const id = this.#record?.id;
    const patch = this.#draft;
    if (id === undefined || isEmpty(patch)) return this.#writing;
    // Taken now and not when its turn comes: the screen may be left, and the draft forgotten, before that.
    this.#draft = {};
    return this.#write(id, patch, () => session.vault.call('edit', { id, patch }));
  }

  /**
   * Moves the entry of this one take to the trash, where it can be taken back. One that has other takes stays as it is.
   * @throws what the vault throws
   */
  async redo(): Promise<void> {
    const id = this.#record?.id;
    if (id === undefined || this.clips.length > 1) return;
    await this.save();
    await entries.remove(id);
  }

  get id(): EntryId | null {
    return this.#record?.id ?? null;
  }

  /** Leaves the entry, writing what is unwritten. */
  close(): void {
    if (session.status === 'unlocked') void this.save();
    this.#forget();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#work?.abort();
    this.#work = null;
    for (const { url } of this.#sheets.values()) URL.revokeObjectURL(url);
    this.#dropPosters();
    this.#sheets = new Map();
    this.#draft = {};
    this.#sending = [];
    this.#record = null;
    this.#error = null;
    this.#saving = 'saved';
    this.#status = 'closed';
  }

  /** In turn. What fails is a draft again while its entry is open; later it is kept for when that is opened again. */
  #write(id: EntryId, patch: EntryPatch, work: () => Promise<Kept>): Promise<void> {
    this.#sending = [...this.#sending, patch];
    this.#saving = 'saving';
    this.#writing = this.#writing.then(async () => {
      try {
        const kept = await work();
        entries.apply(kept.summary);
        if (this.#record?.id !== id) return;
        this.#record = kept.record;
        this.#error = null;
        this.#sending = this.#sending.filter((other) => other !== patch);
        if (this.#sending.length === 0) this.#saving = isEmpty(this.#draft) ? 'saved' : 'changed';
      } catch (thrown) {
        const error = toSvjError(thrown);
        if (this.#record?.id !== id) {
          if (!isEmpty(patch)) unwritten.keep(id, patch, error);
          else if (session.status === 'unlocked') toasts.failure(error);
          return;
        }
        this.#sending = this.#sending.filter((other) => other !== patch);
        this.#draft = mergedPatch([patch, ...this.#sending, this.#draft]);
        this.#error = error;
        this.#saving = 'failed';
      }
    });
    return this.#writing;
  }

  async #openPictures(signal: AbortSignal): Promise<void> {
    const [clip, record] = [this.clip, this.#record];
    if (clip === null || record === null) return;
    try {
      const sheet = await session.vault.call('thumbnails', { id: record.id, clip: clip.id });
      if (signal.aborted) return;
      if (sheet !== null) {
        const url = URL.createObjectURL(new Blob([sheet.image], { type: sheet.mime }));
        this.#sheets = new Map([...this.#sheets, [clip.id, { url, sheet }]]);
      }
      const frames = await posterChoices(clipUrl(clip.id), this.trim, signal);
      this.#dropPosters();
      this.#posters = frames.map((bytes) => ({ bytes, url: URL.createObjectURL(new Blob([bytes])) }));
    } catch {
      // Without pictures everything else of the review still works.
      if (!signal.aborted) this.#posters = [];
    }
  }

  #dropPosters(): void {
    for (const { url } of this.#posters ?? []) URL.revokeObjectURL(url);
    this.#posters = null;
    this.#chosen = null;
  }
}

function limited(patch: EntryPatch): EntryPatch {
  return {
    ...patch,
    ...(patch.title === undefined ? {} : { title: patch.title.slice(0, TITLE_MAX) }),
    ...(patch.note === undefined ? {} : { note: patch.note.slice(0, NOTE_MAX) })
  };
}

function isEmpty(patch: object): boolean {
  return Object.keys(patch).length === 0;
}

export const review = new Review();
