/** Argon2id: known answers of three projects, and the floor and ceiling that no server can move. */
import { argon2d, argon2i, argon2id } from 'hash-wasm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { readVectorText } from 'virtual:vectors';
import { bigEndian, concat, fromHex, toHex, utf8, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { parseVaultId } from '#shared/ids.ts';
import {
  derivePassphraseKey,
  encodeKdfBlock,
  KDF_CEILING,
  KDF_DEFAULT,
  KDF_FLOOR,
  KDF_STRONG,
  newKdfBlock,
  parseKdfBlock,
  PASSPHRASE_MAX_BYTES,
  type KdfBlock
} from './kdf.ts';
import { passphraseAuth } from './keys.ts';

// Argon2id is slow on purpose, and slower where the machine is shared.
vi.setConfig({ testTimeout: 60_000 });

interface Answer {
  readonly type: 'argon2i' | 'argon2d' | 'argon2id';
  readonly t: number;
  readonly mKiB: number;
  readonly p: number;
  readonly length: number;
  readonly password: string;
  readonly salt: string;
  readonly secret: string;
  readonly hash: string;
  readonly source: string;
  readonly runnableWithHashWasm: boolean;
}

const KINDS = { argon2i, argon2d, argon2id };
const VAULT = parseVaultId('0f'.repeat(16));
const SALT = new Uint8Array(32).fill(3);

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'ok';
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
    return thrown.code;
  }
}

const text = await readVectorText('argon2/argon2.json');
const answers = text === null ? [] : (JSON.parse(text) as { tests: Answer[] }).tests;
const runnable = answers.filter((answer) => answer.runnableWithHashWasm);
if (text === null) it.skip('argon2/argon2.json is not on this machine', () => undefined);

describe('Argon2 known answers', () => {
  it.each(runnable)('$type m=$mKiB t=$t p=$p ($source)', async (answer) => {
    const hash = await KINDS[answer.type]({
      password: fromHex(answer.password),
      salt: fromHex(answer.salt),
      secret: fromHex(answer.secret),
      memorySize: answer.mKiB,
      iterations: answer.t,
      parallelism: answer.p,
      hashLength: answer.length,
      outputType: 'hex'
    });
    expect(hash).toBe(answer.hash);
  });

  it('none of them is one that this app would derive', async () => {
    for (const answer of answers) {
      const block = { memory: answer.mKiB, passes: answer.t, salt: fromHex(answer.salt) };
      expect(['kdf/below-floor', 'format/kdf']).toContain(await codeOf(() => derivePassphraseKey('x', block)));
    }
  });

  it('derivePassphraseKey is Argon2id, one lane, 32 bytes, of the NFC form in UTF-8', async () => {
    const block: KdfBlock = { ...KDF_FLOOR, salt: SALT };
    const hash = await argon2id({
      password: utf8('\u00e4 with spaces '),
      salt: SALT,
      memorySize: KDF_FLOOR.memory,
      iterations: KDF_FLOOR.passes,
      parallelism: 1,
      hashLength: 32,
      outputType: 'binary'
    });
    const base = await crypto.subtle.importKey('raw', concat(hash), 'HKDF', false, ['deriveBits']);
    const info = utf8('svj1/auth');
    const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: fromHex(VAULT), info };
    const auth = toHex(new Uint8Array(await crypto.subtle.deriveBits(algorithm, base, 256)));
    for (const typed of ['\u00e4 with spaces ', 'a\u0308 with spaces ']) {
      expect(toHex(await passphraseAuth(await derivePassphraseKey(typed, block), VAULT))).toBe(auth);
    }
    expect(toHex(await passphraseAuth(await derivePassphraseKey('\u00e4 with spaces', block), VAULT))).not.toBe(auth);
  });
});

