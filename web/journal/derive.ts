/**
 * Passphrase → key, in a kdf worker that lives for one derivation. The key goes into a
 * MessagePort that is handed to the vault worker; this page never sees it. Ending the worker
 * is how a derivation is cancelled, and gives its memory back.
 */
import { readBigEndian, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { Calibration, KdfContract } from '#web/workers/contracts.ts';
import type { WorkerClient } from '#web/workers/rpc.ts';

export type StartKdf = () => WorkerClient<KdfContract>;

/** FORMAT.md section 5.1: memory in KiB and passes, both u32. */
const MEMORY_AT = 4;
const PASSES_AT = 8;
const PACE_KEY = 'svj.pace';
/** 64 MiB, three passes. */
const FLOOR_COST = 64 * 1024 * 3;
/** ms per KiB and pass of a slow phone, until this device was measured. */
const UNKNOWN_PACE = 1500 / FLOOR_COST;

/** KiB times passes: what a derivation costs. */
function cost(kdf: Bytes): number {
  return readBigEndian(kdf, MEMORY_AT, 4) * readBigEndian(kdf, PASSES_AT, 4);
}

/** How fast this device derives. Not secret: it says nothing of the passphrase. */
export class Pace {
  #pace = UNKNOWN_PACE;

  constructor() {
    try {
      const stored = Number(localStorage.getItem(PACE_KEY));
      if (Number.isFinite(stored) && stored > 0) this.#pace = stored;
    } catch {
      // Some private windows refuse localStorage: the first bar of a visit is a guess there.
    }
  }

  expectedMs(kdf: Bytes): number {
    return cost(kdf) * this.#pace;
  }

  /** The floor is timed and thrown away. */
  expectedCalibrationMs(): number {
    return FLOOR_COST * this.#pace;
  }

  learn(kdf: Bytes, tookMs: number): void {
    if (tookMs <= 0) return;
    this.#pace = tookMs / cost(kdf);
    try {
      localStorage.setItem(PACE_KEY, String(this.#pace));
    } catch {
      // As above: it is known until the page closes.
    }
  }
}

/**
 * Hands a port that already holds the key to `use`. Until that is done the worker lives on: Firefox loses a key that
 * nobody has taken out of its port when the worker that sent it ends.
 * @throws `call/aborted`, what the derivation throws: `kdf/…`, and what `use` throws
 */
export async function deriveTo<T>(
  startKdf: StartKdf,
  { passphrase, kdf, pace, signal }: { passphrase: string; kdf: Bytes; pace: Pace; signal: AbortSignal },
  use: (port: MessagePort) => Promise<T>
): Promise<T> {
  const { port1, port2 } = new MessageChannel();
  const started = performance.now();
  const derive = (worker: WorkerClient<KdfContract>) =>
    worker.call('derive', { passphrase, kdf, to: port1 }, { transfer: [port1] });
  try {
    return await inKdfWorker(startKdf, signal, derive, () => {
      pace.learn(kdf, performance.now() - started);
      return use(port2);
    });
  } catch (thrown) {
    port2.close();
    throw thrown;
  }
}

/**
 * The strongest parameters that stay prompt on this device, no weaker than `atLeast`, each with a fresh salt; behind them
 * what needs less memory.
 * @throws `call/aborted`, `kdf/memory`
 */
export async function calibrate(
  startKdf: StartKdf,
  { pace, signal, atLeast }: { pace: Pace; signal: AbortSignal; atLeast: Bytes | null }
): Promise<readonly [Calibration, ...Calibration[]]> {
  const time = (worker: WorkerClient<KdfContract>) => worker.call('calibrate', { atLeast });
  return inKdfWorker(startKdf, signal, time, (calibrations) => {
    const [{ kdf, expectedMs }] = calibrations;
    pace.learn(kdf, expectedMs);
    return Promise.resolve(calibrations);
  });
}

/** Only `work` can be cancelled; `use` takes what came of it, while the worker still lives. */
async function inKdfWorker<T, U>(
  startKdf: StartKdf,
  signal: AbortSignal,
  work: (worker: WorkerClient<KdfContract>) => Promise<T>,
  use: (result: T) => Promise<U>
): Promise<U> {
  if (signal.aborted) throw new SvjError('call/aborted');
  const worker = startKdf();
  const cancel = (): void => worker.end('call/aborted');
  signal.addEventListener('abort', cancel);
  try {
    const result = await work(worker).finally(() => signal.removeEventListener('abort', cancel));
    return await use(result);
  } finally {
    worker.end();
  }
}
