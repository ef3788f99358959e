/**
 * The backup, for every screen: whether somebody is signed in, how far everything is, and where each entry is kept. Runs
 * while the journal is open; what is on its way goes on by itself after the next unlock.
 */
import { toSvjError } from '#shared/errors.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { Backup as RunningBackup, forgetTransfers, openTransfers, uploaderFor } from '#web/journal/backup.ts';
import type { Freeable } from '#web/journal/free-space.ts';
import type { BackupState } from '#web/model/summary.ts';
import type { CarrierState } from '#web/sync/carrier.ts';
import type { SyncState } from '#web/sync/sync-loop.ts';
import { entries } from './entries.svelte.ts';
import { isOpen } from './open-vault.ts';
import { ask, relay } from './relay.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

/** Which account somebody signed in to here, by its random id: an app without a backup asks no server anything. */
const ACCOUNT = 'svj.backup';
const PATIENCE_MS = 15_000;

/** `off`: never signed in here. `signed-out`: the session is over. */
export type BackupStatus = 'off' | 'signed-out' | 'on';

const NONE: ReadonlyMap<EntryId, BackupState> = new Map();

class Backup {
  #status = $state<BackupStatus>(keptAccount() === null ? 'off' : 'signed-out');
  #sync = $state.raw<SyncState | null>(null);
  #carrier = $state.raw<CarrierState | null>(null);
  #states = $state.raw<ReadonlyMap<EntryId, BackupState>>(NONE);
  #freeable = $state.raw<readonly Freeable[]>([]);
  #headCode = $state.raw<readonly string[] | null>(null);
  #running: { readonly backup: RunningBackup; readonly stop: AbortController } | null = null;

  constructor() {
    session.onLock(() => this.#stop());
    session.onChangedHere(() => this.#running?.backup.wake());
    session.onChanged(() => void this.refresh());
    addEventListener('online', () => this.#running?.backup.wake());
  }

  get status(): BackupStatus {
    return this.#status;
  }

  /** The session ended by itself: new entries stay on this device only until somebody signs in. */
  get wantsSignIn(): boolean {
    return this.#sync?.status === 'signed-out';
  }

  /** Of the words; null while nothing runs. */
  get sync(): SyncState | null {
    return this.#sync;
  }

  /** Of recordings and pictures; null while nothing runs. */
  get carrier(): CarrierState | null {
    return this.#carrier;
  }

  /** Where an entry is kept. */
  stateOf(id: EntryId): BackupState {
    return this.#states.get(id) ?? 'local';
  }

  /** Recordings that need not stay on this device. */
  get freeable(): readonly Freeable[] {
    return this.#freeable;
  }

  /** Eight words, the same on all devices that are in step; null before there are any. */
  get headCode(): readonly string[] | null {
    return this.#headCode;
  }

  /** After an unlock. Does nothing where nobody ever signed in. Never rejects. */
  async begin(): Promise<void> {
    if (keptAccount()?.isIn === true && this.#running === null) await this.#run();
  }

  /**
   * Somebody signed in a moment ago, to an account that was made a moment ago or not.
   * @throws `relay/…`, `vault/locked`, `storage/…`
   */
  async signedIn({ isNew }: { isNew: boolean }): Promise<void> {
    const { accountId } = await relay.session(AbortSignal.timeout(PATIENCE_MS));
    this.#stop();
    if (accountId !== keptAccount()?.accountId) {
      await forgetTransfers(await openTransfers());
      if (isNew) await session.vault.call('republish', undefined);
    }
    keepAccount({ accountId, isIn: true });
    this.#status = 'on';
    if (isOpen()) void this.#run();
  }

  /** Ends the session at the relay; the journal stays as it is. Never rejects: offline it ends here. */
  async signOut(): Promise<void> {
    this.#stop();
    this.#status = 'signed-out';
    const kept = keptAccount();
    if (kept !== null) keepAccount({ ...kept, isIn: false });
    try {
      await relay.signOut(AbortSignal.timeout(10_000));
    } catch (thrown) {
      if (!toSvjError(thrown).code.startsWith('session/')) toasts.failure(thrown);
    }
  }

  /** So much of a recording under way is final. Does nothing where no backup runs. */
  grown(clipId: ObjectId, sealedBytes: number): void {
    this.#running?.backup.grown(clipId, sealedBytes);
  }

  /** Something may have to go now: somebody asks for it. */
  wake(): void {
    this.#running?.backup.wake();
  }

  async #run(): Promise<void> {
    const stop = new AbortController();
    try {
      const transfers = await openTransfers();
      const backup = new RunningBackup({
        vault: () => session.vault,
        relay,
        transfers,
        uploader: uploaderFor({ relay, fetch: ask, transfers }),
        onSync: (state) => this.#heard(state, stop.signal),
        onCarrier: (state) => {
          if (!stop.signal.aborted) this.#carrier = state;
        },
        onChanged: () => {
          void entries.refresh();
          session.changed();
        },
        onCarried: () => void this.refresh()
      });
      if (!isOpen() || this.#running !== null) return;
      this.#running = { backup, stop };
      this.#status = 'on';
      await this.refresh();
      await backup.run(stop.signal);
    } catch (thrown) {
      if (isOpen()) toasts.failure(thrown);
    }
    if (this.#running?.stop === stop) this.#running = null;
  }

  #heard(state: SyncState, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#sync = state;
    if (state.status === 'signed-out') this.#status = 'signed-out';
    if (state.status === 'in-step') void this.refresh();
  }

  /** Asks again where everything is. Never rejects. */
  async refresh(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    try {
      const [{ states, freeable }, headCode] = await Promise.all([
        running.backup.overview(),
        session.vault.call('headCode', undefined)
      ]);
      if (this.#running !== running) return;
      this.#states = states;
      this.#freeable = freeable;
      this.#headCode = headCode;
    } catch (thrown) {
      if (isOpen()) toasts.failure(thrown);
    }
  }

  #stop(): void {
    this.#running?.stop.abort();
    this.#running = null;
    this.#sync = null;
    this.#carrier = null;
    this.#states = NONE;
    this.#freeable = [];
    this.#headCode = null;
  }
}

interface KeptAccount {
  readonly accountId: string;
  /** False once somebody signed out on purpose: then no server is asked anything. */
  readonly isIn: boolean;
}

function keptAccount(): KeptAccount | null {
  try {
    const [accountId, state] = (localStorage.getItem(ACCOUNT) ?? '').split(' ');
    return accountId ? { accountId, isIn: state === 'in' } : null;
  } catch {
    return null;
  }
}

function keepAccount({ accountId, isIn }: KeptAccount): void {
  try {
    localStorage.setItem(ACCOUNT, `${accountId} ${isIn ? 'in' : 'out'}`);
  } catch {
    // Some private windows refuse localStorage: then the next visit asks to sign in again.
  }
}

export const backup = new Backup();
