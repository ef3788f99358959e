/** The recovery kit on screen: shown, asked back, confirmed. The words are forgotten when the screen is left. */
import { session } from './session.svelte.ts';

export type KitStage =
  | 'opening'
  /** The passphrase is asked for before the words are shown. */
  | 'closed'
  | 'shown'
  /** Three words are asked back. */
  | 'asking'
  | 'confirmed';

export interface KitQuestion {
  /** From 0. */
  readonly position: number;
}

export class RecoveryKit {
  #stage = $state<KitStage>('opening');
  #words = $state.raw<readonly string[]>([]);
  #questions = $state.raw<readonly number[]>([]);
  #wrong = $state(false);
  #wrongPassphrase = $state(false);
  /** What is typed, by position. */
  readonly answers = $state<Record<number, string>>({});

  get stage(): KitStage {
    return this.#stage;
  }

  get words(): readonly string[] {
    return this.#words;
  }

  /** Positions from 0. */
  get questions(): readonly number[] {
    return this.#questions;
  }

  /** The answers before were not all right; other words are asked for now. */
  get wrong(): boolean {
    return this.#wrong;
  }

  get wrongPassphrase(): boolean {
    return this.#wrongPassphrase;
  }

  /** Right after creating, the words; later the re-check if it is due, else the question for the passphrase. */
  async begin(): Promise<void> {
    const words = await session.recoveryWords(null);
    if (words !== 'wrong') {
      this.#show(words);
      return;
    }
    const { recovery } = session;
    if (recovery?.due === true && recovery.confirmedAt !== null) await this.ask();
    else this.#stage = 'closed';
  }

  async open(passphrase: string): Promise<void> {
    this.#wrongPassphrase = false;
    const words = await session.recoveryWords(passphrase);
    if (words === 'wrong') this.#wrongPassphrase = true;
    else this.#show(words);
  }

  /** The person wrote them down: three are asked back, the list is taken off the screen. */
  async ask(): Promise<void> {
    this.#pose(await session.vault.call('recoveryQuestions', undefined));
    this.#wrong = false;
    this.#stage = 'asking';
  }

  /** Back to the list; it needs the passphrase when it was not shown before. */
  reveal(): void {
    this.#stage = this.#words.length > 0 ? 'shown' : 'closed';
  }

  async confirm(): Promise<void> {
    const answers = this.#questions.map((position) => ({
      position,
      word: (this.answers[position] ?? '').trim().toLowerCase()
    }));
    const outcome = await session.vault.call('confirmRecovery', { answers });
    if (outcome !== 'confirmed') {
      this.#pose(outcome);
      this.#wrong = true;
      return;
    }
    this.#stage = 'confirmed';
    this.forget();
    await session.refreshRecovery();
  }

  /** Offered once. */
  async postpone(): Promise<void> {
    await session.vault.call('postponeRecovery', undefined);
    await session.refreshRecovery();
  }

  forget(): void {
    this.#words = [];
    for (const position of Object.keys(this.answers)) this.answers[Number(position)] = '';
  }

  #pose(questions: readonly number[]): void {
    this.#questions = questions;
    for (const position of questions) this.answers[position] = '';
  }

  #show(words: readonly string[]): void {
    this.#words = words;
    this.#stage = 'shown';
  }
}
