/** Recovery words being typed or pasted, with the typos found so far. */
import { RECOVERY_WORD_COUNT, splitWords } from '#web/journal/recovery.ts';
import { session } from './session.svelte.ts';

export interface Typo {
  /** From 1, as on paper. */
  readonly number: number;
  readonly word: string;
}

export class TypedRecoveryWords {
  #text = $state('');
  #typos = $state.raw<readonly Typo[]>([]);
  readonly #words = $derived(splitWords(this.#text));

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    void this.#check(false);
  }

  get words(): readonly string[] {
    return this.#words;
  }

  /** The word that is still being typed is not judged. */
  get typos(): readonly Typo[] {
    return this.#typos;
  }

  get tooMany(): boolean {
    return this.#words.length > RECOVERY_WORD_COUNT;
  }

  /** 24 words that all exist. */
  async complete(): Promise<boolean> {
    await this.#check(true);
    return this.#words.length === RECOVERY_WORD_COUNT && this.#typos.length === 0;
  }

  clear(): void {
    this.#text = '';
    this.#typos = [];
  }

  async #check(whole: boolean): Promise<void> {
    const text = this.#text;
    const finished = whole || /[^\p{Letter}]$/u.test(text) || this.#words.length >= RECOVERY_WORD_COUNT;
    const words = finished ? this.#words : this.#words.slice(0, -1);
    const positions = words.length === 0 ? [] : await session.checkWords(words);
    if (text !== this.#text) return;
    this.#typos = positions.map((position) => ({ number: position + 1, word: words[position] ?? '' }));
  }
}
