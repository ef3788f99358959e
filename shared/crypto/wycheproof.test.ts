/** The platform itself: what WebCrypto gives us must agree with Wycheproof and NIST, here and in the browser. */
import { describe, expect, it, vi } from 'vitest';
import { readVectorText } from 'virtual:vectors';
import { concat, fromHex, toHex, type Bytes } from '#shared/bytes.ts';

// Hundreds of calls in one test.
vi.setConfig({ testTimeout: 60_000 });

interface Test {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

interface File<Group> {
  readonly testGroups: readonly Group[];
}

interface GcmTest extends Test {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

interface HkdfTest extends Test {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

interface MacTest extends Test {
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
}

interface EcdhTest extends Test {
  readonly public: JsonWebKey;
  readonly private: JsonWebKey;
  readonly shared: string;
}

/** The value, or `refused`. */
async function attempt(work: () => Promise<ArrayBuffer>): Promise<string> {
  return work().then(
    (value) => toHex(new Uint8Array(value)),
    () => 'refused'
  );
}

async function aesKey(hex: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', fromHex(hex), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function decrypt(test: Omit<GcmTest, keyof Test | 'msg'>): Promise<string> {
  const algorithm = { name: 'AES-GCM', iv: fromHex(test.iv), additionalData: fromHex(test.aad) };
  const key = await aesKey(test.key);
  return attempt(() => crypto.subtle.decrypt(algorithm, key, fromHex(test.ct + test.tag)));
}

async function encrypt(test: GcmTest): Promise<string> {
  const algorithm = { name: 'AES-GCM', iv: fromHex(test.iv), additionalData: fromHex(test.aad) };
  const key = await aesKey(test.key);
  return attempt(() => crypto.subtle.encrypt(algorithm, key, fromHex(test.msg)));
}

async function hkdf(test: HkdfTest): Promise<string> {
  const key = await crypto.subtle.importKey('raw', fromHex(test.ikm), 'HKDF', false, ['deriveBits']);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: fromHex(test.salt), info: fromHex(test.info) };
  return attempt(() => crypto.subtle.deriveBits(algorithm, key, 8 * test.size));
}

async function mac(hash: string, test: MacTest, tagBits: number): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', fromHex(test.key), { name: 'HMAC', hash }, false, ['sign']);
  const tag = new Uint8Array(await crypto.subtle.sign('HMAC', key, fromHex(test.msg)));
  return toHex(tag.slice(0, tagBits / 8)) === test.tag;
}

async function ecdh(test: EcdhTest): Promise<string> {
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  return attempt(async () => {
    const theirs = await crypto.subtle.importKey('jwk', test.public, curve, false, []);
    const ours = await crypto.subtle.importKey('jwk', test.private, curve, false, ['deriveBits']);
    return crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, ours, 256);
  });
}

async function load<T>(path: string): Promise<T | null> {
  const text = await readVectorText(path);
  return text === null ? null : (JSON.parse(text) as T);
}

/** Chromium has no AES-192, which the product does not use either. */
async function takesKeySize(bits: number): Promise<boolean> {
  return crypto.subtle.importKey('raw', new Uint8Array(bits / 8), 'AES-GCM', false, ['encrypt']).then(
    () => true,
    () => false
  );
}

function suite<T>(path: string, run: (file: T) => Promise<number>): void {
  it(path, async (context) => {
    const file = await load<T>(path);
    if (file === null) return context.skip(`${path} is not on this machine`);
    expect(await run(file)).toBeGreaterThan(0);
  });
}

describe('the platform', () => {
  suite<File<{ ivSize: number; keySize: number; tests: GcmTest[] }>>('wycheproof/aes_gcm_test.json', async (file) => {
    let count = 0;
    for (const { ivSize, keySize, tests } of file.testGroups) {
      if (ivSize !== 96 || !(await takesKeySize(keySize))) continue;
      for (const test of tests) {
        const valid = test.result === 'valid';
        expect(await decrypt(test), test.comment).toBe(valid ? test.msg : 'refused');
        if (valid) expect(await encrypt(test), test.comment).toBe(test.ct + test.tag);
        count++;
      }
    }
    return count;
  });

  suite<File<{ tests: HkdfTest[] }>>('wycheproof/hkdf_sha256_test.json', async (file) => {
    const tests = file.testGroups.flatMap((group) => group.tests);
    for (const test of tests)
      expect(await hkdf(test), test.comment).toBe(test.result === 'valid' ? test.okm : 'refused');
    return tests.length;
  });

  for (const hash of ['SHA-256', 'SHA-384']) {
    const path = `wycheproof/hmac_${hash.toLowerCase().replace('-', '')}_test.json`;
    suite<File<{ tagSize: number; tests: MacTest[] }>>(path, async (file) => {
      let count = 0;
      for (const { tagSize, tests } of file.testGroups) {
        for (const test of tests) expect(await mac(hash, test, tagSize), test.comment).toBe(test.result === 'valid');
        count += tests.length;
      }
      return count;
    });
  }

  suite<File<{ tests: EcdhTest[] }>>('wycheproof/ecdh_secp256r1_webcrypto_test.json', async (file) => {
    const tests = file.testGroups.flatMap((group) => group.tests);
    for (const test of tests) {
      const outcome = await ecdh(test);
      // "Acceptable" are keys whose parameters are odd but harmless: taken or refused, never another secret.
      const allowed =
        test.result === 'valid' ? [test.shared] : test.result === 'invalid' ? ['refused'] : ['refused', test.shared];
      expect(allowed, `${test.tcId} ${test.comment}`).toContain(outcome);
    }
    return tests.length;
  });

  suite<{ tests: (Omit<GcmTest, keyof Test | 'msg'> & { pt: string | null })[] }>(
    'nist-gcm/gcmDecrypt256_iv96_tag128.json',
    async ({ tests }) => {
      for (const test of tests) expect(await decrypt(test)).toBe(test.pt ?? 'refused');
      return tests.length;
    }
  );

  it('agrees on generated data with a second way to the same value', async () => {
    const key = new Uint8Array(32).fill(5);
    const hmac = async (raw: Bytes, message: Bytes): Promise<Bytes> => {
      const handle = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      return new Uint8Array(await crypto.subtle.sign('HMAC', handle, message));
    };
    const salt = new Uint8Array(16).fill(6);
    const prk = await hmac(salt, key);
    const okm = await hmac(prk, concat(new Uint8Array([1, 2, 3]), new Uint8Array([1])));
    const test = { ikm: toHex(key), salt: toHex(salt), info: '010203', size: 32, okm: '', tcId: 0, comment: '' };
    expect(await hkdf({ ...test, result: 'valid' })).toBe(toHex(okm));
  });
});
