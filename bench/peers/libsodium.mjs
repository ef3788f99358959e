// libsodium: secretstream XChaCha20-Poly1305 in 64 KiB messages, and its Argon2id.
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

const MESSAGE = 65_536;

export function streamCipher() {
  const key = sodium.crypto_secretstream_xchacha20poly1305_keygen();
  return {
    seal(plaintext) {
      const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
      return transformed(plaintext, MESSAGE, header, (message, last) =>
        sodium.crypto_secretstream_xchacha20poly1305_push(
          state,
          message,
          null,
          last
            ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
            : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
        )
      );
    },
    open(sealed) {
      const headerBytes = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES;
      const size = MESSAGE + sodium.crypto_secretstream_xchacha20poly1305_ABYTES;
      let state = null;
      return transformed(
        sealed,
        size,
        null,
        (message) => sodium.crypto_secretstream_xchacha20poly1305_pull(state, message).message,
        headerBytes,
        (header) => (state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key))
      );
    }
  };
}

/** Cuts a stream into messages of one size (after an optional head) and works on each. */
function transformed(input, size, first, work, headBytes = 0, onHead = () => undefined) {
  let held = new Uint8Array(size + headBytes);
  let filled = 0;
  let awaited = headBytes === 0 ? size : headBytes;
  let headSeen = headBytes === 0;
  const take = (controller, chunk) => {
    for (let at = 0; at < chunk.length;) {
      // The last message is known only at the end: one full message is always held back.
      if (filled === awaited) release(controller, false);
      const taken = Math.min(awaited - filled, chunk.length - at);
      held.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
    }
  };
  const release = (controller, last) => {
    if (headSeen) controller.enqueue(work(held.subarray(0, filled), last));
    else onHead(held.slice(0, filled));
    headSeen = true;
    awaited = size;
    filled = 0;
  };
  return input.pipeThrough(
    new TransformStream({
      start: (controller) => first && controller.enqueue(first),
      transform: (chunk, controller) => take(controller, chunk),
      flush: (controller) => release(controller, true)
    })
  );
}

export function argon2id(passphrase, salt, memoryKiB, passes) {
  return sodium.crypto_pwhash(
    32,
    passphrase,
    salt.subarray(0, sodium.crypto_pwhash_SALTBYTES),
    passes,
    memoryKiB * 1024,
    sodium.crypto_pwhash_ALG_ARGON2ID13
  );
}
