/** What the kdf worker answers. */
import {
  derivePassphraseKey,
  encodeKdfBlock,
  KDF_DEFAULT,
  KDF_FLOOR,
  KDF_STRONG,
  newKdfBlock,
  parseKdfBlock,
  type KdfParameters
} from '#shared/crypto/kdf.ts';
import { toSvjError } from '#shared/errors.ts';
import type { KdfContract } from '#web/workers/contracts.ts';
import type { Handlers } from '#web/workers/rpc.ts';

/** An unlock should feel prompt: the strongest parameters below this are taken. */
const PATIENCE_MS = 1500;

export const kdfHandlers: Handlers<KdfContract> = {
  async derive({ passphrase, kdf, to }) {
    try {
      const key = await derivePassphraseKey(passphrase, parseKdfBlock(kdf));
      to.postMessage(key);
    } catch (thrown) {
      const error = toSvjError(thrown);
      // Whoever waits at the other end must hear of it too.
      to.postMessage({ failed: error.code });
      throw error;
    }
    return undefined;
  },

  async calibrate() {
    const floor = newKdfBlock(KDF_FLOOR);
    const started = performance.now();
    await derivePassphraseKey('calibration', floor);
    const floorMs = performance.now() - started;
    const parameters = strongestWithin(floorMs);
    return {
      kdf: encodeKdfBlock(newKdfBlock(parameters)),
      expectedMs: Math.round((floorMs * parameters.memory) / KDF_FLOOR.memory)
    };
  }
};

/** Time grows linearly with memory at equal passes. */
function strongestWithin(floorMs: number): KdfParameters {
  const cost = (parameters: KdfParameters): number => (floorMs * parameters.memory) / KDF_FLOOR.memory;
  return [KDF_STRONG, KDF_DEFAULT].find((parameters) => cost(parameters) <= PATIENCE_MS) ?? KDF_FLOOR;
}
