// openpgp.js 6: SEIPD v2 with AES-256-GCM and a given session key, so that no passphrase is derived.
import * as openpgp from 'openpgp';

const config = { aeadProtect: true, preferredAEADAlgorithm: openpgp.enums.aead.gcm };

export function streamCipher() {
  const sessionKey = {
    data: crypto.getRandomValues(new Uint8Array(32)),
    algorithm: 'aes256',
    aeadAlgorithm: 'gcm'
  };
  return {
    async seal(plaintext) {
      const message = await openpgp.createMessage({ binary: plaintext });
      return openpgp.encrypt({ message, sessionKey, format: 'binary', config });
    },
    async open(sealed) {
      const message = await openpgp.readMessage({ binaryMessage: sealed });
      const { data } = await openpgp.decrypt({ message, sessionKeys: [sessionKey], format: 'binary', config });
      return data;
    }
  };
}
