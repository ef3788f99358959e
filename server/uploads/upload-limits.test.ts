import { describe, expect, it } from 'vitest';
import { ConfigError } from '#server/config.ts';
import { readUploadLimits } from './upload-limits.ts';

const GIB = 2 ** 30;

describe('how much an account may store', () => {
  it('has defaults, and no object is larger than the account', () => {
    expect(readUploadLimits({})).toEqual({ quota: 100 * GIB, maxObjectBytes: 64 * GIB });
    expect(readUploadLimits({ QUOTA_BYTES: '1000' })).toEqual({ quota: 1000, maxObjectBytes: 1000 });
    expect(readUploadLimits({ QUOTA_BYTES: '', MAX_OBJECT_BYTES: '7' }).maxObjectBytes).toBe(7);
  });

  it.each([
    ['QUOTA_BYTES', '0'],
    ['QUOTA_BYTES', '-1'],
    ['QUOTA_BYTES', '1e9'],
    ['QUOTA_BYTES', '10 GB'],
    ['QUOTA_BYTES', '9007199254740993'],
    ['MAX_OBJECT_BYTES', '0'],
    ['MAX_OBJECT_BYTES', String(64 * GIB + 1)]
  ])('names %s in one line for %s', (variable, value) => {
    const attempt = () => readUploadLimits({ [variable]: value });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(new RegExp(`^${variable} takes [^\\n]+\\.$`));
  });
});
