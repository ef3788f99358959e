/** The only place that starts workers. Each kind is loaded by URL, so that its response carries its own CSP. */
import { trustedUrl } from '#web/trusted-url.ts';
import type { KdfContract, MediaContract, RecorderContract, VaultContract } from './contracts.ts';
import kdfUrl from './kdf.worker.ts?worker&url';
import mediaUrl from './media.worker.ts?worker&url';
import recorderUrl from './recorder.worker.ts?worker&url';
import { WorkerClient, type ContractOf } from './rpc.ts';
import vaultUrl from './vault.worker.ts?worker&url';

function start<C extends ContractOf<C>>(url: string, name: string): WorkerClient<C> {
  return new WorkerClient<C>(new Worker(trustedUrl(url), { type: 'module', name }));
}

export type KdfClient = WorkerClient<KdfContract>;
export type VaultClient = WorkerClient<VaultContract>;
export type RecorderClient = WorkerClient<RecorderContract>;
export type MediaClient = WorkerClient<MediaContract>;

export const startKdf = (): KdfClient => start(kdfUrl, 'kdf');
export const startVault = (): VaultClient => start(vaultUrl, 'vault');
export const startRecorder = (): RecorderClient => start(recorderUrl, 'recorder');
export const startMedia = (): MediaClient => start(mediaUrl, 'media');
