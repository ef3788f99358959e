/** An account for the journal in this browser: name, second factor, recovery codes. Kept by its screen, gone with it. */
import { SvjError, toSvjError } from '#shared/errors.ts';
import { backup } from './backup.svelte.ts';
import { relay } from './relay.ts';
import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';

export interface Totp {
  /** What an authenticator app scans, `otpauth:`. */
  readonly uri: string;
  /** The same to be typed, base32. */
  readonly secret: string;
}

export class SignUp {
  #totp = $state.raw<Totp | null>(null);
  #recoveryCodes = $state.raw<readonly string[]>([]);
  readonly #ending = new AbortController();

  /** Null before the account is begun. */
  get totp(): Totp | null {
    return this.#totp;
  }

  /** Shown once: empty before the code was confirmed. */
  get recoveryCodes(): readonly string[] {
    return this.#recoveryCodes;
  }

  /** @throws `vault/words-unconfirmed`, `relay/…`, `call/aborted` */
  async create(name: string, passphrase: string): Promise<'begun' | 'wrong'> {
    const request = await session.accountRequest(passphrase);
    if (request === 'wrong') return 'wrong';
    const { signal } = this.#ending;
    await relay.signUp({ name, ...request, vault: { ...request.vault, slots: [...request.vault.slots] } }, signal);
    await this.beginFactor();
    return 'begun';
  }

  /** For an account whose second factor was never confirmed. @throws `relay/…` */
  async beginFactor(): Promise<void> {
    this.#totp = await relay.setUpTotp(this.#ending.signal);
  }

  /** @throws `account/unavailable` when the name is somebody's, `relay/…` */
  async confirm(code: string): Promise<'confirmed' | 'wrong'> {
    try {
      const { recoveryCodes } = await relay.confirmTotp(code, this.#ending.signal);
      this.#recoveryCodes = recoveryCodes;
    } catch (thrown) {
      if (toSvjError(thrown).code === 'factor/wrong-code') return 'wrong';
      throw thrown;
    }
    // The codes are shown in any case: what fails here is made good after the next unlock.
    await backup.signedIn({ isNew: true }).catch((thrown: unknown) => toasts.failure(thrown));
    return 'confirmed';
  }

  /** To another name, after `account/unavailable`. */
  restart(): void {
    this.#totp = null;
  }

  /** The screen is left: nothing of it stays in memory. */
  end(): void {
    this.#ending.abort(new SvjError('call/aborted'));
    this.#totp = null;
    this.#recoveryCodes = [];
  }
}
