/** Records: JSON in, the same JSON out, each revision naming the one before. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { sha256, toHex, utf8 } from '#shared/bytes.ts';
import { encodeJson } from '#shared/format/canonical-json.ts';
import type { Envelope } from '#shared/format/envelope.ts';
import { KIND } from '#shared/format/kind.ts';
import { sealKeyFrom } from '#shared/testing/raw-keys.ts';
import { outcomeOf } from '#shared/testing/streams.ts';
import { pad, RECORD_FLOOR } from './padding.ts';
import { openRecord, recordHash, sealRecord } from './record.ts';
import { seal } from './stream.ts';

const KEY = await sealKeyFrom('99'.repeat(32));
const ENVELOPE: Envelope = {
  kind: KIND.entryRecord,
  epoch: 1,
  revision: 1,
  vaultId: '0a'.repeat(16),
  objectId: '0b'.repeat(16)
};

describe('records', () => {
  it('open ∘ seal = id for every JSON value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
        const opened = await openRecord(KEY, ENVELOPE, await sealRecord(KEY, ENVELOPE, value));
        expect(encodeJson(opened)).toEqual(encodeJson(value));
      }),
      { numRuns: 50 }
    );
  });

  it('longer than a segment', async () => {
    const note = 'n'.repeat(200_000);
    expect(await openRecord(KEY, ENVELOPE, await sealRecord(KEY, ENVELOPE, { note }))).toEqual({ note });
  });

  it('null under another key, an error for a value that is not JSON', async () => {
    const sealed = await sealRecord(KEY, ENVELOPE, {});
    expect(await openRecord(await sealKeyFrom('98'.repeat(32)), ENVELOPE, sealed)).toBeNull();
    await expect(sealRecord(KEY, ENVELOPE, { at: Number.NaN })).rejects.toMatchObject({ code: 'format/json' });
  });

  it('refuses a plaintext that is authentic but not a record', async () => {
    const sealed = async (plaintext: Uint8Array<ArrayBuffer>): Promise<string> => {
      const object = await seal(KEY, ENVELOPE, plaintext);
      return (await outcomeOf(async () => encodeJson(await openRecord(KEY, ENVELOPE, object)))).result;
    };
    expect(await sealed(pad(utf8('{}'), RECORD_FLOOR))).toBe('ok');
    expect(await sealed(utf8('{}'))).toBe('format/padding');
    expect(await sealed(pad(utf8('{ }'), RECORD_FLOOR))).toBe('format/json');
  });

  it('A11 an older revision, and A13 one of another history, do not open where the newer is expected', async () => {
    const first = await sealRecord(KEY, ENVELOPE, { title: 'first' });
    const parent = await recordHash(first);
    expect(parent).toBe(toHex(await sha256(first)));
    const second: Envelope = { ...ENVELOPE, revision: 2, parent };
    const sealed = await sealRecord(KEY, second, { title: 'second' });
    expect(await openRecord(KEY, second, sealed)).toEqual({ title: 'second' });
    await expect(openRecord(KEY, second, first)).rejects.toMatchObject({ code: 'seal/header-mismatch' });
    const fork = await sealRecord(KEY, { ...second, parent: 'ee'.repeat(32) }, { title: 'fork' });
    await expect(openRecord(KEY, second, fork)).rejects.toMatchObject({ code: 'seal/header-mismatch' });
  });
});
