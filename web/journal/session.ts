/**
 * The one way to the vault. Owns the vault worker: locking ends it, and with it every key.
 * A recorder worker is not touched by a lock: it holds the key of the one object it writes,
 * so a recording goes on and can be stopped.
 */
import { toHex, type Bytes } from '#shared/bytes.ts';
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { DeviceId, VaultId } from '#shared/ids.ts';
import type {
  AccountRequest,
  Calibration,
  Enrolment,
  EnrolOutcome,
  Fraction,
  RecoverOutcome,
  SignInProofs,
  UnlockOutcome,
  VaultContract,
  VaultOutline
} from '#web/workers/contracts.ts';
import type { WorkerClient } from '#web/workers/rpc.ts';
import { calibrate, deriveTo, type Pace, type StartKdf } from './derive.ts';
import { EstimatedProgress, type Progress } from './estimated-progress.ts';
import { IdleLock, type Clock } from './idle-lock.ts';
import type { Tabs } from './tabs.ts';

export type VaultClient = WorkerClient<VaultContract>;

export interface SessionParts {
  readonly startVault: () => VaultClient;
  readonly startKdf: StartKdf;
  readonly pace: Pace;
  readonly tabs: Tabs;
  readonly clock?: Clock;
}

/** Of one derivation, or of the two of a changed passphrase. */
export interface Derivation {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

/** How long a lock waits for what was typed a moment ago; then it is lost, and the journal locked all the same. */
const FLUSH_MS = 300;

export class VaultSession {
  readonly #parts: SessionParts;
  readonly #idle: IdleLock;
  readonly #beforeLockListeners = new Set<() => Promise<void>>();
  readonly #lockListeners = new Set<() => void>();
  readonly #changeListeners = new Set<() => void>();
  readonly #ownChangeListeners = new Set<() => void>();
  #client: VaultClient | null = null;
  #unlocked = false;
  #awake = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#idle = new IdleLock({
      ...(parts.clock ? { clock: parts.clock } : {}),
      busy: () => this.#awake > 0,
      expired: () => this.lock(),
      active: () => parts.tabs.tell({ type: 'active' })
    });
  }

  /** Hears the other tabs, and the browser putting this page aside. Once per document. */
  open(): void {
    this.#parts.tabs.open((message) => {
      if (message.type === 'lock') void this.#flushAndLock();
      else if (message.type === 'active') this.#idle.touchedElsewhere();
      else for (const listener of this.#changeListeners) listener();
    });
    // A page in the back-forward cache is asleep, not gone: it must hold no key there.
    addEventListener('pagehide', (event) => {
      if (event.persisted) this.#lockHere();
    });
    addEventListener('pageshow', (event) => {
      if (event.persisted) this.#lockHere();
    });
  }

  get unlocked(): boolean {
    return this.#unlocked;
  }

  /** @throws `vault/locked` */
  get vault(): VaultClient {
    if (!this.#unlocked || this.#client === null) throw new SvjError('vault/locked');
    if (this.#client.ended) {
      this.#lockHere();
      throw new SvjError('call/worker-died');
    }
    return this.#client;
  }

  inspect(): Promise<VaultOutline> {
    return this.#worker().call('inspect', undefined);
  }

  /** Seals a file that another app gave, locked or not. @throws as `putShared` of the contract, `vault/locked` */
  async receiveShared(file: File, progress: (fraction: Fraction) => void): Promise<void> {
    await this.#worker().call('putShared', { file }, { progress });
    this.changed();
  }

  suggestPassphrase(): Promise<string> {
    return this.#worker().call('suggestPassphrase', undefined);
  }

  checkWords(words: readonly string[]): Promise<readonly number[]> {
    return this.#worker().call('checkWords', { words });
  }

  /** @throws `vault/exists`, `storage/…`, `kdf/…`, `call/aborted` */
  async create(passphrase: string, derivation: Derivation): Promise<void> {
    await this.#deriveFresh(passphrase, null, derivation, (port, kdf) =>
      this.#worker().call('create', { passphrase: port, kdf }, { transfer: [port] })
    );
    this.#open();
    this.changed();
  }

  /** @throws `vault/absent`, `vault/damaged`, `vault/rolled-back`, `vault/newer-app`, `kdf/…`, `call/aborted` */
  async unlock(passphrase: string, derivation: Derivation): Promise<UnlockOutcome> {
    const kdf = await this.#kdf();
    const outcome = await this.#derive(passphrase, kdf, derivation, (port) =>
      this.#worker().call('unlock', { passphrase: port }, { transfer: [port] })
    );
    if (outcome === 'unlocked') this.#open();
    return outcome;
  }

  /** Opens by recovery words and sets a new passphrase. @throws as `unlock`, and `format/words` */
  async recover(words: readonly string[], passphrase: string, derivation: Derivation): Promise<RecoverOutcome> {
    const outcome = await this.#deriveFresh(passphrase, null, derivation, (port, kdf) =>
      this.#worker().call('recover', { words, passphrase: port, kdf }, { transfer: [port] })
    );
    if (outcome !== 'wrong') {
      this.#open();
      this.changed();
    }
    return outcome;
  }

  async changePassphrase(current: string, next: string, derivation: Derivation): Promise<'changed' | 'wrong'> {
    const { vault } = this;
    const old = await this.#kdf();
    const half = (from: number) => ({
      signal: derivation.signal,
      progress: ({ fraction, remainingMs }: Progress) =>
        derivation.progress({ fraction: from + fraction / 2, remainingMs: from === 0 ? null : remainingMs })
    });
    const outcome = await this.#derive(current, old, half(0), (currentPort) =>
      this.#deriveFresh(next, old, half(0.5), (nextPort, kdf) =>
        vault.call(
          'changePassphrase',
          { current: currentPort, next: nextPort, kdf },
          { transfer: [currentPort, nextPort] }
        )
      )
    );
    if (outcome === 'changed') this.changed();
    return outcome;
  }

  /** The 24 words; later than right after `create` the passphrase is asked for. */
  async recoveryWords(passphrase: string | null, derivation: Derivation): Promise<readonly string[] | 'wrong'> {
    const { vault } = this;
    if (passphrase === null) return vault.call('recoveryWords', { passphrase: null });
    return this.#derive(passphrase, await this.#kdf(), derivation, (port) =>
      vault.call('recoveryWords', { passphrase: port }, { transfer: [port] })
    );
  }

  /** What the relay is told when an account is made. @throws `vault/words-unconfirmed`, as `unlock` */
  async accountRequest(passphrase: string, derivation: Derivation): Promise<AccountRequest | 'wrong'> {
    const { vault } = this;
    return this.#derive(passphrase, await this.#kdf(), derivation, (port) =>
      vault.call('accountRequest', { passphrase: port }, { transfer: [port] })
    );
  }

  /**
   * What signs in to the relay, by parameters that it gave (attack A17): below the floor they are refused. Others than this
   * device knows are followed only when somebody says that the passphrase was changed elsewhere; until then the own ones
   * are, which proves it where the passphrase was changed here.
   * @throws `kdf/…`, `vault/other-journal`, `call/aborted`
   */
  async prove(
    passphrase: string,
    { vaultId, kdf, isChanged }: { vaultId: VaultId; kdf: Bytes; isChanged: boolean },
    derivation: Derivation
  ): Promise<SignInProofs> {
    const own = await this.inspect();
    if (own.vaultId !== null && own.vaultId !== vaultId) throw new SvjError('vault/other-journal');
    const isOther = own.kdf !== null && toHex(own.kdf) !== toHex(kdf);
    const followed = own.kdf !== null && isOther && !isChanged ? own.kdf : kdf;
    const proofs = await this.#derive(passphrase, followed, derivation, (port) =>
      this.#worker().call('prove', { passphrase: port, vaultId }, { transfer: [port] })
    );
    if (isOther && !isChanged && proofs.recoveryAuth === null) throw new SvjError('kdf/changed');
    return proofs;
  }

  /** The same by recovery words. @throws `format/words`, `vault/other-journal` */
  proveByWords(words: readonly string[], vaultId: VaultId): Promise<{ deviceId: DeviceId; recoveryAuth: Bytes }> {
    return this.#worker().call('proveByWords', { words, vaultId });
  }

  /** Makes this browser a device of the journal that was proven for. @throws `vault/exists`, `storage/…` */
  async enrol(enrolment: Enrolment): Promise<EnrolOutcome> {
    const outcome = await this.#worker().call('enrol', enrolment);
    if (outcome === 'enrolled') {
      this.#open();
      this.changed();
    }
    return outcome;
  }

  /** Ends the vault worker here and in every tab, each when it has written what was typed in it. */
  lock(): void {
    this.#parts.tabs.tell({ type: 'lock' });
    void this.#flushAndLock();
  }

  /** Tells the other tabs, and whoever listens here, that something on disk was changed by this one. */
  changed(): void {
    this.#parts.tabs.tell({ type: 'changed' });
    for (const listener of this.#ownChangeListeners) listener();
  }

  /** While held, idling does not lock: a recording runs. Returns its release. */
  keepAwake(): () => void {
    this.#awake++;
    // Other tabs must not lock a journal that is being recorded into.
    const timer = setInterval(() => this.#parts.tabs.tell({ type: 'active' }), 60_000);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#awake--;
      clearInterval(timer);
      this.#idle.touch();
    };
  }

  /** Called before a lock, but for a page put aside, to write what is unwritten. Returns how to stop listening. */
  onBeforeLock(listener: () => Promise<void>): () => void {
    this.#beforeLockListeners.add(listener);
    return () => this.#beforeLockListeners.delete(listener);
  }

  /** Called at every lock: forget content, revoke blob URLs. Returns how to stop listening. */
  onLock(listener: () => void): () => void {
    this.#lockListeners.add(listener);
    return () => this.#lockListeners.delete(listener);
  }

  /** Called when this tab changed something. Returns how to stop listening. */
  onChangedHere(listener: () => void): () => void {
    this.#ownChangeListeners.add(listener);
    return () => this.#ownChangeListeners.delete(listener);
  }

  /** Called when another tab changed something. Returns how to stop listening. */
  onChanged(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  #worker(): VaultClient {
    if (this.#client === null || this.#client.ended) this.#client = this.#parts.startVault();
    return this.#client;
  }

  #open(): void {
    this.#unlocked = true;
    this.#idle.start();
  }

  async #flushAndLock(): Promise<void> {
    const meanwhile = { locked: false };
    if (this.#unlocked && this.#beforeLockListeners.size > 0) {
      const stop = this.onLock(() => (meanwhile.locked = true));
      const flushed = Promise.allSettled([...this.#beforeLockListeners].map((flush) => flush()));
      await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, FLUSH_MS))]);
      stop();
    }
    // Locked meanwhile, and perhaps opened again: that opening stays.
    if (!meanwhile.locked) this.#lockHere();
  }

  #lockHere(): void {
    const was = this.#unlocked;
    this.#unlocked = false;
    this.#idle.stop();
    this.#client?.end('vault/locked');
    this.#client = null;
    if (was) for (const listener of this.#lockListeners) listener();
  }

  async #kdf(): Promise<Bytes> {
    const { kdf, kdfRefused } = await this.inspect();
    if (kdf === null) throw new SvjError(kdfRefused ?? 'vault/absent');
    return kdf;
  }

  async #derive<T>(
    passphrase: string,
    kdf: Bytes,
    { signal, progress }: Derivation,
    use: (port: MessagePort) => Promise<T>
  ): Promise<T> {
    const { pace, startKdf } = this.#parts;
    const estimate = new EstimatedProgress(pace.expectedMs(kdf), progress);
    try {
      return await deriveTo(startKdf, { passphrase, kdf, pace, signal }, (port) => {
        estimate.stop();
        return use(port);
      });
    } finally {
      estimate.stop();
    }
  }

  /** With parameters for this device, no weaker than `atLeast`, and a new salt. */
  async #deriveFresh<T>(
    passphrase: string,
    atLeast: Bytes | null,
    { signal, progress }: Derivation,
    use: (port: MessagePort, kdf: Bytes) => Promise<T>
  ): Promise<T> {
    const { pace, startKdf } = this.#parts;
    const estimate = new EstimatedProgress(2 * pace.expectedCalibrationMs(), progress);
    try {
      const [strongest, ...weaker] = await calibrate(startKdf, { pace, signal, atLeast });
      const derive = ({ kdf, expectedMs }: Calibration): Promise<T> => {
        estimate.expect(expectedMs);
        return deriveTo(startKdf, { passphrase, kdf, pace, signal }, (port) => {
          estimate.stop();
          return use(port, kdf);
        });
      };
      let derived = derive(strongest);
      // Timing the floor says nothing of how much memory the device gives.
      for (const next of weaker) derived = derived.catch((thrown: unknown) => derive(unlessMemory(thrown, next)));
      return await derived;
    } finally {
      estimate.stop();
    }
  }
}

/** The next attempt, where the one before failed for want of memory. */
function unlessMemory(thrown: unknown, next: Calibration): Calibration {
  if (toSvjError(thrown).code !== 'kdf/memory') throw thrown;
  return next;
}
