/**
 * Copies that the replica is owed. A row is written with the object itself, so that nobody has to look through all objects
 * to find the few that a broken replica, or a killed process, left without a copy.
 *
 * Both stores are compared as a whole once a week, and when a replica is new: what it lost by itself no row tells.
 */
import type { Transaction } from 'kysely';
import { claimJob, owedRow, releaseJob, settle } from '#server/db/claims.ts';
import type { Database } from '#server/db/database.ts';
import type { Tables } from '#server/db/schema.ts';
import type { ObjectKey } from '#server/objects/object-store.ts';
import type { ReplicatedObjectStore } from '#server/objects/replicated.ts';

/** The copy is begun with the object; only what takes longer is looked after. */
export const COPY_GRACE_MS = 10 * 60_000;
export const COMPARE_EVERY_MS = 7 * 24 * 3_600_000;
/** Of one copy, and of a comparison. */
const [COPY_MS, COMPARE_MS] = [20 * 60_000, 24 * 3_600_000];

export class Copies {
  readonly #database: Database;
  readonly #store: Pick<ReplicatedObjectStore, 'replicate' | 'repair'>;
  readonly #now: () => number;
  readonly #job: string;

  /** @param replica its place: another one is compared anew */
  constructor(
    database: Database,
    store: Pick<ReplicatedObjectStore, 'replicate' | 'repair'>,
    now: () => number,
    replica: string
  ) {
    this.#database = database;
    this.#store = store;
    this.#now = now;
    this.#job = `compare/${replica}`;
  }

  /** In the transaction that makes the object. */
  async owe(query: Transaction<Tables>, key: ObjectKey): Promise<void> {
    await query.insertInto('copies').values(owedRow(key, this.#now())).execute();
  }

  /** Makes what is owed. */
  async purge(): Promise<void> {
    await settle(this.#database, 'copies', {
      now: this.#now,
      before: this.#now() - COPY_GRACE_MS,
      work: (key) => this.#store.replicate(key as ObjectKey, AbortSignal.timeout(COPY_MS))
    });
  }

  /** Compares the stores when it is time, in one process. What fails is begun again the next time. */
  async compare(): Promise<void> {
    if (!(await claimJob(this.#database, this.#job, this.#now(), COMPARE_EVERY_MS))) return;
    const owed = await this.#store.repair(AbortSignal.timeout(COMPARE_MS)).catch(() => null);
    if (owed?.length !== 0) await releaseJob(this.#database, this.#job);
  }
}
