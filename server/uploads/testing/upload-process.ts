/** Uploads as a process of their own, to be killed: `node upload-process.ts <data folder>`; prints its port. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { openObjectStore } from '#server/objects/open-object-store.ts';
import { readStorageConfig } from '#server/objects/storage-config.ts';
import { UploadSubject } from './upload-subject.ts';

const dataDir = process.argv[2] ?? '';
const { store } = await openObjectStore(readStorageConfig(process.env, dataDir));
const subject = await UploadSubject.open({ url: process.env['DATABASE_URL'], dataDir }, store);
await subject.leases.forgetDead();
const server = serve({ fetch: subject.app.fetch, port: 0, hostname: '127.0.0.1' }, () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);
});
