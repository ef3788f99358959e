/** What tests of uploads do again and again: a store, a relay of uploads over it, a whole object. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { LocalObjectStore } from '#server/objects/local.ts';
import type { ObjectStore } from '#server/objects/object-store.ts';
import type { Bytes } from '#shared/bytes.ts';
import { newObjectId, type ObjectId } from '#shared/ids.ts';
import { ALICE, placeOf, UploadSubject } from './upload-subject.ts';

export async function newStore(): Promise<LocalObjectStore> {
  return new LocalObjectStore(join(await mkdtemp(join(tmpdir(), 'svj-uploads-')), 'objects'));
}

export async function embedded(options: Parameters<typeof UploadSubject.open>[2] = {}, store?: ObjectStore) {
  const dataDir = await mkdtemp(join(tmpdir(), 'svj-uploads-'));
  return UploadSubject.open({ url: undefined, dataDir }, store ?? (await newStore()), options);
}

export async function codeOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { code: unknown }).code;
}

export async function upload(
  subject: UploadSubject,
  bytes: Bytes,
  objectId = newObjectId(),
  account = ALICE
): Promise<ObjectId> {
  const created = await subject.create(await subject.ticket(bytes.length, objectId, account), bytes.length);
  expect((await subject.patch(placeOf(created), 0, bytes)).status).toBe(204);
  return objectId;
}
