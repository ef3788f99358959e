import { mkdtempSync, writeFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'svj-config-'));
const pem = join(folder, 'some.pem');
const other = join(folder, 'other.txt');
writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n');
writeFileSync(other, 'nothing of the kind');

describe('configuration', () => {
  it('has defaults for everything', () => {
    const expected = {
      port: 8787,
      host: '127.0.0.1',
      dataDir: resolve('data'),
      tls: undefined,
      databaseUrl: undefined,
      keyring: { kind: 'file', path: resolve('data/keyring.json'), mayMake: true },
      proxies: expect.any(BlockList) as BlockList,
      sessionIdleMinutes: 30,
      logRetentionDays: 30
    };
    expect(readConfig({})).toEqual(expected);
    expect(readConfig({ PORT: '', HOST: '', DATA_DIR: '' })).toEqual(expected);
  });

  it('takes what is set', () => {
    const config = readConfig({ PORT: '0', HOST: '::1', DATA_DIR: '/srv/journal', TLS_CERT: pem, TLS_KEY: pem });
    expect(config).toMatchObject({ port: 0, host: '::1', dataDir: '/srv/journal' });
    expect(config.tls?.cert.toString()).toContain('BEGIN');
    const url = 'postgres://svj@db.example/svj';
    expect(readConfig({ DATABASE_URL: url, KEYRING_FILE: '/etc/svj/keyring.json' })).toMatchObject({
      databaseUrl: url,
      keyring: { kind: 'file', path: '/etc/svj/keyring.json', mayMake: false }
    });
    expect(readConfig({ ENCRYPTION_KEYS: 'a:b' }).keyring).toEqual({ kind: 'text', text: 'a:b' });
    const { proxies } = readConfig({ TRUSTED_PROXY: '10.0.0.1, 2001:db8::/32' });
    expect([proxies.check('10.0.0.1'), proxies.check('10.0.0.2'), proxies.check('2001:db8:5::1', 'ipv6')]).toEqual([
      true,
      false,
      true
    ]);
  });

  it.each([
    ['PORT', { PORT: 'http' }],
    ['PORT', { PORT: '65536' }],
    ['PORT', { PORT: '-1' }],
    ['PORT', { PORT: '80.5' }],
    ['PORT', { PORT: '0x50' }],
    ['HOST', { HOST: 'http://localhost' }],
    ['HOST', { HOST: 'a b' }],
    ['TLS_KEY', { TLS_CERT: pem }],
    ['TLS_CERT', { TLS_KEY: pem }],
    ['TLS_CERT', { TLS_CERT: join(folder, 'none'), TLS_KEY: pem }],
    ['TLS_KEY', { TLS_CERT: pem, TLS_KEY: other }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://host/name' }],
    ['DATABASE_URL', { DATABASE_URL: 'host' }],
    ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: 'a:b', KEYRING_FILE: '/x' }],
    ['TRUSTED_PROXY', { TRUSTED_PROXY: 'proxy.example' }],
    ['TRUSTED_PROXY', { TRUSTED_PROXY: '10.0.0.1/33' }],
    ['TRUSTED_PROXY', { TRUSTED_PROXY: '10.0.0.1,' }],
    ['SESSION_IDLE_MINUTES', { SESSION_IDLE_MINUTES: '0' }],
    ['SESSION_IDLE_MINUTES', { SESSION_IDLE_MINUTES: '721' }],
    ['LOG_RETENTION_DAYS', { LOG_RETENTION_DAYS: 'ever' }]
  ])('names %s in one line for %o', (variable, env) => {
    const attempt = () => readConfig(env);
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(new RegExp(`^${variable} takes [^\\n]+\\.$`));
  });
});
