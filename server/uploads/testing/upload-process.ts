/** Uploads as a process of their own, to be killed: `node upload-process.ts <data folder>`; prints its port. */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { LocalObjectStore } from '#server/objects/local.ts';
import { UploadSubject } from './upload-subject.ts';

const dataDir = process.argv[2] ?? '';
const subject = await UploadSubject.open({ url: undefined, dataDir }, new LocalObjectStore(join(dataDir, 'objects')));
await subject.leases.forgetDead();
const server = serve({ fetch: subject.app.fetch, port: 0, hostname: '127.0.0.1' }, () => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);
});
