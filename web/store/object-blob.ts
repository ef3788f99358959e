/**
 * Object files as a page reads them: without a handle, so that it disturbs no writer and waits for none. Of a file that
 * is being written it sees what was flushed, and the room reserved ahead: how much is final only the writer knows.
 */
import { errorName, FOLDER, storageError } from './object-folder.ts';

/** The file as it is now; null when there is none. @throws `storage/unavailable` */
export async function openAsBlob(name: string): Promise<Blob | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(FOLDER);
    return await (await folder.getFileHandle(name)).getFile();
  } catch (thrown) {
    if (errorName(thrown) === 'NotFoundError') return null;
    throw storageError(thrown);
  }
}
