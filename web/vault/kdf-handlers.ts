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
import type { Calibration, KdfContract } from '#web/workers/contracts.ts';
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

  async calibrate({ atLeast }) {
    const floor = newKdfBlock(KDF_FLOOR);
    const started = performance.now();
    await derivePassphraseKey('calibration', floor);
    const floorMs = performance.now() - started;
    const [first, ...weaker] = candidates(floorMs, atLeast && parseKdfBlock(atLeast));
    const calibrated = (parameters: KdfParameters): Calibration => ({
      kdf: encodeKdfBlock(newKdfBlock(parameters)),
      expectedMs: Math.round(floorMs * relativeCost(parameters))
    });
    return [calibrated(first), ...weaker.map(calibrated)];
  }
};

/** Time grows linearly with memory and passes. */
function relativeCost({ memory, passes }: KdfParameters): number {
  return (memory * passes) / (KDF_FLOOR.memory * KDF_FLOOR.passes);
}

/**
 * The strongest that is prompt, or what is in use where that is stronger; then what needs less memory, down to what is in
 * use, or to the floor.
 */
function candidates(floorMs: number, inUse: KdfParameters | null): [KdfParameters, ...KdfParameters[]] {
  const offered = [KDF_STRONG, KDF_DEFAULT, KDF_FLOOR];
  const prompt = offered.find((parameters) => floorMs * relativeCost(parameters) <= PATIENCE_MS) ?? KDF_FLOOR;
  const least = inUse === null ? 0 : relativeCost(inUse);
  const first = inUse !== null && least > relativeCost(prompt) ? inUse : prompt;
  return [first, ...offered.filter((other) => other.memory < first.memory && relativeCost(other) >= least)];
}
