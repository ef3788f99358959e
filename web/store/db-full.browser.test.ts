/** IndexedDB on a full device. Apart: while a connection lives, Chromium remembers how much was free before. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomBytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { newEntryId } from '#shared/ids.ts';
import { deleteRecords, openRecords } from './db.ts';
import { limitStorage } from './testing/limit-storage.ts';

describe('D3 a full device', () => {
  beforeEach(async () => {
    await deleteRecords();
    await limitStorage(1_000_000);
  });

  afterEach(async () => {
    await limitStorage(null);
    await deleteRecords();
  });

  it('is storage/quota, nothing of the commit is written, and removing makes room', async () => {
    const records = await openRecords();
    const row = { entryId: newEntryId(), revision: 1, epoch: 1, wrap: randomBytes(8), record: randomBytes(1000) };
    await records.commit({ put: { entries: [row] } });
    const rows = Array.from({ length: 100 }, (_, pack) => ({ pack, revision: 1, sealed: randomBytes(65_536) }));
    // Chromium goes by a remembered figure for up to half a minute, also one that another suite of this origin left.
    const attempt = async (): Promise<string> => {
      try {
        await records.commit({ put: { entries: [{ ...row, revision: 2 }], lists: rows } });
        await records.commit({ put: { entries: [row] }, remove: { lists: rows.map(({ pack }) => pack) } });
        return 'accepted';
      } catch (thrown) {
        return thrown instanceof SvjError ? thrown.code : String(thrown);
      }
    };
    await expect.poll(attempt, { timeout: 75_000, interval: 3000 }).toBe('storage/quota');
    expect(await records.all('entries')).toEqual([row]);
    expect(await records.all('lists')).toEqual([]);
    await records.commit({ remove: { entries: [row.entryId] } });
    expect(await records.all('entries')).toEqual([]);
    records.close();
  }, 90_000);
});
