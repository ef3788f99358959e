/**
 * One request at a time works on an upload, in whichever process. The right to do so is a row that runs out by itself
 * when its process dies. Whoever wants it asks the holder to let go: after a broken connection the device is back long
 * before the old request is known to be dead.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '#server/db/database.ts';
import { toHex } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';

/** Clocks of two processes may differ by less than this, less a renewal. */
const LEASE_MS = 6_000;
const RENEW_MS = 2_000;
/** Longer than a lease: also that of a process that died is waited for. */
const PATIENCE_MS = 8_000;
const RETRY_MS = 100;

export class Leases {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * Runs `work` as the only one for this upload. Its signal is aborted when somebody else wants the upload, or when the
   * lease could not be renewed and may be another's.
   * @param signal of the request: one whose client is gone must not take the upload from the one that came after it
   * @throws `upload/busy` when the holder does not let go, `http/not-found` when the upload is gone, `call/aborted`
   */
  async hold<T>(upload: Uint8Array, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const holder = crypto.randomUUID();
    await this.#acquire(upload, holder, signal);
    const lost = new AbortController();
    const letGo = () => {
      lost.abort(new SvjError('upload/busy'));
    };
    let until = this.#now() + LEASE_MS;
    const renewing = setInterval(() => {
      const next = this.#now() + LEASE_MS;
      this.#renew(upload, holder).then((held) => {
        if (held) until = next;
        else letGo();
      }, letGo);
      // A renewal that hangs: before the lease is another's, it is nobody's.
      if (this.#now() > until - RENEW_MS) letGo();
    }, RENEW_MS);
    let unlisten = (): void => undefined;
    try {
      unlisten = await this.#database.signals.on(topicOf(upload), letGo);
      return await work(lost.signal);
    } finally {
      clearInterval(renewing);
      unlisten();
      await this.#release(upload, holder);
    }
  }

  /**
   * For the start of the relay: on the embedded engine there is one process, so leases that are there belong to one that
   * died. On PostgreSQL they may be another's and run out by themselves.
   */
  async forgetDead(): Promise<void> {
    if (this.#database.isPostgres) return;
    await this.#database.query.updateTable('uploads').set({ lease_holder: null }).execute();
  }

  async #acquire(upload: Uint8Array, holder: string, signal: AbortSignal): Promise<void> {
    for (let waited = 0; ; waited += RETRY_MS) {
      if (signal.aborted) throw new SvjError('call/aborted');
      const now = this.#now();
      const { numUpdatedRows } = await this.#database.query
        .updateTable('uploads')
        .set({ lease_holder: holder, lease_until: now + LEASE_MS })
        .where('upload_hash', '=', upload)
        .where((row) => row.or([row('lease_holder', 'is', null), row('lease_until', '<', now)]))
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return;
      if (!(await this.#exists(upload))) throw new SvjError('http/not-found');
      if (waited >= PATIENCE_MS) throw new SvjError('upload/busy');
      await this.#database.signals.send(topicOf(upload));
      await delay(RETRY_MS);
    }
  }

  async #exists(upload: Uint8Array): Promise<boolean> {
    const row = this.#database.query.selectFrom('uploads').select('state').where('upload_hash', '=', upload);
    return (await row.executeTakeFirst()) !== undefined;
  }

  async #renew(upload: Uint8Array, holder: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.query
      .updateTable('uploads')
      .set({ lease_until: this.#now() + LEASE_MS })
      .where('upload_hash', '=', upload)
      .where('lease_holder', '=', holder)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async #release(upload: Uint8Array, holder: string): Promise<void> {
    await this.#database.query
      .updateTable('uploads')
      .set({ lease_holder: null })
      .where('upload_hash', '=', upload)
      .where('lease_holder', '=', holder)
      .execute();
  }
}

function topicOf(upload: Uint8Array): string {
  return `upload/${toHex(upload)}`;
}
