/** Makes the store that the operator chose, with its replica. */
import { LocalObjectStore } from './local.ts';
import type { ObjectStore } from './object-store.ts';
import { ReplicatedObjectStore } from './replicated.ts';
import { S3ObjectStore } from './s3-object-store.ts';
import { S3Bucket } from './s3.ts';
import type { Place, StorageConfig } from './storage-config.ts';

/** `replicated` is the same store, for the job that repairs its replica; absent without one. */
export interface OpenStore {
  readonly store: ObjectStore;
  readonly replicated: ReplicatedObjectStore | undefined;
}

export function openObjectStore({ primary, replica }: StorageConfig): OpenStore {
  const first = storeAt(primary);
  if (replica === undefined) return { store: first, replicated: undefined };
  const replicated = new ReplicatedObjectStore(first, storeAt(replica));
  return { store: replicated, replicated };
}

function storeAt(place: Place): ObjectStore {
  return place.kind === 'folder' ? new LocalObjectStore(place.folder) : new S3ObjectStore(new S3Bucket(place.settings));
}
