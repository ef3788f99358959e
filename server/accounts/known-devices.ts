/** Devices that signed in fully before: nobody who merely knows a name can say the id of one. */
import { createHash } from 'node:crypto';
import type { Database, Query } from '#server/db/database.ts';

/** Since its last full sign-in. */
const KEPT_MS = 400 * 24 * 3_600_000;

export class KnownDevices {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async remember(query: Query, accountId: string, deviceId: string): Promise<void> {
    const seen_at = this.#now();
    await query
      .insertInto('known_devices')
      .values({ account_id: accountId, device_hash: deviceHash(deviceId), seen_at })
      .onConflict((conflict) => conflict.columns(['account_id', 'device_hash']).doUpdateSet({ seen_at }))
      .execute();
  }

  async knows(accountId: string, deviceId: string): Promise<boolean> {
    const row = await this.#database.query
      .selectFrom('known_devices')
      .select('seen_at')
      .where('account_id', '=', accountId)
      .where('device_hash', '=', deviceHash(deviceId))
      .executeTakeFirst();
    return row !== undefined;
  }

  async purge(): Promise<void> {
    await this.#database.query
      .deleteFrom('known_devices')
      .where('seen_at', '<', this.#now() - KEPT_MS)
      .execute();
  }
}

/** Lower-case hex. */
export function deviceHash(deviceId: string): string {
  return createHash('sha256').update(deviceId).digest('hex');
}
