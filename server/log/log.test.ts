/** What the relay writes about requests, and what it never does. Attack row C11 of the design. */
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TestPerson, TestRelay } from '#server/testing/relay-client.ts';
import { SvjError } from '#shared/errors.ts';
import { Log } from './log.ts';

const DAY = 24 * 60 * 60_000;
const START = Date.UTC(2026, 10, 22, 12);
const LINE = { id: 'ab', method: 'GET', route: '/session', status: 200, ms: 1.4, address: '192.0.2.0/24' };
const newFolder = () => mkdtemp(join(tmpdir(), 'svj-log-'));

async function linesOf(folder: string): Promise<Record<string, unknown>[]> {
  const names = (await readdir(folder)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('writes a line per request into a file per day, for its user alone', async () => {
    const folder = await newFolder();
    const clock = { now: START };
    const log = new Log(folder, 30, () => clock.now);
    log.request(LINE);
    clock.now += DAY;
    log.request({ ...LINE, status: 404 });
    await log.close();
    await expect.poll(() => linesOf(folder)).toMatchObject([{ ...LINE, ms: 1 }, { status: 404 }]);
    expect((await readdir(folder)).sort()).toEqual(['2026-11-22.jsonl', '2026-11-23.jsonl']);
    expect((await stat(join(folder, '2026-11-22.jsonl'))).mode & 0o777).toBe(0o600);
  });

  it('names what failed and where, and says nothing that was in a message', async () => {
    const folder = await newFolder();
    const log = new Log(folder, 30, () => START);
    log.failure('ab', new TypeError('the diary of Ada', { cause: new SvjError('internal', 'secret') }));
    log.failure('cd', 'a thrown secret');
    await log.close();
    await expect.poll(() => linesOf(folder)).toHaveLength(2);
    const text = await readFile(join(folder, '2026-11-22.jsonl'), 'utf8');
    expect(text).toContain('"error":"TypeError","cause":"SvjError"');
    expect(text).toContain('log.test.ts');
    expect(text).not.toMatch(/Ada|secret/);
  });

  it('removes files after their time, and nothing else', async () => {
    const folder = await newFolder();
    for (const name of [
      '2026-10-22.jsonl',
      '2026-10-23.jsonl',
      '2026-10-24.jsonl',
      'notes.txt',
      '2026-10-01.jsonl.kept'
    ]) {
      await writeFile(join(folder, name), '');
    }
    await new Log(folder, 30, () => START).purge();
    expect((await readdir(folder)).sort()).toEqual(['2026-10-01.jsonl.kept', '2026-10-24.jsonl', 'notes.txt']);
    await new Log(join(folder, 'none'), 30, () => START).purge();
  });

  it('does not stand in the way when it cannot be written, and goes on when it can', async () => {
    const folder = join(await newFolder(), 'taken');
    await writeFile(folder, 'a file where the folder should be');
    const clock = { now: START };
    const log = new Log(folder, 30, () => clock.now);
    log.request(LINE);
    await rm(folder);
    log.request({ ...LINE, id: 'lost' });
    clock.now += 2000;
    log.request({ ...LINE, id: 'there' });
    await log.close();
    expect(await linesOf(folder)).toMatchObject([{ id: 'there' }]);
  });

  it('C11 holds nothing of a person after all that a person does', async () => {
    const dataDir = await newFolder();
    const relay = await TestRelay.open({ url: undefined, dataDir });
    const client = relay.client();
    const person = await new TestPerson('Ada of the diary').signUp(client);
    const [recoveryCode = ''] = person.recoveryCodes;
    await person.signIn(relay.client(), { auth: Buffer.alloc(32).toString('base64') });
    await client.call('POST', '/account', { name: person.name, odd: true });
    const { cookie = '' } = client;
    await client.call('DELETE', `/sessions/${person.vaultId}`);
    await client.call('GET', `/records?after=${person.vaultId}`);
    await client.call('GET', `/nothing/${person.vaultId}`);
    await client.call('DELETE', '/session');
    await relay.relay.close();
    const lines = await linesOf(join(dataDir, 'logs'));
    expect(lines.map(({ route, status }) => `${String(route)} ${String(status)}`)).toEqual([
      '/account 201',
      '/second-factor/totp 200',
      '/second-factor/totp/confirm 200',
      '/session 401',
      '/account 400',
      '/sessions/:id 404',
      '/records 400',
      'none 404',
      '/session 204'
    ]);
    const text = JSON.stringify(lines);
    const secrets = [person.name, person.auth, person.vaultId, cookie, recoveryCode, client.deviceId, client.address];
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(6);
      expect(text).not.toContain(secret);
    }
    expect(text).toContain(client.address.replace(/\.7$/, '.0/24'));
  });
});
