/** Makes the store that the operator chose, with its replica. */
import { mkdir, statfs } from 'node:fs/promises';
import { SvjError } from '#shared/errors.ts';
import { LocalObjectStore } from './local.ts';
import type { ObjectStore } from './object-store.ts';
import { ReplicatedObjectStore } from './replicated.ts';
import type { Place, StorageConfig } from './storage-config.ts';

/** `replicated` is the same store, for the job that repairs its replica; absent without one. */
export interface OpenStore {
  readonly store: ObjectStore;
  readonly replicated: ReplicatedObjectStore | undefined;
  /** Rejects when nothing can be stored. */
  readonly check: () => Promise<void>;
}

/** A disk with less than this takes no upload worth the name. */
const LEAST_FREE_BYTES = 64 * 1024 * 1024;

export async function openObjectStore({ primary, replica }: StorageConfig): Promise<OpenStore> {
  const { store, check } = await storeAt(primary);
  if (replica === undefined) return { store, replicated: undefined, check };
  const replicated = new ReplicatedObjectStore(store, (await storeAt(replica)).store);
  return { store: replicated, replicated, check };
}

async function storeAt(place: Place): Promise<Pick<OpenStore, 'store' | 'check'>> {
  if (place.kind === 'folder') {
    return { store: new LocalObjectStore(place.folder), check: () => requireRoom(place.folder) };
  }
  // Its library is the largest by far, and most relays never need it.
  const [{ S3ObjectStore }, { S3Bucket }] = await Promise.all([import('./s3-object-store.ts'), import('./s3.ts')]);
  const bucket = new S3Bucket(place.settings);
  return { store: new S3ObjectStore(bucket), check: () => bucket.check() };
}

/** @throws `store/full` */
async function requireRoom(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < LEAST_FREE_BYTES) throw new SvjError('store/full');
}
