/** Keys under keys: 32 bytes or nothing, and one outcome for whatever does not open. */
import { describe, expect, it, vi } from 'vitest';
import { concat, randomBytes, type Bytes } from '#shared/bytes.ts';
import type { Envelope } from '#shared/format/envelope.ts';
import { KIND } from '#shared/format/kind.ts';
import { HEAD_BYTES } from '#shared/format/segment.ts';
import { sealKeyFrom } from '#shared/testing/raw-keys.ts';
import { outcomeOf, type Outcome } from '#shared/testing/streams.ts';
import { newRawKey, unwrap, wrap, WRAP_BYTES } from './wrap.ts';

// Exhaustive: thousands of openings.
vi.setConfig({ testTimeout: 60_000 });

const KEK = await sealKeyFrom('4b'.repeat(32));
const ENVELOPE: Envelope = {
  kind: KIND.passphraseSlot,
  epoch: 0,
  revision: 1,
  vaultId: '0a'.repeat(16),
  objectId: '0b'.repeat(16),
  parent: '0c'.repeat(32)
};

const unwrapping = (wrapped: Bytes, kek = KEK, envelope = ENVELOPE): Promise<Outcome> =>
  outcomeOf(() => unwrap(kek, envelope, wrapped));

function flipped(bytes: Bytes, bit: number): Bytes {
  const changed = bytes.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

describe('key wraps', () => {
  it('give the key back, are 230 bytes, and leave what was wrapped as it is', async () => {
    const raw = newRawKey();
    const copy = raw.slice();
    const wrapped = await wrap(KEK, ENVELOPE, raw);
    expect(wrapped).toHaveLength(WRAP_BYTES);
    expect(WRAP_BYTES).toBe(230);
    expect(raw).toEqual(copy);
    expect(await unwrap(KEK, ENVELOPE, wrapped)).toEqual(raw);
    expect(newRawKey()).not.toEqual(raw);
  });

  it.each([0, 16, 31, 33, 48, 64])('do not hold %i bytes', async (length) => {
    expect((await outcomeOf(() => wrap(KEK, ENVELOPE, randomBytes(length)))).result).toBe('format/length');
  });

  it('A22 wrong key, bad header tag and bad segment are one outcome, bit by bit', async () => {
    const wrapped = await wrap(KEK, ENVELOPE, newRawKey());
    const nothing: Outcome = { result: 'wrong-key', released: new Uint8Array() };
    expect(await unwrapping(wrapped, await sealKeyFrom('4c'.repeat(32)))).toEqual(nothing);
    // FLOE IV, header tag, length word, segment IV, ciphertext, tag: all that only the key can judge.
    for (let bit = 8 * 102; bit < 8 * wrapped.length; bit++) {
      expect(await unwrapping(flipped(wrapped, bit))).toEqual(nothing);
    }
  });

  it('A22 what is refused before the key is used does not depend on the key', async () => {
    const wrapped = await wrap(KEK, ENVELOPE, newRawKey());
    const other = await sealKeyFrom('4c'.repeat(32));
    for (let bit = 0; bit < 8 * 102; bit++) {
      const outcome = await unwrapping(flipped(wrapped, bit));
      expect(outcome.result).toMatch(/^(?:format\/|seal\/header-mismatch)/);
      expect(await unwrapping(flipped(wrapped, bit), other)).toEqual(outcome);
    }
    for (const length of [0, 91, HEAD_BYTES, 229]) {
      expect((await unwrapping(wrapped.slice(0, length))).result).toBe('format/length');
    }
    expect((await unwrapping(concat(wrapped, new Uint8Array(1)))).result).toBe('format/length');
  });

  it('A22 a wrong passphrase and an altered slot differ by less than the derivation in front of them varies', async () => {
    const wrapped = await wrap(KEK, ENVELOPE, newRawKey());
    const other = await sealKeyFrom('4c'.repeat(32));
    const badTag = flipped(wrapped, 8 * wrapped.length - 1);
    const time = async (kek: typeof KEK, bytes: Bytes): Promise<number> => {
      const start = performance.now();
      for (let i = 0; i < 20; i++) await unwrap(kek, ENVELOPE, bytes);
      return (performance.now() - start) / 20;
    };
    await time(KEK, wrapped);
    const [wrong, altered] = [await time(other, wrapped), await time(KEK, badTag)];
    // Argon2id in front of it takes 250 ms and more, and varies by more than this.
    expect(Math.abs(wrong - altered)).toBeLessThan(25);
  });

  it("A9 one entry's wrap in place of another's is refused, and the other is unaffected", async () => {
    const entry = (objectId: string): Envelope => ({
      ...ENVELOPE,
      kind: KIND.entryKeyWrap,
      objectId,
      parent: '00'.repeat(32)
    });
    const [x, y] = [entry('aa'.repeat(16)), entry('bb'.repeat(16))];
    const raw = newRawKey();
    const wrapped = await wrap(KEK, x, raw);
    expect((await unwrapping(wrapped, KEK, y)).result).toBe('seal/header-mismatch');
    expect((await unwrapping(wrapped, KEK, x)).released).toEqual(raw);
  });

  it('A17 parameters that were not bound into the slot do not open it', async () => {
    const wrapped = await wrap(KEK, ENVELOPE, newRawKey());
    expect((await unwrapping(wrapped, KEK, { ...ENVELOPE, parent: '0d'.repeat(32) })).result).toBe(
      'seal/header-mismatch'
    );
  });
});
