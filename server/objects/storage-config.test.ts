import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '#server/config.ts';
import { readStorageConfig } from './storage-config.ts';

const DATA = '/srv/journal';
const S3 = { STORAGE: 's3', S3_BUCKET: 'journal' };

describe('where objects lie', () => {
  it('is the data folder when nothing is said, and empty is nothing', () => {
    const expected = { primary: { kind: 'folder', folder: join(DATA, 'objects') }, replica: undefined };
    expect(readStorageConfig({}, DATA)).toEqual(expected);
    expect(readStorageConfig({ STORAGE: '', REPLICA_DIR: '', S3_REPLICA_BUCKET: '' }, DATA)).toEqual(expected);
    // A bucket that is named and not chosen is not used.
    expect(readStorageConfig({ S3_BUCKET: 'journal' }, DATA)).toEqual(expected);
  });

  it('is a bucket with everything that belongs to it', () => {
    const env = {
      ...S3,
      S3_REGION: 'eu-central-1',
      S3_ENDPOINT: 'https://s3.example.org',
      S3_FORCE_PATH_STYLE: 'true',
      S3_SSE: 'aws:kms',
      S3_KMS_KEY_ID: 'key-1',
      S3_REPLICA_BUCKET: 'second'
    };
    const settings = {
      bucket: 'journal',
      region: 'eu-central-1',
      endpoint: 'https://s3.example.org',
      forcePathStyle: true,
      sse: 'aws:kms',
      kmsKeyId: 'key-1'
    };
    expect(readStorageConfig(env, DATA)).toEqual({
      primary: { kind: 's3', settings },
      replica: { kind: 's3', settings: { ...settings, bucket: 'second' } }
    });
  });

  it.each([
    ['STORAGE', { STORAGE: 'tape' }],
    ['S3_BUCKET', { STORAGE: 's3' }],
    ['S3_BUCKET', { STORAGE: 's3', S3_BUCKET: 'No' }],
    ['S3_REGION', { ...S3, S3_REGION: 'Frankfurt am Main' }],
    ['S3_ENDPOINT', { ...S3, S3_ENDPOINT: 's3.example.org' }],
    ['S3_ENDPOINT', { ...S3, S3_ENDPOINT: 'ftp://s3.example.org' }],
    ['S3_ENDPOINT', { ...S3, S3_ENDPOINT: 'https://user:word@s3.example.org' }],
    ['S3_FORCE_PATH_STYLE', { ...S3, S3_FORCE_PATH_STYLE: 'yes' }],
    ['S3_SSE', { ...S3, S3_SSE: 'aes' }],
    ['S3_KMS_KEY_ID', { ...S3, S3_KMS_KEY_ID: 'key-1' }],
    ['S3_KMS_KEY_ID', { ...S3, S3_KMS_KEY_ID: 'key-1', S3_SSE: 'AES256' }],
    ['S3_REPLICA_BUCKET', { ...S3, S3_REPLICA_BUCKET: 'journal' }],
    ['REPLICA_DIR', { ...S3, S3_REPLICA_BUCKET: 'second', REPLICA_DIR: '/mnt/second' }],
    ['REPLICA_DIR', { REPLICA_DIR: 'second' }],
    ['REPLICA_DIR', { REPLICA_DIR: `${DATA}/objects` }],
    ['REPLICA_DIR', { REPLICA_DIR: `${DATA}/objects/second` }],
    ['REPLICA_DIR', { REPLICA_DIR: DATA }]
  ])('names %s in one line for %o', (variable, env) => {
    const attempt = () => readStorageConfig(env, DATA);
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(new RegExp(`^${variable} takes [^\\n]+\\.$`));
  });
});
