// argon2-browser: the reference implementation in C, compiled to WebAssembly, without SIMD.
import argon2 from 'argon2-browser/dist/argon2-bundled.min.js';

export async function argon2id(passphrase, salt, memoryKiB, passes) {
  const { hash } = await argon2.hash({
    pass: passphrase,
    salt,
    mem: memoryKiB,
    time: passes,
    parallelism: 1,
    hashLen: 32,
    type: argon2.ArgonType.Argon2id
  });
  return hash;
}
