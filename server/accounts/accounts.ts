/** Accounts: made from a journal that exists, found by name, entered by proof and second factor. */
import { randomBytes } from 'node:crypto';
import type { Keyring } from '#server/at-rest/keyring.ts';
import type { Limits } from '#server/api/limits.ts';
import type { Caller } from '#server/api/route.ts';
import type { Database, Query } from '#server/db/database.ts';
import type { AccountTable } from '#server/db/schema.ts';
import type { Vaults } from '#server/vaults/vaults.ts';
import { SvjError } from '#shared/errors.ts';
import type { PassphraseChange, SecondFactor, SignIn, SignUp } from '#shared/protocol.ts';
import { authHash, equalHashes, type ProofKind } from './auth-hash.ts';
import { decoy, type Prelogin } from './decoy.ts';
import { nameIndex } from './login-name.ts';
import type { SecondFactors } from './second-factors.ts';
import type { Sessions } from './sessions.ts';

const MINUTE = 60_000;
const LIMITS = {
  prelogin: { uses: 30, within: 5 * MINUTE },
  signUp: { uses: 10, within: 60 * MINUTE },
  signInName: { uses: 5, within: 5 * MINUTE },
  signInAddress: { uses: 20, within: 5 * MINUTE },
  recovery: { uses: 3, within: 60 * MINUTE }
} as const;
/** An account whose second factor never came is forgotten. */
const ENROLLING_MS = 60 * MINUTE;

export interface AccountParts {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly limits: Limits;
  readonly sessions: Sessions;
  readonly factors: SecondFactors;
  readonly vaults: Vaults;
  readonly now: () => number;
}

