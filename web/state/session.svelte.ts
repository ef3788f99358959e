/**
 * Where the journal stands, for every screen: `session.status`, and the verbs that change it.
 * Other states take `session.vault` at the moment of each call and clear themselves by
 * `session.onLock`.
 */
import type { Bytes } from '#shared/bytes.ts';
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { DeviceId, VaultId } from '#shared/ids.ts';
import { Pace } from '#web/journal/derive.ts';
import type { Progress } from '#web/journal/estimated-progress.ts';
import { isVaultKept } from '#web/journal/kept-vault.ts';
import { selfTest, type Ability, type SelfTest } from '#web/journal/self-test.ts';
import { VaultSession, type Derivation, type VaultClient } from '#web/journal/session.ts';
import { Tabs } from '#web/journal/tabs.ts';
import type { VaultCondition } from '#web/model/vault-condition.ts';
import type {
  AccountRequest,
  Enrolment,
  EnrolOutcome,
  RecoverOutcome,
  RecoveryState,
  SignInProofs,
  UnlockOutcome
} from '#web/workers/contracts.ts';
import { startKdf, startVault } from '#web/workers/workers.ts';
import { toasts } from './toasts.svelte.ts';

export type SessionStatus = 'starting' | 'unsupported' | 'absent' | 'locked' | 'unlocked';
export type { Ability, SelfTest };

