/** Recorded randomness for the reverse direction of known answers; the product has no such door. */
import type { Bytes } from '#shared/bytes.ts';

/**
 * Runs `work` with `crypto.getRandomValues` giving `draws` in order.
 * @throws when a draw has another length, when there are too few, and when some are left
 */
export async function replaying<T>(draws: readonly Bytes[], work: () => Promise<T>): Promise<T> {
  const left = [...draws];
  const getRandomValues = (target: Uint8Array): Uint8Array => {
    const draw = left.shift();
    if (draw?.length !== target.length) throw new Error('another draw than the recorded one');
    target.set(draw);
    return target;
  };
  // Shadows the method of the prototype, which comes back when the property goes.
  Object.defineProperty(crypto, 'getRandomValues', { value: getRandomValues, configurable: true });
  try {
    return await work();
  } finally {
    Reflect.deleteProperty(crypto, 'getRandomValues');
    if (left.length > 0) throw new Error(`${left.length} recorded draws were not taken`);
  }
}
