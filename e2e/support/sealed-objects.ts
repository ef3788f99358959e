/** The sealed objects and rows of a journal, as whoever holds the disk reads and rewrites them, from inside the page. */
import type { Page } from '@playwright/test';

export interface StoredObject {
  readonly objectId: string;
  readonly entryId: string;
  readonly size: number;
}

export interface StoredEntry {
  readonly entryId: string;
  readonly wrap: Uint8Array;
}

const FOLDER = 'svj-objects';

export function rowsOf<T>(page: Page, table: 'objects' | 'entries'): Promise<T[]> {
  return page.evaluate(
    (name) =>
      new Promise<unknown[]>((resolve, reject) => {
        const opening = indexedDB.open('svj');
        opening.onerror = () => reject(new Error('no database'));
        opening.onsuccess = () => {
          const reading = opening.result.transaction(name).objectStore(name).getAll();
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result);
          };
        };
      }),
    table
  ) as Promise<T[]>;
}

/** Puts the wrapped key of one entry into the row of another; returns what brings the row back. */
export async function exchangeWrap(page: Page, into: string, from: string): Promise<() => Promise<void>> {
  const put = (target: string, source: string | null): Promise<void> =>
    page.evaluate(
      async ([target, source]) => {
        const done = <T>(request: IDBRequest<T>): Promise<T> =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
          });
        const kept = globalThis as unknown as { rowOfTest?: unknown };
        const database = await done(indexedDB.open('svj'));
        const rows = database.transaction('entries', 'readwrite').objectStore('entries');
        const row = await done(rows.get(target) as IDBRequest<object>);
        if (source === null) await done(rows.put(kept.rowOfTest));
        else {
          const other = await done(rows.get(source) as IDBRequest<{ wrap: unknown }>);
          kept.rowOfTest = row;
          await done(rows.put({ ...row, wrap: other.wrap }));
        }
        database.close();
      },
      [target, source] as const
    );
  await put(into, from);
  return () => put(into, null);
}

export async function readObject(page: Page, name: string): Promise<Buffer> {
  const latin = await page.evaluate(
    async ([folder, file]) => {
      const objects = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder);
      const bytes = new Uint8Array(await (await (await objects.getFileHandle(file)).getFile()).arrayBuffer());
      let text = '';
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      return text;
    },
    [FOLDER, name] as const
  );
  return Buffer.from(latin, 'latin1');
}

export async function writeObject(page: Page, name: string, bytes: Buffer): Promise<void> {
  await page.evaluate(
    async ([folder, file, latin]) => {
      const objects = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder);
      const writable = await (await objects.getFileHandle(file)).createWritable();
      await writable.write(Uint8Array.from(latin, (byte) => byte.charCodeAt(0)));
      await writable.close();
    },
    [FOLDER, name, bytes.toString('latin1')] as const
  );
}