export class Accounts {
  readonly #parts: AccountParts;
  readonly #nameKey: Uint8Array;
  readonly #decoyKey: Uint8Array;

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#nameKey = parts.keyring.deriveLasting('name-index');
    this.#decoyKey = parts.keyring.deriveLasting('decoy');
  }

  /** How the passphrase key is derived: the same kind of answer whether there is such an account or not. */
  async prelogin(name: string, address: string): Promise<Prelogin> {
    await this.#parts.limits.take(`prelogin/${address}`, LIMITS.prelogin);
    const index = nameIndex(this.#nameKey, name);
    const made = decoy(this.#decoyKey, index);
    const account = await this.#byName(index);
    return account === undefined ? made : { vaultId: account.vault_id, kdf: account.kdf };
  }

  /**
   * Makes an account that waits for its second factor. Whether the name is free shows only once that is confirmed, so
   * that asking for names tells nothing (attack C1).
   * @returns the token of a session that may do nothing but that
   */
  async signUp({ name, vaultId, deviceId, kdf, auth, recoveryAuth, vault }: SignUp, address: string): Promise<string> {
    const { database, keyring, limits, sessions, vaults, now } = this.#parts;
    await limits.take(`sign-up/${address}`, LIMITS.signUp);
    const accountId = randomBytes(16).toString('hex');
    const pepper = keyring.derive('pepper');
    return database.transaction(async (query) => {
      await query
        .insertInto('accounts')
        .values({
          account_id: accountId,
          wanted_index: nameIndex(this.#nameKey, name),
          state: 'enrolling',
          vault_id: vaultId,
          auth_hash: authHash(pepper, 'auth', accountId, auth),
          recovery_hash: authHash(pepper, 'recovery', accountId, recoveryAuth),
          pepper_kid: keyring.activeKid,
          kdf,
          created_at: now()
        })
        .execute();
      await vaults.create(query, accountId, vault);
      return sessions.begin(query, { accountId, stage: 'enrolling', deviceId });
    });
  }

  /**
   * The first code of the second factor makes the account a real one.
   * @throws `factor/wrong-code`, `account/unavailable` when somebody has the name
   */
  async confirm(caller: Caller, code: string): Promise<{ readonly token: string; readonly recoveryCodes: string[] }> {
    const { database, factors, sessions } = this.#parts;
    const { accountId } = caller;
    await factors.countTry(accountId);
    const confirmed = await database.transaction(async (query) => {
      const recoveryCodes = await factors.confirm(query, accountId, code);
      if (!(await claimName(query, accountId))) return null;
      return { recoveryCodes, token: await sessions.rise(query, caller, 'full') };
    });
    await factors.forgetTries(accountId);
    if (confirmed !== null) return confirmed;
    await database.query
      .deleteFrom('accounts')
      .where('account_id', '=', accountId)
      .where('state', '=', 'enrolling')
      .execute();
    throw new SvjError('account/unavailable');
  }

  /**
   * @returns the token of a session that waits for the second factor
   * @throws `account/refused`, the same for a wrong proof and for a name that nobody has
   */
  async signIn(request: SignIn, address: string): Promise<string> {
    const { database, limits, sessions } = this.#parts;
    const index = nameIndex(this.#nameKey, request.name);
    const kind = 'auth' in request ? 'auth' : 'recovery';
    const bucket = `${kind}/${Buffer.from(index).toString('hex')}`;
    await limits.take(`sign-in/${address}`, LIMITS.signInAddress);
    await limits.take(bucket, kind === 'auth' ? LIMITS.signInName : LIMITS.recovery);
    const account = await this.#byName(index);
    const isRight = this.#proves(account, kind, 'auth' in request ? request.auth : request.recoveryAuth);
    if (account === undefined || !isRight) throw new SvjError('account/refused');
    await limits.clear(bucket);
    const { deviceId } = request;
    return sessions.begin(database.query, { accountId: account.account_id, stage: 'password', deviceId });
  }

  /** @returns the token of a full session. @throws `factor/wrong-code` */
  async signInFully(caller: Caller, factor: SecondFactor): Promise<string> {
    const { database, factors, sessions } = this.#parts;
    await factors.countTry(caller.accountId);
    const token = await database.transaction(async (query) => {
      await factors.check(query, caller.accountId, factor);
      return sessions.rise(query, caller, 'full');
    });
    await factors.forgetTries(caller.accountId);
    return token;
  }

  /**
   * A new passphrase with the commit that exchanges its slot, both or none; all other sessions end.
   * @throws `account/refused`, and what a commit throws
   */
  async changePassphrase(
    caller: Caller,
    { proof, kdf, auth, commit }: PassphraseChange
  ): Promise<{ token: string; feed: number }> {
    const { database, keyring, limits, sessions, vaults } = this.#parts;
    const { accountId } = caller;
    const kind = 'auth' in proof ? 'auth' : 'recovery';
    await limits.take(`change/${accountId}`, LIMITS.signInName);
    const account = await database.query
      .selectFrom('accounts')
      .selectAll()
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    if (!this.#proves(account, kind, 'auth' in proof ? proof.auth : proof.recoveryAuth)) {
      throw new SvjError('account/refused');
    }
    const changed = await database.transaction(async (query) => {
      const feed = await vaults.commit(query, accountId, commit);
      await query
        .updateTable('accounts')
        // Under the account's own pepper: the recovery proof beside it is kept under that one too.
        .set({ auth_hash: authHash(keyring.derive('pepper', account?.pepper_kid), 'auth', accountId, auth), kdf })
        .where('account_id', '=', accountId)
        .execute();
      await sessions.endOthers(query, caller);
      return { feed, token: await sessions.rise(query, caller, 'full') };
    });
    await vaults.announce(accountId);
    return changed;
  }

  /** Forgets accounts whose second factor never came. */
  async purge(): Promise<void> {
    const { database, now } = this.#parts;
    await database.query
      .deleteFrom('accounts')
      .where('state', '=', 'enrolling')
      .where('created_at', '<', now() - ENROLLING_MS)
      .execute();
  }

  #byName(index: Uint8Array): Promise<AccountTable | undefined> {
    return this.#parts.database.query
      .selectFrom('login_names')
      .innerJoin('accounts', 'accounts.account_id', 'login_names.account_id')
      .selectAll('accounts')
      .where('login_names.name_index', '=', index)
      .executeTakeFirst();
  }

  /** As much work for a name that nobody has. */
  #proves(account: AccountTable | undefined, kind: ProofKind, proof: Uint8Array): boolean {
    const pepper = this.#parts.keyring.derive('pepper', account?.pepper_kid);
    const kept = (kind === 'auth' ? account?.auth_hash : account?.recovery_hash) ?? NO_HASH;
    return equalHashes(kept, authHash(pepper, kind, account?.account_id ?? NO_ACCOUNT, proof));
  }
}

const NO_HASH = new Uint8Array(32);
const NO_ACCOUNT = '0'.repeat(32);

/** False when somebody has it. */
async function claimName(query: Query, accountId: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await query
    .insertInto('login_names')
    .columns(['name_index', 'account_id'])
    .expression((from) =>
      from.selectFrom('accounts').select(['wanted_index', 'account_id']).where('account_id', '=', accountId)
    )
    .onConflict((conflict) => conflict.column('name_index').doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows !== 1n) return false;
  await query.updateTable('accounts').set({ state: 'active' }).where('account_id', '=', accountId).execute();
  return true;
}
