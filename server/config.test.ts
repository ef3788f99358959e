import { mkdtempSync, writeFileSync } from 'node:fs';
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
    const expected = { port: 8787, host: '127.0.0.1', dataDir: resolve('data'), tls: undefined };
    expect(readConfig({})).toEqual(expected);
    expect(readConfig({ PORT: '', HOST: '', DATA_DIR: '' })).toEqual(expected);
  });

  it('takes what is set', () => {
    const config = readConfig({ PORT: '0', HOST: '::1', DATA_DIR: '/srv/journal', TLS_CERT: pem, TLS_KEY: pem });
    expect(config).toMatchObject({ port: 0, host: '::1', dataDir: '/srv/journal' });
    expect(config.tls?.cert.toString()).toContain('BEGIN');
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
    ['TLS_KEY', { TLS_CERT: pem, TLS_KEY: other }]
  ])('names %s in one line for %o', (variable, env) => {
    const attempt = () => readConfig(env);
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(new RegExp(`^${variable} takes [^\\n]+\\.$`));
  });
});