class Session {
  readonly #session = new VaultSession({
    startVault,
    startKdf,
    pace: new Pace(),
    tabs: new Tabs()
  });
  #looked: Promise<void> | null = null;
  #status = $state<SessionStatus>('starting');
  #selfTest = $state.raw<SelfTest | null>(null);
  #failure = $state.raw<SvjError | null>(null);
  #passphraseRefused = $state.raw<SvjError | null>(null);
  #unfinished = $state(0);
  #shared = $state(0);
  #sealing = $state<number | null>(null);
  #derivation = $state.raw<Progress | null>(null);
  #cancel: AbortController | null = null;
  #recovery = $state.raw<RecoveryState | null>(null);
  #condition = $state<VaultCondition>('sound');

  get status(): SessionStatus {
    return this.#status;
  }

  /** Null until the browser was asked. */
  get selfTest(): SelfTest | null {
    return this.#selfTest;
  }

  /** Why the journal on this device cannot even be looked at; `unsupported` then. */
  get failure(): SvjError | null {
    return this.#failure;
  }

  /** Why the passphrase cannot be used, while the recovery words still can. */
  get passphraseRefused(): SvjError | null {
    return this.#passphraseRefused;
  }

  /** Recordings that were never closed, as far as it can be said while locked. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /** Files of other apps that wait, sealed, for the journal to be opened. */
  get shared(): number {
    return this.#shared;
  }

  /** How far a file of another app is sealed, 0 to 1; null when none is. */
  get sealing(): number | null {
    return this.#sealing;
  }

  /** How far a passphrase is derived; null when none is. */
  get derivation(): Progress | null {
    return this.#derivation;
  }

  /** Null while locked. */
  get recovery(): RecoveryState | null {
    return this.#recovery;
  }

  /** How the journal was found when it was unlocked; `damaged` and `rolled-back` can only be read. */
  get condition(): VaultCondition {
    return this.#condition;
  }

  /** @throws `vault/locked` */
  get vault(): VaultClient {
    return this.#session.vault;
  }

  /**
   * What this browser can, and whether it keeps a journal: the status is known then. Asked once, before anything else.
   * Never rejects.
   */
  look(): Promise<void> {
    this.#looked ??= this.#look();
    return this.#looked;
  }

  /** Once, by the layout. Resolves when the vault worker is there too and has said the rest; never rejects. */
  async start(): Promise<void> {
    await this.look();
    if (this.#status === 'unsupported') return;
    this.#session.open();
    this.#session.onLock(() => this.#locked());
    this.#session.onChanged(() => void this.#changedElsewhere());
    await this.#inspect();
  }

  /** @throws `vault/exists`, `storage/…`, `kdf/…`, `call/aborted` */
  async create(passphrase: string): Promise<void> {
    await this.#deriving((derivation) => this.#session.create(passphrase, derivation));
    await this.#unlocked();
  }

  /** @throws what the vault throws, `call/aborted` */
  async unlock(passphrase: string): Promise<UnlockOutcome> {
    const outcome = await this.#deriving((derivation) => this.#session.unlock(passphrase, derivation));
    if (outcome === 'unlocked') await this.#unlocked();
    return outcome;
  }

  /** By recovery words, setting a new passphrase. @throws `format/words`, `call/aborted` */
  async recover(words: readonly string[], passphrase: string): Promise<RecoverOutcome> {
    const outcome = await this.#deriving((derivation) => this.#session.recover(words, passphrase, derivation));
    if (outcome !== 'wrong') await this.#unlocked();
    return outcome;
  }

  changePassphrase(current: string, next: string): Promise<'changed' | 'wrong'> {
    return this.#deriving((derivation) => this.#session.changePassphrase(current, next, derivation));
  }

  /** `passphrase` null works right after `create` only. */
  recoveryWords(passphrase: string | null): Promise<readonly string[] | 'wrong'> {
    return this.#deriving((derivation) => this.#session.recoveryWords(passphrase, derivation));
  }

  /** What the relay is told when an account is made. @throws `vault/words-unconfirmed`, `call/aborted` */
  accountRequest(passphrase: string): Promise<AccountRequest | 'wrong'> {
    return this.#deriving((derivation) => this.#session.accountRequest(passphrase, derivation));
  }

  /** What signs in to the relay. @throws `kdf/…`, `vault/other-journal`, `call/aborted` */
  prove(passphrase: string, account: { vaultId: VaultId; kdf: Bytes; isChanged: boolean }): Promise<SignInProofs> {
    return this.#deriving((derivation) => this.#session.prove(passphrase, account, derivation));
  }

  /** The same by recovery words. @throws `format/words`, `vault/other-journal` */
  proveByWords(words: readonly string[], vaultId: VaultId): Promise<{ deviceId: DeviceId; recoveryAuth: Bytes }> {
    return this.#session.proveByWords(words, vaultId);
  }

  /** This browser becomes a device of the journal that was proven for. @throws `vault/exists`, `storage/…` */
  async enrol(enrolment: Enrolment): Promise<EnrolOutcome> {
    const outcome = await this.#session.enrol(enrolment);
    if (outcome === 'enrolled') await this.#unlocked();
    return outcome;
  }

  suggestPassphrase(): Promise<string> {
    return this.#session.suggestPassphrase();
  }

  /** Positions from 0 of words that are no recovery words. */
  checkWords(words: readonly string[]): Promise<readonly number[]> {
    return this.#session.checkWords(words);
  }

  /** Stops the derivation under way; its call throws `call/aborted`. */
  cancelDerivation(): void {
    this.#cancel?.abort();
  }

  /** Seals a file that another app gave, locked or not. @throws `vault/absent`, `media/…`, `storage/…` */
  async receiveShared(file: File): Promise<void> {
    this.#sealing = 0;
    try {
      await this.#session.receiveShared(file, ({ done, total }) => (this.#sealing = done / total));
      if (this.#status === 'locked' || this.#status === 'absent') await this.#inspect();
    } finally {
      this.#sealing = null;
    }
  }

  /** Ends the keys here and in every tab, at once or when what was typed is written. A running recording goes on. */
  lock(): void {
    this.#session.lock();
  }

  /** Asks the vault again whether the recovery words are to be confirmed. */
  async refreshRecovery(): Promise<void> {
    this.#recovery = await this.vault.call('recoveryState', undefined);
  }

  /** Tells the other tabs that entries changed. */
  changed(): void {
    this.#session.changed();
  }

  /** Called while the keys are still there; a lock waits for it, though not long. Returns how to stop listening. */
  onBeforeLock(listener: () => Promise<void>): () => void {
    return this.#session.onBeforeLock(listener);
  }

  /** Called at each lock: drop content and revoke blob URLs. Returns how to stop listening. */
  onLock(listener: () => void): () => void {
    return this.#session.onLock(listener);
  }

  /** Called when this tab changed something. Returns how to stop listening. */
  onChangedHere(listener: () => void): () => void {
    return this.#session.onChangedHere(listener);
  }

  /** Called when another tab changed entries. Returns how to stop listening. */
  onChanged(listener: () => void): () => void {
    return this.#session.onChanged(listener);
  }

  /** Held while recording: idling does not lock then. Returns its release. */
  keepAwake(): () => void {
    return this.#session.keepAwake();
  }

  async #deriving<T>(work: (derivation: Derivation) => Promise<T>): Promise<T> {
    this.#cancel?.abort();
    const controller = new AbortController();
    this.#cancel = controller;
    try {
      return await work({
        signal: controller.signal,
        progress: (progress) => {
          if (this.#cancel === controller) this.#derivation = progress;
        }
      });
    } finally {
      if (this.#cancel === controller) {
        this.#cancel = null;
        this.#derivation = null;
      }
    }
  }

  async #unlocked(): Promise<void> {
    this.#condition = await this.vault.call('condition', undefined);
    this.#recovery = await this.vault.call('recoveryState', undefined);
    this.#status = 'unlocked';
  }

  #locked(): void {
    this.cancelDerivation();
    this.#recovery = null;
    this.#condition = 'sound';
    // Until the next worker has counted.
    this.#unfinished = 0;
    this.#shared = 0;
    this.#status = 'locked';
    toasts.clear();
    void this.#inspect();
  }

  async #changedElsewhere(): Promise<void> {
    if (this.#status === 'absent' || this.#status === 'locked') await this.#inspect();
    else if (this.#status === 'unlocked') {
      await this.refreshRecovery().catch((thrown: unknown) => {
        // Locked meanwhile: asked again after the next unlock.
        if (toSvjError(thrown).code !== 'vault/locked') throw thrown;
      });
    }
  }

  async #look(): Promise<void> {
    const kept = isVaultKept();
    // Heard below, unless something essential is missing, which is said then.
    kept.catch(() => undefined);
    this.#selfTest = await selfTest();
    if (this.#selfTest.refused.length > 0) {
      this.#status = 'unsupported';
      return;
    }
    try {
      this.#status = (await kept) ? 'locked' : 'absent';
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  async #inspect(): Promise<void> {
    try {
      const { exists, unfinished, shared, kdfRefused } = await this.#session.inspect();
      this.#unfinished = unfinished;
      this.#shared = shared;
      this.#passphraseRefused = kdfRefused === null ? null : new SvjError(kdfRefused);
      if (this.#status !== 'unlocked') this.#status = exists ? 'locked' : 'absent';
    } catch (thrown) {
      const error = toSvjError(thrown);
      // Ended by a lock that came in between.
      if (error.code === 'vault/locked') {
        if (this.#status !== 'unlocked') await this.#inspect();
        return;
      }
      this.#fail(error);
    }
  }

  #fail(thrown: unknown): void {
    this.#failure = toSvjError(thrown);
    this.#status = 'unsupported';
  }
}

export const session = new Session();
