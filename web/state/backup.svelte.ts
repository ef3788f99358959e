/**
 * The backup, for every screen: whether somebody is signed in, how far everything is, and where each entry is kept. Runs
 * while the journal is open; what is on its way goes on by itself after the next unlock.
 */
import { toSvjError } from '#shared/errors.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { Backup as RunningBackup, forgetTransfers, openTransfers, overview, uploaderFor } from '#web/journal/backup.ts';
import type { Freeable } from '#web/journal/free-space.ts';
import type { BackupState } from '#web/model/summary.ts';
import type { CarrierState } from '#web/sync/carrier.ts';
import type { SyncState } from '#web/sync/sync-loop.ts';
import { entries } from './entries.svelte.ts';
import { isOpen } from './open-vault.ts';
import { posters } from './posters.svelte.ts';
import { ask, relay } from './relay.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

/** Which account somebody signed in to here, by its random id: an app without a backup asks no server anything. */
const ACCOUNT = 'svj.backup';
/** In place of the id, as long as it is not known: an account that was made here, or one that was there before. */
const NEW = 'new';
const JOINED = 'joined';
const PATIENCE_MS = 15_000;
const REFRESH_MS = 500;

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
  /** From sign-in to sign-out. */
  #backup: RunningBackup | null = null;
  #carrying: AbortController | null = null;
  /** From an unlock to a lock. */
  #syncing: AbortController | null = null;
  #refreshing: Promise<void> | null = null;
  #isStale = false;

  constructor() {
    session.onLock(() => this.#locked());
    session.onChangedHere(() => this.#changed());
    session.onChanged(() => this.#changed());
    addEventListener('online', () => this.wake());
  }

  get status(): BackupStatus {
    return this.#status;
  }

  /** The session ended by itself: new entries stay on this device only until somebody signs in. */
  get wantsSignIn(): boolean {
    return this.#sync?.status === 'signed-out';
  }

  /** The first entries of a journal that was brought here are on their way. */
  get isArriving(): boolean {
    return this.#syncing !== null && this.#status === 'on' && this.#headCode === null;
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
    const kept = keptAccount();
    if (kept?.isIn !== true || this.#syncing !== null) return;
    if (kept.accountId === NEW || kept.accountId === JOINED) {
      // What came between signing in and this is made good, or somebody signs in again.
      await this.signedIn({ isNew: false }).catch((thrown: unknown) => toasts.failure(thrown));
    } else await this.#run();
  }

  /**
   * Somebody signed in a moment ago, to an account that was made a moment ago or not. What fails here is made good by
   * {@link begin}, after the next unlock.
   * @throws `relay/…`, `vault/locked`, `storage/…`
   */
  async signedIn({ isNew }: { isNew: boolean }): Promise<void> {
    const before = keptAccount();
    const isFresh = isNew || before?.accountId === NEW;
    this.#end();
    if (isFresh) keepAccount({ accountId: NEW, isIn: true });
    else if (before === null) keepAccount({ accountId: JOINED, isIn: true });
    this.#status = 'on';
    const { accountId } = await relay.session(AbortSignal.timeout(PATIENCE_MS));
    if (accountId !== before?.accountId) {
      await forgetTransfers(await openTransfers());
      if (isFresh) await session.vault.call('republish', undefined);
    }
    keepAccount({ accountId, isIn: true });
    if (isOpen()) void this.#run();
  }

  /** Ends the session at the relay; the journal stays as it is. Never rejects: offline it ends here. */
  async signOut(): Promise<void> {
    this.#end();
    this.#syncing?.abort();
    this.#syncing = null;
    this.#sync = null;
    this.#status = 'signed-out';
    const kept = keptAccount();
    if (kept !== null) keepAccount({ ...kept, isIn: false });
    try {
      await relay.signOut(AbortSignal.timeout(PATIENCE_MS));
    } catch (thrown) {
      if (!toSvjError(thrown).code.startsWith('session/')) toasts.failure(thrown);
    }
  }

  /** So much of a recording under way is final. Does nothing where no backup runs. */
  grown(clipId: ObjectId, sealedBytes: number): void {
    this.#backup?.grown(clipId, sealedBytes);
  }

  /** Something may have to go now: somebody asks for it. */
  wake(): void {
    this.#backup?.wake();
  }

  /** Asks again where everything is; those who ask meanwhile are answered together. Never rejects. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    this.#refreshing ??= this.#refreshAll().finally(() => (this.#refreshing = null));
    await this.#refreshing;
  }

  #changed(): void {
    this.wake();
    void this.refresh();
  }

  async #run(): Promise<void> {
    const stop = new AbortController();
    this.#syncing?.abort();
    this.#syncing = stop;
    try {
      this.#backup ??= await this.#carried();
      if (!isOpen() || stop.signal.aborted) return;
      this.#status = 'on';
      void this.refresh();
      await this.#backup.run(stop.signal);
    } catch (thrown) {
      if (isOpen()) toasts.failure(thrown);
    }
  }

  /** One that carries from now on, through locks, until somebody signs out or has to sign in. */
  async #carried(): Promise<RunningBackup> {
    const transfers = await openTransfers();
    const stop = new AbortController();
    const backup = new RunningBackup({
      vault: () => session.vault,
      relay,
      transfers,
      uploader: uploaderFor({ relay, fetch: ask, transfers }),
      onSync: (state) => this.#heard(state),
      onCarrier: (state) => {
        if (!stop.signal.aborted) this.#carrier = state;
      },
      onChanged: () => {
        void entries.refresh();
        session.changed();
      },
      onCarried: () => void this.refresh()
    });
    this.#carrying = stop;
    void backup.carry(stop.signal).then(() => {
      if (this.#carrying === stop) this.#end();
    });
    return backup;
  }

  #heard(state: SyncState): void {
    if (this.#syncing?.signal.aborted !== false) return;
    this.#sync = state;
    if (state.status === 'signed-out') this.#status = 'signed-out';
    if (state.status !== 'in-step') return;
    posters.retry();
    void this.refresh();
  }

  async #refreshAll(): Promise<void> {
    const transfers = await openTransfers();
    while (this.#isStale && isOpen() && keptAccount() !== null) {
      this.#isStale = false;
      try {
        const { vault } = session;
        const [{ states, freeable }, headCode] = await Promise.all([
          overview(vault, transfers),
          vault.call('headCode', undefined)
        ]);
        if (!isOpen()) return;
        this.#states = states;
        this.#freeable = freeable;
        this.#headCode = headCode;
      } catch (thrown) {
        if (isOpen()) toasts.failure(thrown);
        return;
      }
      // A first backup reports thousands of objects: a person sees no more than this.
      await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
    }
  }

  #locked(): void {
    this.#syncing?.abort();
    this.#syncing = null;
    this.#sync = null;
    this.#states = NONE;
    this.#freeable = [];
    this.#headCode = null;
  }

  /** Nobody is signed in any more. */
  #end(): void {
    this.#carrying?.abort();
    this.#carrying = null;
    this.#backup = null;
    this.#carrier = null;
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
