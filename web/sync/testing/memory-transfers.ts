/** Transfers in memory, for tests. */
import type { ObjectId } from '#shared/ids.ts';
import type { Transfer, Transfers } from '../transfers.ts';

export class MemoryTransfers implements Transfers {
  readonly #rows = new Map<ObjectId, Transfer>();

  get(objectId: ObjectId): Promise<Transfer | null> {
    return Promise.resolve(this.#rows.get(objectId) ?? null);
  }

  all(): Promise<Transfer[]> {
    return Promise.resolve([...this.#rows.values()]);
  }

  put(transfer: Transfer): Promise<void> {
    this.#rows.set(transfer.objectId, transfer);
    return Promise.resolve();
  }

  remove(objectId: ObjectId): Promise<void> {
    this.#rows.delete(objectId);
    return Promise.resolve();
  }
}
