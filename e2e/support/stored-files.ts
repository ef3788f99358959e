/** What lies in the origin private file system, and what was ever made in it. */
import type { Page } from '@playwright/test';

/** Names of all files, without the room that the journal keeps back for a full device. */
export function storedFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const [name, handle] of folder as unknown as AsyncIterable<[string, FileSystemHandle]>) {
        if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle);
        else if (name !== 'reserve') names.push(name);
      }
    };
    await walk(await navigator.storage.getDirectory());
    return names.sort();
  });
}

/** Not yet in TypeScript's library. */
interface Observer {
  observe(folder: FileSystemDirectoryHandle, options: { recursive: boolean }): Promise<void>;
}
type ObserverClass = new (
  seen: (records: readonly { readonly type: string; readonly relativePathComponents: readonly string[] }[]) => void
) => Observer;

const WATCHED = 'filesMade';

/** From now on: every file that is made is counted, also one that is removed at once. @throws in a browser without the means */
export async function watchFiles(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(async (key) => {
    const made: string[] = [];
    Object.assign(globalThis, { [key]: made });
    const { FileSystemObserver } = globalThis as unknown as { FileSystemObserver: ObserverClass };
    const observer = new FileSystemObserver((records) => {
      for (const { type, relativePathComponents } of records) {
        const name = relativePathComponents.at(-1) ?? '';
        if (type === 'appeared' && name !== 'reserve') made.push(name);
      }
    });
    await observer.observe(await navigator.storage.getDirectory(), { recursive: true });
  }, WATCHED);
  return () => page.evaluate((key) => (globalThis as unknown as Record<string, string[]>)[key] ?? [], WATCHED);
}
