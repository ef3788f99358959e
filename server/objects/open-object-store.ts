/** Makes the store that the operator chose, with its replica. */
import { LocalObjectStore } from './local.ts';
import type { ObjectStore } from './object-store.ts';
import { ReplicatedObjectStore } from './replicated.ts';
import type { Place, StorageConfig } from './storage-config.ts';

/** `replicated` is the same store, for the job that repairs its replica; absent without one. */
export interface OpenStore {
  readonly store: ObjectStore;
  readonly replicated: ReplicatedObjectStore | undefined;
}

export async function openObjectStore({ primary, replica }: StorageConfig): Promise<OpenStore> {
  const first = await storeAt(primary);
  if (replica === undefined) return { store: first, replicated: undefined };
  const replicated = new ReplicatedObjectStore(first, await storeAt(replica));
  return { store: replicated, replicated };
}

async function storeAt(place: Place): Promise<ObjectStore> {
  if (place.kind === 'folder') return new LocalObjectStore(place.folder);
  // Its library is the largest by far, and most relays never need it.
  const [{ S3ObjectStore }, { S3Bucket }] = await Promise.all([import('./s3-object-store.ts'), import('./s3.ts')]);
  return new S3ObjectStore(new S3Bucket(place.settings));
}
