/** IndexedDB keeps to the record port, in a real browser; and what only a database with versions can get wrong. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newDeviceId, newEntryId, newVaultId } from '#shared/ids.ts';
import { deleteRecords, isVaultKept, openRecords } from './db.ts';
import { KEY_PATHS, type VaultRow } from './rows.ts';
import { runRecordStoreSuite } from './testing/record-store-suite.ts';

const NAME = 'svj';
const VAULT: VaultRow = {
  key: 'vault',
  vaultId: newVaultId(),
  deviceId: newDeviceId(),
  slots: [],
  recoveryCopy: new Uint8Array(1),
  inbox: { number: 1, publicKey: new Uint8Array(65), privateKey: new Uint8Array(1) }
};

runRecordStoreSuite('records in IndexedDB', async () => {
  await deleteRecords();
  return { records: await openRecords(), reopen: openRecords };
});

/** Opens as an app of another version does; resolves with a function that closes. */
function openAs(version: number): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, version);
    request.onsuccess = () => {
      resolve(() => {
        request.result.close();
      });
    };
    request.onerror = () => {
      reject(request.error ?? new Error('open'));
    };
  });
}

describe('D14 versions', () => {
  beforeEach(deleteRecords);
  afterEach(deleteRecords);

  it('a database of a newer app is refused and left as it is', async () => {
    const close = await openAs(99);
    close();
    await expect(openRecords()).rejects.toMatchObject({ code: 'vault/newer-app' });
    await expect(isVaultKept()).rejects.toMatchObject({ code: 'vault/newer-app' });
    const [database] = await indexedDB.databases();
    expect(database).toMatchObject({ name: NAME, version: 99 });
  });

  it('asking whether there is a vault leaves nothing behind, and nobody waiting', async () => {
    expect(await isVaultKept()).toBe(false);
    expect(await indexedDB.databases()).toEqual([]);
    const records = await openRecords();
    expect(await isVaultKept()).toBe(false);
    await records.commit({ put: { vault: [VAULT] } });
    expect(await isVaultKept()).toBe(true);
    records.close();
    (await openAs(99))();
  });

  it('an older app lets a newer one migrate, and says so when it is used again', async () => {
    const records = await openRecords();
    const close = await openAs(99);
    await expect(records.get('vault', 'vault')).rejects.toMatchObject({ code: 'vault/newer-app' });
    await expect(records.all('entries')).rejects.toMatchObject({ code: 'vault/newer-app' });
    await expect(records.ofEntry('objects', newEntryId())).rejects.toMatchObject({ code: 'vault/newer-app' });
    const row = { key: 'head', revision: 1 };
    await expect(records.commit({ put: { outbox: [row] } })).rejects.toMatchObject({ code: 'vault/newer-app' });
    close();
  });

  const outbox = { key: 'head', revision: 7 };

  /** @returns the version that the database has then; null when the upgrade did not happen */
  function upgraded(version: number, upgrade: (request: IDBOpenDBRequest) => void): Promise<number | null> {
    return new Promise((resolve) => {
      const request = indexedDB.open(NAME, version);
      request.onupgradeneeded = () => upgrade(request);
      request.onsuccess = () => {
        request.result.close();
        resolve(request.result.version);
      };
      request.onerror = () => resolve(null);
    });
  }

  /** A database as an older app made it: without what came later. */
  async function olderVersion(version: number, lacking: readonly string[]): Promise<void> {
    await upgraded(version, ({ result, transaction }) => {
      for (const [table, path] of Object.entries(KEY_PATHS)) {
        if (!lacking.includes(table)) result.createObjectStore(table, { keyPath: path as string | string[] });
      }
      transaction?.objectStore('outbox').put(outbox);
    });
  }

  it('D14 a migration that is interrupted leaves what there was, and the next opening completes it', async () => {
    await olderVersion(1, ['inbox', 'transfers']);
    const interrupted = await upgraded(3, ({ result, transaction }) => {
      result.createObjectStore('inbox', { keyPath: KEY_PATHS.inbox });
      transaction?.objectStore('outbox').clear();
      transaction?.abort();
    });
    expect(interrupted).toBe(null);
    expect((await indexedDB.databases()).find(({ name }) => name === NAME)?.version).toBe(1);
    const records = await openRecords();
    expect(await records.all('outbox')).toEqual([outbox]);
    expect(await records.all('inbox')).toEqual([]);
    records.close();
  });

  it.each([
    [1, ['inbox', 'transfers']],
    [2, ['transfers']]
  ] as const)('a database of version %i is given what it lacks, and keeps its rows', async (version, lacking) => {
    await olderVersion(version, lacking);
    const records = await openRecords();
    expect(await records.all('outbox')).toEqual([outbox]);
    for (const table of lacking) expect(await records.all(table)).toEqual([]);
    records.close();
  });
});
