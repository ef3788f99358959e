/** Signing in to the backup: with the journal that is here, or to bring one to a browser that has none. */
import { SvjError, toSvjError } from '#shared/errors.ts';
import { parseVaultId } from '#shared/ids.ts';
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
 * - `done`: signed in, with the journal that is here.
 */
export type SignInStage = 'passphrase' | 'code' | 'factor' | 'offer' | 'done';

export class SignIn {
  #stage = $state<SignInStage>('passphrase');
  #entries = $state(0);
  readonly #ending = new AbortController();

  get stage(): SignInStage {
    return this.#stage;
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
    const { deviceId, auth } = await session.prove(passphrase, {
      ...{ vaultId: parseVaultId(vaultId), kdf, isChanged }
    });
    try {
      const { stage } = await relay.signIn({ name, deviceId, auth }, signal);
      if (stage === 'password') this.#stage = 'code';
      else if (stage === 'enrolling') this.#stage = 'factor';
      else await this.#arrive();
      return 'proven';
    } catch (thrown) {
      if (toSvjError(thrown).code === 'account/refused') return 'refused';
      throw thrown;
    }
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
    if (outcome === 'enrolled') await backup.signedIn({ isNew: false });
    return outcome;
  }

  /** Back to name and passphrase. */
  restart(): void {
    this.#stage = 'passphrase';
  }

  /** The screen is left. */
  end(): void {
    this.#ending.abort(new SvjError('call/aborted'));
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
