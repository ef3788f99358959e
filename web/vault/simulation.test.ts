/**
 * D7, as FoundationDB and Jepsen test: random histories of several devices, then a checker. `SVJ_SEED=17` runs one seed
 * again, `npm run test:simulate` 10,000.
 */
import { describe, it } from 'vitest';
import { newVault } from './testing/place.ts';
import { Random } from './testing/random.ts';
import { Simulation } from './testing/simulation.ts';

const { SVJ_SEED, SVJ_SEEDS } =
  (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
const STEPS = 14;
const SEEDS =
  SVJ_SEED === undefined ? Array.from({ length: Number(SVJ_SEEDS ?? 200) }, (_, i) => i + 1) : [Number(SVJ_SEED)];

describe('D7 simulated devices', () => {
  it('no acknowledged edit is lost, all end alike, and numbers only grow', async () => {
    const { place } = await newVault();
    for (const seed of SEEDS) {
      try {
        await Simulation.run(place, new Random(seed), STEPS);
      } catch (thrown) {
        throw new Error(`SVJ_SEED=${String(seed)} fails: ${thrown instanceof Error ? thrown.message : ''}`, {
          cause: thrown
        });
      }
    }
  }, 3_600_000);
});
