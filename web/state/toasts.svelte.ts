/** Short notes. `toasts.show('Deleted.', { action: { label: 'Undo', run } })`, `toasts.failure(thrown)`. */
import { toSvjError } from '#shared/errors.ts';
import { errorSentence } from './error-sentence.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'danger';
  readonly code: string | undefined;
  readonly action: { readonly label: string; readonly run: () => void } | undefined;
}

export interface ToastOptions {
  readonly action?: { readonly label: string; readonly run: () => void };
  /** ms; with an action at least the ten seconds an undo needs. */
  readonly durationMs?: number;
}

const DURATION_MS = 5_000;
const ACTION_DURATION_MS = 10_000;
const FAILURE_DURATION_MS = 12_000;
const TICK_MS = 250;
const AT_MOST = 4;

class Toasts {
  #list = $state.raw<readonly Toast[]>([]);
  readonly #leftMs = new Map<number, number>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #held = false;
  #nextId = 1;

  get list(): readonly Toast[] {
    return this.#list;
  }

  /** @returns an id for `dismiss` */
  show(text: string, { action, durationMs }: ToastOptions = {}): number {
    return this.#add(
      { text, tone: 'plain', code: undefined, action },
      durationMs ?? (action ? ACTION_DURATION_MS : DURATION_MS)
    );
  }

  /** Says in a sentence what failed and what is safe. Cancelling and locking are no failures. */
  failure(thrown: unknown): void {
    const { code } = toSvjError(thrown);
    if (code === 'call/aborted' || code === 'vault/locked') return;
    const text = errorSentence(thrown);
    if (this.#list.some((toast) => toast.code === code && toast.text === text)) return;
    this.#add({ text, tone: 'danger', code, action: undefined }, FAILURE_DURATION_MS);
  }

  dismiss(id: number): void {
    this.#leftMs.delete(id);
    this.#list = this.#list.filter((toast) => toast.id !== id);
    if (this.#list.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#held = false;
    }
  }

  /** They may name content. */
  clear(): void {
    for (const { id } of this.#list) this.dismiss(id);
  }

  /** Time stops while the person reads or is about to press. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
  }

  #add(toast: Omit<Toast, 'id'>, durationMs: number): number {
    const id = this.#nextId++;
    const surplus = this.#list.slice(0, Math.max(0, this.#list.length + 1 - AT_MOST));
    for (const old of surplus) this.dismiss(old.id);
    this.#list = [...this.#list, { ...toast, id }];
    this.#leftMs.set(id, durationMs);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    return id;
  }

  #tick(): void {
    if (this.#held) return;
    for (const [id, left] of [...this.#leftMs]) {
      if (left <= TICK_MS) this.dismiss(id);
      else this.#leftMs.set(id, left - TICK_MS);
    }
  }
}

export const toasts = new Toasts();
