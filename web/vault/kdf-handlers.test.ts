/** Parameters for this device: prompt where they can be, never weaker than what is in use, with a way down in memory. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  encodeKdfBlock,
  KDF_DEFAULT,
  KDF_FLOOR,
  KDF_STRONG,
  newKdfBlock,
  parseKdfBlock,
  type KdfParameters
} from '#shared/crypto/kdf.ts';
import { toHex } from '#shared/bytes.ts';
import type { Calibration } from '#web/workers/contracts.ts';
import { kdfHandlers } from './kdf-handlers.ts';
import { quietly } from './testing/place.ts';

const { takes } = vi.hoisted(() => ({ takes: { ms: 0 } }));

vi.mock('#shared/crypto/kdf.ts', async (original) => ({
  ...(await original<object>()),
  derivePassphraseKey: () => {
    vi.advanceTimersByTime(takes.ms);
    return Promise.resolve();
  }
}));

async function calibrated(floorMs: number, inUse: KdfParameters | null = null) {
  takes.ms = floorMs;
  const atLeast = inUse && encodeKdfBlock(newKdfBlock(inUse));
  const found = (await kdfHandlers.calibrate({ atLeast }, quietly)) as readonly Calibration[];
  expect(new Set(found.map(({ kdf }) => toHex(parseKdfBlock(kdf).salt))).size).toBe(found.length);
  return found.map(({ kdf, expectedMs }) => {
    const { memory, passes } = parseKdfBlock(kdf);
    return { memory, passes, expectedMs };
  });
}

describe('calibration', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    return () => vi.useRealTimers();
  });

  it.each([
    [100, [KDF_STRONG, KDF_DEFAULT, KDF_FLOOR]],
    [375, [KDF_STRONG, KDF_DEFAULT, KDF_FLOOR]],
    [400, [KDF_DEFAULT, KDF_FLOOR]],
    [800, [KDF_FLOOR]],
    [20_000, [KDF_FLOOR]]
  ])('a floor of %i ms', async (floorMs, expected) => {
    const found = await calibrated(floorMs);
    expect(found).toEqual(
      expected.map((parameters) => ({ ...parameters, expectedMs: (floorMs * parameters.memory) / KDF_FLOOR.memory }))
    );
  });

  it('a busy moment does not weaken what is in use', async () => {
    expect(await calibrated(800, KDF_STRONG)).toMatchObject([KDF_STRONG]);
    expect(await calibrated(800, KDF_DEFAULT)).toMatchObject([KDF_DEFAULT]);
    const more = { memory: 256 * 1024, passes: 5 };
    expect(await calibrated(100, more)).toEqual([{ ...more, expectedMs: 667 }]);
  });

  it('nor does too little memory', async () => {
    expect(await calibrated(100, KDF_DEFAULT)).toMatchObject([KDF_STRONG, KDF_DEFAULT]);
    expect(await calibrated(100, KDF_STRONG)).toMatchObject([KDF_STRONG]);
  });

  it('what is in use does not keep a quicker device from more', async () => {
    expect(await calibrated(100, KDF_FLOOR)).toMatchObject([KDF_STRONG, KDF_DEFAULT, KDF_FLOOR]);
  });
});
