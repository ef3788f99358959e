/** The relay's own keys: none is made up, none is weak, none lies open. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Keyring, KeyringError, keyringOfFile, keyringOfText } from './keyring.ts';

const key = () => randomBytes(32);
const newPath = async () => join(await mkdtemp(join(tmpdir(), 'svj-keys-')), 'keyring.json');

describe('a keyring', () => {
  it('derives another key for each purpose and each key, always the same', () => {
    const keys = [
      { kid: 'new', key: key() },
      { kid: 'old', key: key() }
    ];
    const ring = new Keyring(keys);
    expect(ring.activeKid).toBe('new');
    expect(ring.derive('pepper')).toEqual(new Keyring(keys).derive('pepper', 'new'));
    const derived = [ring.derive('pepper'), ring.derive('pepper', 'old'), ring.derive('decoy'), keys[0]?.key];
    expect(new Set(derived.map((each) => Buffer.from(each ?? []).toString('hex'))).size).toBe(4);
    // What must be found again does not change with the key that is used for what is new.
    const before = new Keyring([{ kid: 'old', key: keys[1]?.key ?? key() }]);
    expect(ring.deriveLasting('names')).toEqual(before.deriveLasting('names'));
    expect(() => ring.derive('pepper', 'gone')).toThrow(KeyringError);
  });

  it.each([
    ['zeros', Buffer.alloc(32)],
    ['one byte again and again', Buffer.alloc(32, 0xa7)],
    ['the example of the older design', Buffer.from('0123456789abcdef'.repeat(4), 'hex')],
    ['counting up', Buffer.from(Array.from({ length: 32 }, (_, i) => i))],
    ['counting down by three', Buffer.from(Array.from({ length: 32 }, (_, i) => 200 - 3 * i))],
    ['a sentence', Buffer.from('change me please, change me now!')],
    ['too short', randomBytes(31)]
  ])('refuses %s', (_what, weak) => {
    expect(() => new Keyring([{ kid: 'k', key: weak }])).toThrow(KeyringError);
  });

  it('takes what chance gives', () => {
    for (let i = 0; i < 2000; i++) expect(new Keyring([{ kid: 'k', key: key() }]).activeKid).toBe('k');
  });

  it('refuses two keys of one name, and none at all', () => {
    const twice = { kid: 'k', key: key() };
    expect(() => new Keyring([twice, { ...twice, key: key() }])).toThrow(KeyringError);
    expect(() => new Keyring([])).toThrow(KeyringError);
  });

  it('is read from text', () => {
    const hex = key().toString('hex');
    expect(keyringOfText(`a:${hex}, b:${key().toString('hex')}`).activeKid).toBe('a');
    for (const odd of ['', hex, `a:${hex}:x`, `A b:${hex}`, `a:${hex.slice(2)}`, `a:${hex},`]) {
      expect(() => keyringOfText(odd), odd).toThrow(KeyringError);
    }
  });
});

describe('the file of a keyring', () => {
  it('is made once, for its user alone, and read again', async () => {
    const path = await newPath();
    const made = await keyringOfFile(path, true);
    expect(made.isNew).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await keyringOfFile(path, true);
    expect(again.isNew).toBe(false);
    expect(again.keyring.derive('x')).toEqual(made.keyring.derive('x'));
  });

  it('is not made where it was named', async () => {
    await expect(keyringOfFile(await newPath(), false)).rejects.toThrow('The keyring cannot be read.');
  });

  it('is refused when others can read it, and when it is not one', async () => {
    const path = await newPath();
    await keyringOfFile(path, true);
    await chmod(path, 0o640);
    await expect(keyringOfFile(path, true)).rejects.toThrow('can be read by others');
    await chmod(path, 0o600);
    for (const odd of [
      '',
      '{}',
      '{"version":2,"keys":[]}',
      (await readFile(path, 'utf8')).replace(/[0-9a-f]{64}/, '00')
    ]) {
      await writeFile(path, odd);
      await expect(keyringOfFile(path, true), odd).rejects.toThrow(KeyringError);
    }
  });
});