describe('parameter block', () => {
  afterEach(() => vi.restoreAllMocks());

  const block = (memory: number, passes: number, lanes = 1): Bytes =>
    concat(fromHex('01130000'), bigEndian(memory, 4), bigEndian(passes, 4), bigEndian(lanes, 4), SALT);

  /** Every way into hash-wasm: it compiles its module first. */
  function watched(): () => number {
    const compile = vi.spyOn(WebAssembly, 'compile');
    const instantiate = vi.spyOn(WebAssembly, 'instantiate');
    return () => compile.mock.calls.length + instantiate.mock.calls.length;
  }

  it('is read and written the same, for every cost that is allowed', () => {
    const cost = fc.record({
      memory: fc.integer({ min: KDF_FLOOR.memory, max: KDF_CEILING.memory }),
      passes: fc.integer({ min: KDF_FLOOR.passes, max: KDF_CEILING.passes })
    });
    fc.assert(
      fc.property(cost, (parameters) => {
        const made = newKdfBlock(parameters);
        expect(made.salt).toHaveLength(32);
        expect(parseKdfBlock(encodeKdfBlock(made))).toEqual(made);
      })
    );
    for (const named of [KDF_FLOOR, KDF_DEFAULT, KDF_STRONG, KDF_CEILING]) {
      expect(parseKdfBlock(encodeKdfBlock(newKdfBlock(named)))).toMatchObject(named);
    }
    expect(newKdfBlock(KDF_FLOOR).salt).not.toEqual(newKdfBlock(KDF_FLOOR).salt);
  });

  it.each([
    ['m=8 KiB', block(8, 3), 'kdf/below-floor'],
    ['m=64 MiB-1', block(65_535, 3), 'kdf/below-floor'],
    ['t=1', block(131_072, 1), 'kdf/below-floor'],
    ['t=2', block(131_072, 2), 'kdf/below-floor'],
    ['p=4', block(131_072, 3, 4), 'format/kdf'],
    ['an 8-byte salt', block(131_072, 3).slice(0, 24), 'format/kdf'],
    ['argon2i', concat(fromHex('02130000'), block(131_072, 3).slice(4)), 'format/kdf'],
    ['version 0x10', concat(fromHex('01100000'), block(131_072, 3).slice(4)), 'format/kdf']
  ])('A17 %s is refused before anything is computed', async (_, bytes, code) => {
    const calls = watched();
    expect(await codeOf(() => parseKdfBlock(bytes))).toBe(code);
    expect(calls()).toBe(0);
  });

  it.each([
    ['2 GiB', { memory: 2_097_152, passes: 3 }],
    ['1 GiB + 1 KiB', { memory: 1_048_577, passes: 3 }],
    ['17 passes', { memory: 65_536, passes: 17 }],
    ['10^6 passes', { memory: 65_536, passes: 1_000_000 }]
  ])('A18 %s is refused at once', async (_, cost) => {
    const calls = watched();
    expect(await codeOf(() => derivePassphraseKey('passphrase', { ...cost, salt: SALT }))).toBe('kdf/above-ceiling');
    expect(await codeOf(() => parseKdfBlock(block(cost.memory, cost.passes)))).toBe('kdf/above-ceiling');
    expect(calls()).toBe(0);
  });

  it('A17 the function that derives holds the floor itself, however it is called', async () => {
    const calls = watched();
    const refused: readonly [unknown, string][] = [
      [{ memory: 65_535, passes: 3, salt: SALT }, 'kdf/below-floor'],
      [{ memory: 65_536, passes: 2, salt: SALT }, 'kdf/below-floor'],
      [{ memory: Number.NaN, passes: 3, salt: SALT }, 'format/kdf'],
      [{ memory: 65_536.5, passes: 3, salt: SALT }, 'format/kdf'],
      [{ memory: 65_536, passes: Infinity, salt: SALT }, 'format/kdf'],
      [{ memory: 65_536, passes: 3, salt: SALT.slice(0, 31) }, 'format/kdf'],
      [{ memory: 65_536, passes: 3, salt: new Uint8Array() }, 'format/kdf']
    ];
    for (const [cost, code] of refused) {
      expect(await codeOf(() => derivePassphraseKey('passphrase', cost as KdfBlock))).toBe(code);
    }
    expect(calls()).toBe(0);
    expect(await codeOf(() => encodeKdfBlock({ ...KDF_FLOOR, salt: SALT.slice(1) }))).toBe('format/kdf');
  });

  it('refuses an empty passphrase and one beyond 1,024 bytes of UTF-8', async () => {
    const calls = watched();
    const derive = (passphrase: string): Promise<string> =>
      codeOf(() => derivePassphraseKey(passphrase, { ...KDF_FLOOR, salt: SALT }));
    expect(await derive('')).toBe('kdf/empty-passphrase');
    expect(await derive('x'.repeat(PASSPHRASE_MAX_BYTES + 1))).toBe('kdf/passphrase-too-long');
    expect(await derive('\u00e4'.repeat(PASSPHRASE_MAX_BYTES / 2 + 1))).toBe('kdf/passphrase-too-long');
    expect(calls()).toBe(0);
    expect(await derive('x'.repeat(PASSPHRASE_MAX_BYTES))).toBe('ok');
    expect(calls()).toBeGreaterThan(0); // the watch does see a derivation
  });

  it('says so when the device has not the memory, and passes on what it does not know', async () => {
    const derive = (): Promise<unknown> => derivePassphraseKey('passphrase', { ...KDF_FLOOR, salt: SALT });
    const instantiate = WebAssembly.instantiate.bind(WebAssembly);
    const spy = vi.spyOn(WebAssembly, 'instantiate');
    // A module whose memory does not grow is what hash-wasm is left with on a small device.
    spy.mockImplementation(async (module: WebAssembly.Module) => {
      const { exports } = await instantiate(module);
      return { exports: { ...exports, Hash_SetMemorySize: () => undefined } };
    });
    expect(await codeOf(derive)).toBe('kdf/memory');
    spy.mockRejectedValue(new TypeError('blocked'));
    await expect(derive()).rejects.toThrow(TypeError);
  });
});
