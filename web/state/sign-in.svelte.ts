/** Signing in to the backup: with the journal that is here, or to bring one to a browser that has none. */
import { SvjError, toSvjError } from '#shared/errors.ts';
import { parseVaultId } from '#shared/ids.ts';
import type { SignIn as SignInRequest } from '#shared/protocol.ts';
import { headerIn, headsAbove } from '#web/sync/exchange.ts';
import type { EnrolOutcome } from '#web/workers/contracts.ts';
import { backup } from './backup.svelte.ts';
import { relay } from './relay.ts';
import { session } from './session.svelte.ts';

/**
 * - `passphrase`: name and passphrase are asked for.
 * - `code`: the second factor is.
 * - `factor`: there is none yet: it has to be set up.
 * - `offer`: there is a backup, and no journal here.
 * - `new-passphrase`: it was restored by words, and needs one.
 * - `done`: signed in, with the journal that is here.
 */
export type SignInStage = 'passphrase' | 'code' | 'factor' | 'offer' | 'new-passphrase' | 'done';

export class SignIn {
  #stage = $state<SignInStage>('passphrase');
  #entries = $state(0);
  /** What was proven with, until a passphrase is set. */
  #words: readonly string[] | null = null;
  readonly #ending = new AbortController();

  get stage(): SignInStage {
    return this.#stage;
  }

  /** The journal was proven for by words: its passphrase is to be set anew. */
  get isByWords(): boolean {
    return this.#words !== null;
  }

  /** How many the backup says that it has. */
  get entries(): number {
    return this.#entries;
  }

  /**
   * @param isChanged the passphrase was changed on another device, says the person
   * @throws `kdf/…`, `vault/other-journal`, `relay/…`, `call/aborted`
   */
  async prove(name: string, passphrase: string, isChanged: boolean): Promise<'proven' | 'refused'> {
    const { signal } = this.#ending;
    const { vaultId, kdf } = await relay.prelogin(name, signal);
    const { deviceId, auth, recoveryAuth } = await session.prove(passphrase, {
      ...{ vaultId: parseVaultId(vaultId), kdf, isChanged }
    });
    const outcome = await this.#signIn({ name, deviceId, auth });
    // The passphrase was changed here while nobody was signed in: the relay knows the one before.
    return outcome === 'refused' && recoveryAuth !== null ? this.#signIn({ name, deviceId, recoveryAuth }) : outcome;
  }

  /**
   * For somebody who forgot the passphrase, or lost the device.
   * @throws `format/words`, `vault/other-journal`, `relay/…`
   */
  async proveByWords(name: string, words: readonly string[]): Promise<'proven' | 'refused'> {
    const { vaultId } = await relay.prelogin(name, this.#ending.signal);
    const proof = await session.proveByWords(words, parseVaultId(vaultId));
    const outcome = await this.#signIn({ name, ...proof });
    if (outcome === 'proven') this.#words = words;
    return outcome;
  }

  /** After a restore by words: a passphrase for this journal, on all devices. @throws as `session.recover` */
  async setPassphrase(passphrase: string): Promise<void> {
    await session.recover(this.#words ?? [], passphrase);
    this.#words = null;
    backup.wake();
  }

  /** Six digits of the authenticator, or one of the recovery codes. @throws `relay/…`, `session/…` */
  async confirm(typed: string): Promise<'confirmed' | 'wrong'> {
    const code = typed.replace(/\s/g, '');
    try {
      await relay.signInFully(/^\d{6}$/.test(code) ? { code } : { recoveryCode: typed.trim() }, this.#ending.signal);
    } catch (thrown) {
      if (toSvjError(thrown).code === 'factor/wrong-code') return 'wrong';
      throw thrown;
    }
    await this.#arrive();
    return 'confirmed';
  }

  /** Makes this browser a device of the journal; its entries follow. @throws `relay/…`, `storage/…`, `vault/…` */
  async restore(): Promise<EnrolOutcome> {
    // Enrolled a moment ago, and cut off after it.
    if (session.status !== 'absent') {
      await backup.signedIn({ isNew: false });
      return 'enrolled';
    }
    const { signal } = this.#ending;
    const found = await relay.vault(signal);
    const heads = await headsAbove(0, relay, signal);
    const vaultId = parseVaultId(found.vaultId);
    const outcome = await session.enrol({ vaultId, header: headerIn(found), heads, known: null });
    if (outcome !== 'enrolled') return outcome;
    await backup.signedIn({ isNew: false });
    if (this.#words !== null) this.#stage = 'new-passphrase';
    return outcome;
  }

  /** Back to name and passphrase. */
  restart(): void {
    this.#stage = 'passphrase';
  }

  /** The screen is left. */
  end(): void {
    this.#words = null;
    this.#ending.abort(new SvjError('call/aborted'));
  }

  async #signIn(request: SignInRequest): Promise<'proven' | 'refused'> {
    try {
      const { stage } = await relay.signIn(request, this.#ending.signal);
      if (stage === 'password') this.#stage = 'code';
      else if (stage === 'enrolling') this.#stage = 'factor';
      else await this.#arrive();
      return 'proven';
    } catch (thrown) {
      if (toSvjError(thrown).code === 'account/refused') return 'refused';
      throw thrown;
    }
  }

  async #arrive(): Promise<void> {
    if (session.status === 'absent') {
      this.#entries = (await relay.vault(this.#ending.signal)).entries;
      this.#stage = 'offer';
      return;
    }
    await backup.signedIn({ isNew: false });
    this.#stage = 'done';
  }
}
