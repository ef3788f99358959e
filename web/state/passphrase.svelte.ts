/** A passphrase being chosen: typed twice, judged while typing. Forget it with `clear()` as soon as it is used. */
import type { judgePassphrase, Refusal, Strength } from '#web/journal/passphrase-strength.ts';
import { session } from './session.svelte.ts';

export type { Refusal, Strength };

/** Judging takes tens of ms: it waits for a pause in typing. */
const JUDGE_AFTER_MS = 150;
const NOTHING: Strength = { level: 0, refusal: 'empty', short: true };

export class NewPassphrase {
  #value = $state('');
  repeated = $state('');
  /** Whether the typed text is readable on screen. */
  shown = $state(false);
  #strength = $state.raw<Strength>(NOTHING);
  #suggested = $state(false);
  /** Mistakes are shown once the person tried to go on. */
  #checked = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #judge: typeof judgePassphrase | null = null;

  get value(): string {
    return this.#value;
  }

  set value(value: string) {
    this.#value = value;
    this.#suggested = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#judgeNow(), JUDGE_AFTER_MS);
  }

  get strength(): Strength {
    return this.#strength;
  }

  /** The value came from `suggest`. */
  get suggested(): boolean {
    return this.#suggested;
  }

  /** Why it may not be used; null while that is not to be said yet. */
  get refusal(): Refusal | null {
    const { refusal } = this.#strength;
    // Too long and too common are said at once, too short only when the person is done typing.
    return this.#checked || refusal === 'common' || refusal === 'too-long' ? refusal : null;
  }

  get mismatch(): boolean {
    const differs = this.repeated !== this.#value;
    return differs && (this.#checked || (this.repeated.length > 0 && !this.#value.startsWith(this.repeated)));
  }

  /** Words drawn by the vault worker, put into both fields and made readable. */
  async suggest(): Promise<void> {
    const suggestion = await session.suggestPassphrase();
    this.value = suggestion;
    this.repeated = suggestion;
    this.shown = true;
    this.#suggested = true;
  }

  /** Whether it may be used; from now on `refusal` and `mismatch` say why not. */
  async accept(): Promise<boolean> {
    await this.#judgeNow();
    this.#checked = true;
    return this.#strength.refusal === null && this.repeated === this.#value;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#value = '';
    this.repeated = '';
    this.shown = false;
    this.#strength = NOTHING;
    this.#suggested = false;
    this.#checked = false;
  }

  async #judgeNow(): Promise<void> {
    // 400 kB of dictionaries: loaded when somebody starts to choose.
    this.#judge ??= (await import('#web/journal/passphrase-strength.ts')).judgePassphrase;
    this.#strength = this.#judge(this.#value);
  }
}
