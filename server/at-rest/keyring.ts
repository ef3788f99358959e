/**
 * The keys that the relay itself holds: from a file that only its user can read, or from the environment. Each has an id,
 * so that what was made under an older key is still known by it. There is no default key.
 */
import { hkdfSync, randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { array, literal, minLength, object, pipe, regex, string, validate } from '#shared/schema.ts';

export const KEY_BYTES = 32;
const KID = /^[a-z0-9][a-z0-9-]{0,31}$/;
const HEX_KEY = /^[0-9a-f]{64}$/;
/** Readable by group or others. */
const EXPOSED = 0o077;

const keyringFile = object({
  version: literal(1),
  /** The first one is used for what is new. */
  keys: pipe(array(object({ kid: pipe(string(), regex(KID)), key: pipe(string(), regex(HEX_KEY)) })), minLength(1))
});

export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

/** A key of the ring, never given out: only what is derived from it for one purpose. */
interface RootKey {
  readonly kid: string;
  readonly key: Uint8Array;
}

export class Keyring {
  readonly #keys: readonly [RootKey, ...RootKey[]];

  /** @throws {KeyringError} for keys that are weak, known examples, or named alike */
  constructor(keys: readonly RootKey[]) {
    const [first, ...others] = keys;
    if (first === undefined) throw new KeyringError('The keyring is empty.');
    for (const { kid, key } of keys) {
      if (key.length !== KEY_BYTES || isWeak(key)) throw new KeyringError(`The key ${kid} is weak or a known example.`);
    }
    if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw new KeyringError('Two keys have the same id.');
    this.#keys = [first, ...others];
  }

  get activeKid(): string {
    return this.#keys[0].kid;
  }

  /**
   * 32 bytes for a purpose that outlives every key: what was found by it once must be found again. From the oldest key.
   */
  deriveLasting(purpose: string): Uint8Array {
    return this.derive(purpose, this.#keys.at(-1)?.kid);
  }

  /**
   * 32 bytes for one purpose (HKDF-SHA-256, RFC 5869).
   * @throws {KeyringError} when the ring has no such key
   */
  derive(purpose: string, kid = this.activeKid): Uint8Array {
    const found = this.#keys.find((key) => key.kid === kid);
    if (found === undefined) throw new KeyringError(`The keyring has no key ${kid}.`);
    return new Uint8Array(hkdfSync('sha256', found.key, '', `svj-relay/${purpose}`, KEY_BYTES));
  }
}

/** @throws {KeyringError} unless it reads `kid:hex64[,kid:hex64…]` */
export function keyringOfText(text: string): Keyring {
  return new Keyring(
    text.split(',').map((item) => {
      const [kid, key, ...more] = item.trim().split(':');
      if (kid === undefined || key === undefined || more.length > 0 || !KID.test(kid) || !HEX_KEY.test(key)) {
        throw new KeyringError('The keys do not read kid:hex64[,kid:hex64…].');
      }
      return { kid, key: Buffer.from(key, 'hex') };
    })
  );
}

export interface KeyringFile {
  readonly keyring: Keyring;
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

/**
 * @param mayMake makes the file where there is none: for the embedded default only
 * @throws {KeyringError} when the file is absent, readable by others, or not a keyring
 */
export async function keyringOfFile(path: string, mayMake: boolean): Promise<KeyringFile> {
  const made = mayMake && (await makeFile(path));
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new KeyringError('The keyring cannot be read.', { cause });
  });
  if (process.platform !== 'win32' && ((await stat(path)).mode & EXPOSED) !== 0) {
    throw new KeyringError('The keyring can be read by others: chmod 600 it, and think about new keys.');
  }
  try {
    const { keys } = validate(keyringFile, JSON.parse(text));
    return { keyring: new Keyring(keys.map(({ kid, key }) => ({ kid, key: Buffer.from(key, 'hex') }))), isNew: made };
  } catch (thrown) {
    if (thrown instanceof KeyringError) throw thrown;
    throw new KeyringError('The keyring is not one.', { cause: thrown });
  }
}

/** False when there is one. */
async function makeFile(path: string): Promise<boolean> {
  const kid = `k-${new Date().toISOString().slice(0, 10)}`;
  const keyring = { version: 1, keys: [{ kid, key: randomBytes(KEY_BYTES).toString('hex') }] };
  try {
    await writeFile(path, `${JSON.stringify(keyring, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new KeyringError('The keyring cannot be made.', { cause: thrown });
  }
}

/** A random key has about 30 different bytes out of 32, and no pattern from one to the next. */
function isWeak(key: Uint8Array): boolean {
  const steps = new Set(key.map((byte, i) => (byte - (key[i - 1] ?? 0)) & 0xff));
  return new Set(key).size < 16 || steps.size < 16;
}
