/** Complete objects of an account, and the bytes that are still to be removed from the store. */
import { owedRow, settle } from '#server/db/claims.ts';
import type { Database } from '#server/db/database.ts';
import type { ObjectKey, ObjectStore } from '#server/objects/object-store.ts';
import { giveBack, lockUsage } from './usage.ts';

/** A request that still writes to what is to be removed notices it within seconds; only then can the bytes go for good. */
export const REMOVAL_GRACE_MS = 5 * 60_000;

export interface StoredObject {
  readonly key: ObjectKey;
  readonly size: number;
}

export class StoredObjects {
  readonly #database: Database;
  readonly #store: ObjectStore;
  readonly #now: () => number;

  constructor(database: Database, store: ObjectStore, now: () => number) {
    this.#database = database;
    this.#store = store;
    this.#now = now;
  }

  /** Null for what is not this account's, whatever the reason. */
  async find(accountId: string, objectId: string): Promise<StoredObject | null> {
    const row = await this.#database.query
      .selectFrom('objects')
      .select(['store_key', 'size'])
      .where('account_id', '=', accountId)
      .where('object_id', '=', objectId)
      .executeTakeFirst();
    return row === undefined ? null : { key: row.store_key as ObjectKey, size: row.size };
  }

  /** From here on nobody can read it; its bytes go now, or when the store can be reached again. */
  async remove(accountId: string, objectId: string): Promise<boolean> {
    const key = await this.#database.transaction(async (query) => {
      await lockUsage(query, accountId);
      const gone = await query
        .deleteFrom('objects')
        .where('account_id', '=', accountId)
        .where('object_id', '=', objectId)
        .returning(['store_key', 'size'])
        .executeTakeFirst();
      if (gone === undefined) return null;
      await query.deleteFrom('uploads').where('store_key', '=', gone.store_key).execute();
      await giveBack(query, accountId, gone.size);
      await query.insertInto('removals').values(owedRow(gone.store_key, this.#now())).execute();
      return gone.store_key;
    });
    if (key === null) return false;
    await this.#removeBytes(key).catch(() => undefined);
    return true;
  }

  /** Removes the bytes of everything that is owed. */
  async purge(): Promise<void> {
    await settle(this.#database, 'removals', {
      now: this.#now,
      before: this.#now() - REMOVAL_GRACE_MS,
      work: (key) => this.#store.remove(key as ObjectKey)
    });
  }

  async #removeBytes(key: string): Promise<void> {
    await this.#store.remove(key as ObjectKey);
    await this.#database.query.deleteFrom('removals').where('store_key', '=', key).execute();
  }
}
