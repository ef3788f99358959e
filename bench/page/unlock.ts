/** The app's kdf worker, as an unlock uses it: a fresh worker, one derivation, the key sent over a port. */
import { randomBytes } from '../../shared/bytes.ts';
import { encodeKdfBlock, KDF_FLOOR } from '../../shared/crypto/kdf.ts';
import { startKdf } from '../../web/workers/workers.ts';
import { PASSPHRASE } from '../tasks/argon2.ts';
import { LongTasks } from './long-tasks.ts';
import type { TaskRun } from './task.ts';

export function prepareUnlock(): () => Promise<TaskRun> {
  return async () => {
    const kdf = startKdf();
    await ready(kdf);
    const { port1, port2 } = new MessageChannel();
    const key = new Promise<unknown>((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    const block = encodeKdfBlock({ ...KDF_FLOOR, salt: randomBytes(32) });
    const longTasks = new LongTasks();
    const started = performance.now();
    await kdf.call('derive', { passphrase: PASSPHRASE, kdf: block, to: port2 }, { transfer: [port2] });
    const arrived = await key;
    const ms = performance.now() - started;
    kdf.end();
    if (!(arrived instanceof CryptoKey)) throw new Error('no key arrived');
    return { ms, extra: { longestTaskMs: longTasks.end() } };
  };
}

// A worker answers a call it refuses once its modules are loaded: their loading is not measured.
async function ready(kdf: ReturnType<typeof startKdf>): Promise<void> {
  const wrong = encodeKdfBlock({ ...KDF_FLOOR, salt: randomBytes(32) }).fill(0xff, 0, 1);
  const { port2 } = new MessageChannel();
  await kdf
    .call('derive', { passphrase: PASSPHRASE, kdf: wrong, to: port2 }, { transfer: [port2] })
    .catch(() => undefined);
}
