/**
 * The backup, from sign-in to sign-out. While the journal is open, words are exchanged as they change, and what lies on the
 * relay is read from it. What lies on this device is carried there in any case: sending needs no key, so a lock does not
 * stop it. One tab carries; each exchanges what it changed.
 */
import type { EntryId, ObjectId } from '#shared/ids.ts';
import type { BackupState } from '#web/model/summary.ts';
import { openRecords } from '#web/store/db.ts';
import { openAsBlob } from '#web/store/object-blob.ts';
import { Carrier, type CarrierState } from '#web/sync/carrier.ts';
import { exchange } from '#web/sync/exchange.ts';
import type { RelayClient } from '#web/sync/relay-client.ts';
import { SyncLoop, type SyncState } from '#web/sync/sync-loop.ts';
import type { Transfer, Transfers } from '#web/sync/transfers.ts';
import type { LiveUpload } from '#web/sync/live-upload.ts';
import { Uploader } from '#web/sync/uploader.ts';
import type { Places } from '#web/workers/contracts.ts';
import { listEntries } from './entries.ts';
import { freeable, type Freeable } from './free-space.ts';
import { KeptTransfers } from './kept-transfers.ts';
import { serveRemote } from './remote-ranges.ts';
import type { VaultClient } from './session.ts';
import { cargoOf, vaultPort } from './vault-port.ts';

const EXCHANGE_LOCK = 'svj/exchange';
const CARRY_LOCK = 'svj/carry';

export interface BackupParts {
  /** @throws `vault/locked` */
  readonly vault: () => VaultClient;
  readonly relay: RelayClient;
  readonly transfers: Transfers;
  readonly uploader: Pick<Uploader, 'send' | 'live'>;
  onSync(state: SyncState): void;
  onCarrier(state: CarrierState): void;
  /** Entries came, or are other than before. */
  onChanged(changed: ReadonlySet<EntryId>): void;
  /** An object reached the relay, or was read back. */
  onCarried(): void;
}

export class Backup {
  readonly #parts: BackupParts;
  readonly #sync: SyncLoop;
  readonly #carrier: Carrier;
  readonly #live = new Map<ObjectId, LiveUpload>();
  #carrying: AbortSignal | null = null;
  /** Of what lies here, sealed, in bytes. */
  #sizes: ReadonlyMap<ObjectId, number> = new Map();

  constructor(parts: BackupParts) {
    this.#parts = parts;
    const { vault, relay, transfers } = parts;
    const port = vaultPort(vault);
    const random = (): number => Math.random();
    this.#sync = new SyncLoop({
      exchange: (signal) => navigator.locks.request(EXCHANGE_LOCK, { signal }, () => exchange(port, relay, signal)),
      feed: (signal) => relay.feed(signal),
      onState: (state) => {
        parts.onSync(state);
        // What was recorded before the words arrived is to be read back now.
        if (state.status === 'in-step') this.#carrier.wake();
      },
      onChanged: (changed) => parts.onChanged(changed),
      random
    });
    this.#carrier = new Carrier({
      cargo: async () => {
        const [{ objects }, entries] = await Promise.all([vault().call('places', undefined), listEntries(vault())]);
        const cargo = cargoOf(
          objects,
          entries.map(({ id }) => id)
        );
        this.#sizes = new Map(cargo.map(({ objectId, size }) => [objectId, size]));
        return cargo;
      },
      transfers,
      strays: async () => {
        const [{ objects, drafts }, known] = await Promise.all([vault().call('places', undefined), transfers.all()]);
        const named = new Set([...objects.map(({ objectId }) => objectId), ...drafts]);
        return known
          .filter(({ objectId, state }) => state === 'sending' && !named.has(objectId))
          .map((row) => row.objectId);
      },
      send: (objectId, signal, progress) => this.#send(objectId, signal, progress),
      verify: (objectId) => vault().call('verify', { objectId }),
      discard: (objectId, signal) => relay.deleteObject(objectId, signal),
      onState: (state) => parts.onCarrier(state),
      onCarried: () => parts.onCarried(),
      now: () => Date.now(),
      random
    });
  }

  /**
   * From an unlock to a lock. Resolves when the signal aborts, or when the exchange ends by itself: see {@link SyncState}.
   * What lies on the relay can be read until the signal aborts. Never rejects.
   */
  async run(signal: AbortSignal): Promise<void> {
    const serving = serveRemote(this.#parts.vault(), this.#parts.relay, signal);
    this.#carrier.wake();
    await this.#sync.run(signal);
    await Promise.allSettled([serving]);
  }

  /** From sign-in to sign-out. Resolves when the signal aborts, or when somebody has to sign in. Never rejects. */
  async carry(signal: AbortSignal): Promise<void> {
    this.#carrying = signal;
    await navigator.locks.request(CARRY_LOCK, { signal }, () => this.#carrier.run(signal)).catch(() => undefined);
  }

  /** So much of a recording under way is final and may go. The recording itself notices nothing of it. */
  grown(objectId: ObjectId, sealedBytes: number): void {
    const signal = this.#carrying;
    if (signal === null || signal.aborted) return;
    const known = this.#live.get(objectId) ?? this.#parts.uploader.live(objectId, signal);
    this.#live.set(objectId, known);
    known.grown(sealedBytes);
  }

  /** Something was changed here, or the network is back. */
  wake(): void {
    this.#sync.wake();
    this.#carrier.wake();
  }

  /** A recording that was sent while it ran has only its end to go. */
  async #send(
    objectId: ObjectId,
    signal: AbortSignal,
    progress: (sent: number, size: number) => void
  ): Promise<'backed-up' | 'absent'> {
    const live = this.#live.get(objectId);
    const size = this.#sizes.get(objectId);
    this.#live.delete(objectId);
    if (live !== undefined && size !== undefined) return live.close(size);
    // Discarded, or sealed again under another name: nothing more will come.
    await live?.abandon();
    return this.#parts.uploader.send(objectId, signal, progress);
  }
}

