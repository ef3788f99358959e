/** A passphrase key without Argon2id: tests of the vault do not test the derivation. */
import { sha256, utf8 } from '#shared/bytes.ts';
import { passphraseKey, type PassphraseKey } from '#shared/crypto/keys.ts';

export async function testPassphraseKey(passphrase: string): Promise<PassphraseKey> {
  return passphraseKey(await sha256(utf8(passphrase)));
}
