/** What is known of objects on their way to the relay, kept in the database of this device. */
import type { ObjectId } from '#shared/ids.ts';
import type { RecordStore } from '#web/store/records.ts';
import type { Transfer, Transfers } from '#web/sync/transfers.ts';

export class KeptTransfers implements Transfers {
  readonly #records: RecordStore;

  constructor(records: RecordStore) {
    this.#records = records;
  }

  async get(objectId: ObjectId): Promise<Transfer | null> {
    return (await this.#records.get('transfers', objectId)) ?? null;
  }

  all(): Promise<Transfer[]> {
    return this.#records.all('transfers');
  }

  put(transfer: Transfer): Promise<void> {
    return this.#records.commit({ put: { transfers: [transfer] } });
  }

  remove(objectId: ObjectId): Promise<void> {
    return this.#records.commit({ remove: { transfers: [objectId] } });
  }
}
