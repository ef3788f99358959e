/** Everything behind the API, put together once: keys, database, accounts, vaults, and the jobs that tidy up. */
import { join } from 'node:path';
import type { Hono } from 'hono';
import { accountRoutes } from '#server/accounts/account-routes.ts';
import { Accounts } from '#server/accounts/accounts.ts';
import { KnownDevices } from '#server/accounts/known-devices.ts';
import { SecondFactors } from '#server/accounts/second-factors.ts';
import { Sessions } from '#server/accounts/sessions.ts';
import { accountIfAny, requireAccount } from '#server/api/account-of.ts';
import { api } from '#server/api/api.ts';
import { Drain } from '#server/api/drain.ts';
import { Limits } from '#server/api/limits.ts';
import type { Route } from '#server/api/route.ts';
import { keyringOfFile, keyringOfText } from '#server/at-rest/keyring.ts';
import type { Config } from './config.ts';
import { Database } from '#server/db/database.ts';
import { Log } from '#server/log/log.ts';
import { openObjectStore } from '#server/objects/open-object-store.ts';
import type { Place, StorageConfig } from '#server/objects/storage-config.ts';
import { Copies } from '#server/uploads/copies.ts';
import { Leases } from '#server/uploads/lease.ts';
import { objectRoutes } from '#server/uploads/object-routes.ts';
import { StoredObjects } from '#server/uploads/stored-objects.ts';
import { Tickets } from '#server/uploads/tickets.ts';
import type { UploadLimits } from '#server/uploads/upload-limits.ts';
import { ticketRoutes, uploadRoutes } from '#server/uploads/upload-routes.ts';
import { Uploads } from '#server/uploads/uploads.ts';
import type { Probe } from './health.ts';
import { Tidying } from './tidy.ts';
import { Published } from '#server/vaults/published.ts';
import { vaultRoutes } from '#server/vaults/vault-routes.ts';
import { Vaults } from '#server/vaults/vaults.ts';

export interface RelayConfig extends Pick<
  Config,
  'databaseUrl' | 'dataDir' | 'keyring' | 'proxies' | 'sessionIdleMinutes' | 'logRetentionDays'
> {
  readonly storage: StorageConfig;
  readonly uploads: UploadLimits;
}

const TIDY_MS = 10 * 60_000;

/** Tells one replica from another. */
function placeName(place: Place | undefined): string {
  if (place === undefined) return '';
  return place.kind === 'folder' ? place.folder : place.settings.bucket;
}

export class Relay {
  readonly api: Hono;
  /** The table that the API was made from. */
  readonly routes: readonly Route[];
  readonly probes: readonly Probe[];
  /** Path of a keyring that was made just now. */
  readonly newKeyring: string | null;
  readonly database: Database;
  readonly log: Log;
  readonly accounts: Accounts;
  readonly drain: Drain;
  readonly #tidying: Tidying;
  readonly #timer: NodeJS.Timeout;

  private constructor(
    parts: Pick<Relay, 'api' | 'routes' | 'newKeyring' | 'probes' | 'database' | 'log' | 'accounts' | 'drain'>,
    tidying: Tidying
  ) {
    this.api = parts.api;
    this.routes = parts.routes;
    this.newKeyring = parts.newKeyring;
    this.database = parts.database;
    this.log = parts.log;
    this.accounts = parts.accounts;
    this.drain = parts.drain;
    this.probes = parts.probes;
    this.#tidying = tidying;
    this.#timer = setInterval(() => void this.tidy(), TIDY_MS).unref();
  }

  /** @param now milliseconds since 1970. @throws when keys or database cannot be had: nothing runs without them */
  static async open(config: RelayConfig, now: () => number): Promise<Relay> {
    const place = config.keyring;
    const { keyring, isNew } =
      place.kind === 'text'
        ? { keyring: keyringOfText(place.text), isNew: false }
        : await keyringOfFile(place.path, place.mayMake);
    const database = await Database.open({ url: config.databaseUrl, dataDir: config.dataDir });
    const drain = new Drain();
    const limits = new Limits(database, now);
    const sessions = new Sessions(database, now, config.sessionIdleMinutes);
    const factors = new SecondFactors(database, limits, now);
    const vaults = new Vaults(database, now);
    const published = new Published(database);
    const devices = new KnownDevices(database, now);
    const accounts = new Accounts({ database, keyring, limits, sessions, devices, factors, vaults, now });
    const routes = [
      ...accountRoutes({ accounts, factors, sessions }),
      ...vaultRoutes({ database, vaults, published, sessions, drain })
    ];
    const newKeyring = isNew && place.kind === 'file' ? place.path : null;
    const log = new Log(join(config.dataDir, 'logs'), config.logRetentionDays, now);
    const { store, replicated, check } = await openObjectStore(config.storage);
    const { quota, maxObjectBytes } = config.uploads;
    const tickets = new Tickets(database, now, maxObjectBytes);
    const copies = replicated && new Copies(database, replicated, now, placeName(config.storage.replica));
    const uploads = new Uploads({ database, store, tickets, now, quota, copies });
    const objects = new StoredObjects(database, store, now);
    const leases = new Leases(database, now);
    await leases.forgetDead();
    const signedIn = requireAccount(sessions);
    const mounts = {
      '/tickets': ticketRoutes(tickets, signedIn, drain),
      '/uploads': uploadRoutes({ uploads, leases, store, maxObjectBytes, drain }, accountIfAny(sessions)),
      '/objects': objectRoutes(objects, store, signedIn)
    };
    const parts = {
      api: api({ routes, mounts, sessions, proxies: config.proxies, log }),
      routes,
      newKeyring,
      probes: [
        { name: 'database', check: () => database.check() },
        { name: 'store', check }
      ],
      database,
      log,
      accounts,
      drain
    };
    const ofReplica = copies === undefined ? [] : [copies, { purge: () => copies.compare() }];
    const tidying = [limits, sessions, accounts, devices, vaults, log, tickets, uploads, objects, ...ofReplica];
    return new Relay(parts, new Tidying(tidying));
  }

  /** Takes away what nobody needs any more. What fails is tried again the next time. */
  async tidy(): Promise<void> {
    await this.#tidying.run();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.database.close();
    await this.log.close();
  }
}