/** Where each entry is kept, and what need not stay here; also while nobody is signed in. @throws `vault/locked` */
export async function overview(
  vault: VaultClient,
  transfers: Transfers
): Promise<{ states: ReadonlyMap<EntryId, BackupState>; freeable: readonly Freeable[] }> {
  const [places, known] = await Promise.all([vault.call('places', undefined), transfers.all()]);
  return { states: entryStates(places, known), freeable: freeable(places, known) };
}

/** An entry is as safe as the least safe of its parts, and not safe at all before the relay has its words. */
export function entryStates(
  { objects, unpublished }: Places,
  transfers: readonly Transfer[]
): ReadonlyMap<EntryId, BackupState> {
  const known = new Map<ObjectId, Transfer>(transfers.map((transfer) => [transfer.objectId, transfer]));
  const states = new Map<EntryId, BackupState>();
  for (const { objectId, entryId, isHere } of objects) {
    const state = stateOf(known.get(objectId), isHere);
    const before = states.get(entryId) ?? 'verified';
    states.set(entryId, ORDER[Math.min(ORDER.indexOf(before), ORDER.indexOf(state))] ?? 'local');
  }
  for (const entryId of unpublished) states.set(entryId, 'local');
  return states;
}

const ORDER: readonly BackupState[] = ['local', 'elsewhere', 'backed-up', 'verified'];

function stateOf(transfer: Transfer | undefined, isHere: boolean): BackupState {
  if (transfer?.state === 'verified') return 'verified';
  if (transfer?.state === 'backed-up') return 'backed-up';
  return isHere ? 'local' : 'elsewhere';
}

let opening: Promise<Transfers> | undefined;

/** What is known of transfers, in the database of this device: one connection for the page. @throws `storage/…` */
export async function openTransfers(): Promise<Transfers> {
  opening ??= openRecords().then((records) => new KeptTransfers(records));
  try {
    return await opening;
  } catch (thrown) {
    opening = undefined;
    throw thrown;
  }
}

/** Another account has nothing of what the one before had. */
export async function forgetTransfers(transfers: Transfers): Promise<void> {
  for (const { objectId } of await transfers.all()) await transfers.remove(objectId);
}

export function uploaderFor(parts: {
  readonly relay: RelayClient;
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  readonly transfers: Transfers;
}): Uploader {
  return new Uploader({ ...parts, open: openAsBlob });
}
