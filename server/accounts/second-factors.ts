/** The second factor: codes of an app, each good once, and recovery codes for when the app is gone. */
import { randomBytes } from 'node:crypto';
import type { Limits } from '#server/api/limits.ts';
import type { Database, Query } from '#server/db/database.ts';
import { SvjError } from '#shared/errors.ts';
import type { SecondFactor } from '#shared/protocol.ts';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-codes.ts';
import { SEED_BYTES, stepOfCode, totpSetup } from './totp.ts';

/** Codes looked at for one account, right ones apart. */
const TRIES = { uses: 5, within: 5 * 60_000 };
const LABEL = 'Backup';

export class SecondFactors {
  readonly #database: Database;
  readonly #limits: Limits;
  readonly #now: () => number;

  constructor(database: Database, limits: Limits, now: () => number) {
    this.#database = database;
    this.#limits = limits;
    this.#now = now;
  }

  /** A new seed, until one of its codes is confirmed. @throws `factor/exists` once one is */
  async setUp(accountId: string): Promise<ReturnType<typeof totpSetup>> {
    const seed = randomBytes(SEED_BYTES);
    await this.#database.transaction(async (query) => {
      const row = await query
        .insertInto('totp')
        .values({ account_id: accountId, seed, confirmed: 0, last_step: 0 })
        .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ account_id: accountId }))
        .returning('confirmed')
        .executeTakeFirstOrThrow();
      if (row.confirmed !== 0) throw new SvjError('factor/exists');
      await query.updateTable('totp').set({ seed }).where('account_id', '=', accountId).execute();
    });
    return totpSetup(seed, LABEL);
  }

  /**
   * The first code proves that the app has the seed. Then the recovery codes are made, and never shown again.
   * @throws `factor/wrong-code`, {@link TooMany}
   */
  async confirm(query: Query, accountId: string, code: string): Promise<string[]> {
    await this.#take(query, accountId, code, 0);
    const codes = newRecoveryCodes();
    await query.deleteFrom('recovery_codes').where('account_id', '=', accountId).execute();
    await query
      .insertInto('recovery_codes')
      .values(codes.map((each) => ({ account_id: accountId, code_hash: recoveryCodeHash(each), used_at: null })))
      .execute();
    return codes;
  }

  /** To be called before {@link confirm} and {@link check}, outside their transaction: a wrong try counts. */
  async countTry(accountId: string): Promise<void> {
    await this.#limits.take(`code/${accountId}`, TRIES);
  }

  async forgetTries(accountId: string): Promise<void> {
    await this.#limits.clear(`code/${accountId}`);
  }

  /** @throws `factor/wrong-code` also for a code that was used before */
  async check(query: Query, accountId: string, factor: SecondFactor): Promise<void> {
    if ('code' in factor) {
      await this.#take(query, accountId, factor.code, 1);
      return;
    }
    const { numUpdatedRows } = await query
      .updateTable('recovery_codes')
      .set({ used_at: this.#now() })
      .where('account_id', '=', accountId)
      .where('code_hash', '=', recoveryCodeHash(factor.recoveryCode))
      .where('used_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new SvjError('factor/wrong-code');
  }

  /** Compare-and-set on the last step: of two requests with the same code exactly one is right (attack C2). */
  async #take(query: Query, accountId: string, code: string, confirmed: 0 | 1): Promise<void> {
    const row = await query
      .selectFrom('totp')
      .select('seed')
      .where('account_id', '=', accountId)
      .where('confirmed', '=', confirmed)
      .executeTakeFirst();
    const step = row === undefined ? null : stepOfCode(row.seed, code, this.#now());
    if (step === null) throw new SvjError('factor/wrong-code');
    const { numUpdatedRows } = await query
      .updateTable('totp')
      .set({ last_step: step, confirmed: 1 })
      .where('account_id', '=', accountId)
      .where('confirmed', '=', confirmed)
      .where('last_step', '<', step)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new SvjError('factor/wrong-code');
  }
}
