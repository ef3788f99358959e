// age-encryption (typage): one X25519 recipient, ChaCha20-Poly1305 in 64 KiB chunks.
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';

export async function streamCipher() {
  const identity = await generateIdentity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return {
    seal: (plaintext) => encrypter.encrypt(plaintext),
    open: (sealed) => decrypter.decrypt(sealed)
  };
}
