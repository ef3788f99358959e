/** Key slots under attack: weaker parameters, foreign wraps, one outcome for every way not to open. */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '#shared/bytes.ts';
import { encodeKdfBlock, KDF_DEFAULT, KDF_FLOOR, newKdfBlock } from '#shared/crypto/kdf.ts';
import type { SlotRow } from '#web/store/rows.ts';
import { checkPassphrase, createVault, outlineVault, recoverVault, unlockVault } from './gate.ts';
import { wordsOf } from './recovery-words.ts';
import { openRecoveryCopy } from './slots.ts';
import { testPassphraseKey } from './testing/passphrase-key.ts';
import { flipped, newVault, opens, PASSPHRASE, Place, TEST_KDF, unlocked, vaultRow } from './testing/place.ts';
import type { Vault } from './vault.ts';

describe('A10 A17 A18 A19 A22 slots', () => {
  async function withBlock(kdf: Bytes): Promise<{ place: Place; vault: Vault }> {
    const { place, vault } = await newVault();
    const row = await vaultRow(place);
    const slots = row.slots.map((slot): SlotRow => (slot.kind === 'passphrase' ? { ...slot, kdf } : slot));
    await place.records.commit({ put: { vault: [{ ...row, slots }] } });
    return { place, vault };
  }

  function block(change: (bytes: Bytes) => void): Bytes {
    const bytes = TEST_KDF.slice();
    change(bytes);
    return bytes;
  }
  const cost = (memory: number, passes: number): Bytes =>
    block((bytes) => {
      new DataView(bytes.buffer).setUint32(4, memory);
      new DataView(bytes.buffer).setUint32(8, passes);
    });

  const refused: [string, Bytes, string][] = [
    ['A17 8 KiB', cost(8, 3), 'kdf/below-floor'],
    ['A17 one KiB below the floor', cost(KDF_FLOOR.memory - 1, 3), 'kdf/below-floor'],
    ['A17 one pass', cost(KDF_FLOOR.memory, 1), 'kdf/below-floor'],
    ['A17 two passes', cost(KDF_FLOOR.memory, 2), 'kdf/below-floor'],
    ['A17 four lanes', block((bytes) => new DataView(bytes.buffer).setUint32(12, 4)), 'format/kdf'],
    ['A17 Argon2i', block((bytes) => bytes.fill(2, 0, 1)), 'format/kdf'],
    ['A17 version 0x10', block((bytes) => bytes.fill(0x10, 1, 2)), 'format/kdf'],
    ['A17 a short salt', TEST_KDF.slice(0, 24), 'format/kdf'],
    ['A18 2 GiB', cost(2 * 1024 * 1024, 3), 'kdf/above-ceiling'],
    ['A18 a million passes', cost(KDF_FLOOR.memory, 1_000_000), 'kdf/above-ceiling']
  ];

  for (const [name, kdf, code] of refused) {
    it(`${name}: refused before anything depends on the passphrase; recovery words open and mend it`, async () => {
      const { place, vault: before } = await withBlock(kdf);
      const words = wordsOf(await openRecoveryCopy(before.row, before.keys.local));
      expect(await outlineVault(place)).toMatchObject({ exists: true, kdf: null, kdfRefused: code });
      const vault = await recoverVault(place, words, await testPassphraseKey('new'), TEST_KDF);
      expect(vault?.readOnly).toBe(false);
      expect(await outlineVault(place)).toMatchObject({ kdf: TEST_KDF, kdfRefused: null });
      expect(await opens(place, 'new')).toBe(true);
      await expect(createVault(new Place(), await testPassphraseKey('x'), kdf)).rejects.toMatchObject({ code });
    });
  }

  it('A10 a damaged wrap of the passphrase: the recovery words open the journal and mend it', async () => {
    const { place, vault: before } = await newVault();
    const words = wordsOf(await openRecoveryCopy(before.row, before.keys.local));
    const row = await vaultRow(place);
    for (const at of [20, 100, 150, 200]) {
      const slots = row.slots.map((slot) =>
        slot.kind === 'passphrase' ? { ...slot, wrap: flipped(slot.wrap, at) } : slot
      );
      const there = place.copy();
      await there.records.commit({ put: { vault: [{ ...row, slots }] } });
      expect(await opens(there, PASSPHRASE)).toBe(false);
      const vault = await recoverVault(there, words, await testPassphraseKey('new'), TEST_KDF);
      expect(vault?.condition).toBe('sound');
      expect(await opens(there, 'new')).toBe(true);
    }
  });

  it('A17 other parameters or another salt, however strong, do not open', async () => {
    for (const kdf of [encodeKdfBlock(newKdfBlock(KDF_DEFAULT)), encodeKdfBlock(newKdfBlock(KDF_FLOOR))]) {
      const { place } = await withBlock(kdf);
      expect(await unlockVault(place, await testPassphraseKey(PASSPHRASE))).toBeNull();
    }
  });

  it('A19 A22 wrong passphrase, altered wrap, altered header, unknown suite: one outcome', async () => {
    const { place, vault } = await newVault();
    const row = await vaultRow(place);
    const [slot, recovery] = row.slots as [SlotRow, SlotRow];
    const words = wordsOf(await openRecoveryCopy(vault.row, vault.keys.local));
    expect(await unlockVault(place, await testPassphraseKey('wrong'))).toBeNull();
    const changes: Partial<SlotRow>[] = [
      ...Array.from({ length: slot.wrap.length }, (_, at) => ({ wrap: flipped(slot.wrap, at) })),
      { wrap: slot.wrap.slice(0, -1) },
      { wrap: new Uint8Array() },
      { wrap: recovery.wrap },
      { kdf: null }
    ];
    for (const change of changes) {
      await place.records.commit({ put: { vault: [{ ...row, slots: [{ ...slot, ...change }, recovery] }] } });
      expect(await unlockVault(place, await testPassphraseKey(PASSPHRASE))).toBeNull();
    }
    expect(await checkPassphrase(vault, await testPassphraseKey('wrong'))).toBe('wrong');
    const damaged = { ...recovery, wrap: flipped(recovery.wrap, 200) };
    await place.records.commit({ put: { vault: [{ ...row, slots: [slot, damaged] }] } });
    expect(await recoverVault(place, words, await testPassphraseKey('new'), TEST_KDF)).toBeNull();
  });

  it('A16 a vault header of somebody else does not open with our passphrase', async () => {
    const { place } = await newVault();
    const other = await createVault(new Place(), await testPassphraseKey('theirs'), TEST_KDF);
    await place.records.commit({ put: { vault: [other.row] } });
    expect(await unlockVault(place, await testPassphraseKey(PASSPHRASE))).toBeNull();
    // Even a vault made for our very passphrase does not come with our head.
    const fake = await createVault(new Place(), await testPassphraseKey(PASSPHRASE), TEST_KDF);
    await place.records.commit({ put: { vault: [fake.row] } });
    await expect(unlocked(place)).rejects.toMatchObject({ code: 'vault/damaged' });
  });

  it('there is no journal to open where none is', async () => {
    expect(await outlineVault(new Place())).toEqual({
      exists: false,
      vaultId: null,
      kdf: null,
      kdfRefused: null,
      unfinished: 0,
      shared: 0
    });
    await expect(unlockVault(new Place(), await testPassphraseKey('x'))).rejects.toMatchObject({
      code: 'vault/absent'
    });
    const { place } = await newVault();
    await expect(createVault(place, await testPassphraseKey('x'), TEST_KDF)).rejects.toMatchObject({
      code: 'vault/exists'
    });
  });
});
