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
import { deviceHash, type KnownDevices } from './known-devices.ts';
import { nameIndex } from './login-name.ts';
import type { SecondFactors } from './second-factors.ts';
import type { Sessions } from './sessions.ts';

const MINUTE = 60_000;
/** Per block of addresses, whatever the name. */
const BY_ADDRESS = {
  prelogin: { uses: 30, within: 5 * MINUTE },
  'sign-up': { uses: 10, within: 60 * MINUTE },
  'sign-in': { uses: 20, within: 5 * MINUTE }
} as const;
/** Per name; see {@link Accounts.signIn} for whom they hold. */
const BY_NAME = {
  auth: { uses: 5, within: 5 * MINUTE },
  recovery: { uses: 3, within: 60 * MINUTE }
} as const;
/** An account whose second factor never came is forgotten. */
const ENROLLING_MS = 60 * MINUTE;

export interface AccountParts {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly limits: Limits;
  readonly sessions: Sessions;
  readonly devices: KnownDevices;
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

  /**
   * Counts a call by the block of its address, before anything of it is read.
   * @throws {TooMany}
   */
  admit(what: 'prelogin' | 'sign-up' | 'sign-in', address: string): Promise<void> {
    return this.#parts.limits.take(`${what}/${address}`, BY_ADDRESS[what]);
  }

  /** Counts a change of the passphrase, which is proven like a sign-in. @throws {TooMany} */
  admitChange({ accountId }: Caller): Promise<void> {
    return this.#parts.limits.take(`change/${accountId}`, BY_NAME.auth);
  }

  /** How the passphrase key is derived: the same kind of answer whether there is such an account or not. */
  async prelogin(name: string): Promise<Prelogin> {
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
  async signUp({ name, vaultId, deviceId, kdf, auth, recoveryAuth, vault }: SignUp): Promise<string> {
    const { database, keyring, sessions, vaults, now } = this.#parts;
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
    const { database, devices, factors, sessions } = this.#parts;
    const { accountId } = caller;
    await factors.countTry(accountId);
    const confirmed = await database.transaction(async (query) => {
      const recoveryCodes = await factors.confirm(query, accountId, code);
      if (!(await claimName(query, accountId))) return null;
      await devices.remember(query, accountId, caller.deviceId);
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
   * Whoever only knows a name must not be able to lock its owner out by wrong proofs, and a passphrase must not be guessed
   * from many addresses at once. So the limit of a name counts apart
   *  - for each device that signed in fully before, by its id, which nobody else knows;
   *  - for all other devices together: five passphrases in five minutes, from wherever they come;
   *  - for recovery words by block of addresses: they hold too much chance to be guessed from any number of blocks.
   *
   * What remains: while somebody keeps guessing, a device that was never signed in before is refused by passphrase. It
   * comes in by recovery words, and any device that is known by either.
   * @returns the token of a session that waits for the second factor
   * @throws `account/refused`, the same for a wrong proof and for a name that nobody has; {@link TooMany}
   */
  async signIn(request: SignIn, address: string): Promise<string> {
    const { database, limits, sessions } = this.#parts;
    const index = nameIndex(this.#nameKey, request.name);
    const kind = 'auth' in request ? 'auth' : 'recovery';
    const account = await this.#byName(index);
    const bucket = `${kind}/${Buffer.from(index).toString('hex')}${await this.#guesser(kind, account, request.deviceId, address)}`;
    await limits.take(bucket, BY_NAME[kind]);
    const isRight = this.#proves(account, kind, 'auth' in request ? request.auth : request.recoveryAuth);
    if (account === undefined || !isRight) throw new SvjError('account/refused');
    await limits.clear(bucket);
    const { deviceId } = request;
    return sessions.begin(database.query, { accountId: account.account_id, stage: 'password', deviceId });
  }

  /** @returns the token of a full session. @throws `factor/wrong-code` */
  async signInFully(caller: Caller, factor: SecondFactor): Promise<string> {
    const { database, devices, factors, sessions } = this.#parts;
    await factors.countTry(caller.accountId);
    const token = await database.transaction(async (query) => {
      await factors.check(query, caller.accountId, factor);
      await devices.remember(query, caller.accountId, caller.deviceId);
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
    const { database, keyring, sessions, vaults } = this.#parts;
    const { accountId } = caller;
    const kind = 'auth' in proof ? 'auth' : 'recovery';
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

  /** For whom the limit of a name counts. As much work for a name that nobody has. */
  async #guesser(
    kind: ProofKind,
    account: AccountTable | undefined,
    deviceId: string,
    address: string
  ): Promise<string> {
    if (await this.#parts.devices.knows(account?.account_id ?? NO_ACCOUNT, deviceId)) return `/${deviceHash(deviceId)}`;
    return kind === 'recovery' ? `/${address}` : '';
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
