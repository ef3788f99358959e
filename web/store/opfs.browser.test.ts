/** The origin private file system keeps to the object port, in a real browser. */
import { afterEach, describe, expect, it } from 'vitest';
import { limitStorage } from './testing/limit-storage.ts';
import { fullStoreLaws, objectStoreLaws } from './testing/object-store-laws.ts';

async function run(law: string, tooMuch: number | null): Promise<void> {
  const worker = new Worker(new URL('testing/opfs-laws.worker.ts', import.meta.url), { type: 'module' });
  try {
    const outcome = await new Promise<unknown>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<unknown>) => {
        resolve(event.data);
      };
      worker.onerror = (event) => {
        reject(new Error(event.message));
      };
      worker.postMessage({ law, tooMuch });
    });
    expect(outcome).toBeNull();
  } finally {
    worker.terminate();
  }
}

describe('objects in OPFS', () => {
  for (const law of Object.keys(objectStoreLaws)) it(law, () => run(law, null));
});

describe('objects in a full OPFS', () => {
  const quota = 3_000_000;

  afterEach(() => limitStorage(null));

  for (const law of Object.keys(fullStoreLaws)) {
    it(law, async () => {
      await limitStorage(quota);
      await run(law, 2 * quota);
    });
  }
});
