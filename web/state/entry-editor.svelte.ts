/** Changes to one opened entry: shown at once, written by themselves a moment later, with the way back to what was before. */
import { toSvjError, type SvjError } from '#shared/errors.ts';
import type { EntryId } from '#shared/ids.ts';
import { NOTE_MAX, TAG_MAX, TAGS_MAX, TITLE_MAX, type EntryPatch, type EntryRecord } from '#web/model/entry.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import type { EntryVersion } from '#web/workers/contracts.ts';
import { session } from './session.svelte.ts';

/** `saved` only after the vault said so. */
export type EditStatus = 'saved' | 'changed' | 'saving' | 'failed';
export type { EntryVersion };

/** What a person may change here. Trims have their own screen: they come only from there, where they found no space. */
export type Edit = Pick<EntryPatch, 'title' | 'note' | 'mood' | 'tags' | 'date' | 'trims'>;

export interface Kept {
  readonly record: EntryRecord;
  readonly summary: EntrySummary;
}

const SAVE_AFTER_MS = 700;

export class EntryEditor {
  readonly #record: () => EntryRecord;
  readonly #onkept: (kept: Kept) => void;
  #status = $state<EditStatus>('saved');
  #failure = $state.raw<SvjError | null>(null);
  /** Typed and not yet written; shown over the record. */
  #draft = $state.raw<Edit>({});
  /** Being written. */
  #sending = $state.raw<Edit>({});
  #versions = $state.raw<readonly EntryVersion[] | null>(null);
  readonly #shown = $derived<Edit>({ ...this.#sending, ...this.#draft });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | null = null;

  /** @param record as the vault last gave it */
  constructor(record: () => EntryRecord, onkept: (kept: Kept) => void) {
    this.#record = record;
    this.#onkept = onkept;
  }

  get id(): EntryId {
    return this.#record().id;
  }

  /** Typed and not yet in the record. */
  get unwritten(): Edit {
    return this.#shown;
  }

  get status(): EditStatus {
    return this.#status;
  }

  get failure(): SvjError | null {
    return this.#failure;
  }

  get title(): string {
    return this.#shown.title ?? this.#record().title.value;
  }

  get note(): string {
    return this.#shown.note ?? this.#record().note.value;
  }

  get mood(): EntryRecord['mood']['value'] {
    return this.#shown.mood === undefined ? this.#record().mood.value : this.#shown.mood;
  }

  get tags(): readonly string[] {
    return this.#shown.tags ?? this.#record().tags.value;
  }

  /** ISO 8601 with offset. */
  get date(): string {
    return this.#shown.date ?? this.#record().date.value;
  }

  /** Newest first; null until asked for. */
  get versions(): readonly EntryVersion[] | null {
    return this.#versions;
  }

  change(edit: Edit): void {
    this.#draft = { ...this.#draft, ...limited(edit) };
    if (this.#status !== 'saving') this.#status = 'changed';
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

  /** Writes what is unwritten. Never rejects: `status` says how it went, and what was typed stays. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    // Another one that waited may have begun the next write.
    while (this.#writing !== null) await this.#writing;
    if (Object.keys(this.#draft).length === 0) return;
    this.#writing = this.#write().finally(() => (this.#writing = null));
    await this.#writing;
  }

  /** Never rejects; the list stays as it is when it cannot be read. */
  async loadVersions(): Promise<void> {
    try {
      const versions = await session.vault.call('versions', { id: this.#record().id });
      this.#versions = versions.toSorted((a, b) => b.revision - a.revision);
    } catch (thrown) {
      this.#failure = toSvjError(thrown);
    }
  }

  /** Brings an earlier version's words back, as a new edit: nothing is taken out of the history. */
  async useVersion({ title, note, mood, tags }: EntryVersion): Promise<void> {
    this.change({ title, note, mood, tags });
    await this.save();
  }

  /** Brings one value back that another device's edit had set aside. */
  async useValue(edit: Edit): Promise<void> {
    this.change(edit);
    await this.save();
  }

  async #write(): Promise<void> {
    [this.#draft, this.#sending] = [{}, this.#draft];
    this.#status = 'saving';
    try {
      this.#onkept(await session.vault.call('edit', { id: this.#record().id, patch: this.#sending }));
      this.#failure = null;
      this.#status = Object.keys(this.#draft).length === 0 ? 'saved' : 'changed';
      if (this.#versions !== null) void this.loadVersions();
    } catch (thrown) {
      this.#draft = { ...this.#sending, ...this.#draft };
      this.#failure = toSvjError(thrown);
      this.#status = 'failed';
    } finally {
      this.#sending = {};
    }
  }
}

function limited(edit: Edit): Edit {
  return {
    ...edit,
    ...(edit.title === undefined ? {} : { title: edit.title.slice(0, TITLE_MAX) }),
    ...(edit.note === undefined ? {} : { note: edit.note.slice(0, NOTE_MAX) })
  };
}
