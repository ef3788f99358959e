/** Writes an object as a recording grows, with room reserved ahead, and says after each flush how much of it is final. */
import { OpfsObjects } from '../opfs.ts';

const BLOCK = 65_536;
const RESERVE = 8 * 1024 * 1024;
const BLOCKS = 400;

/** Told by its content from its neighbours and from room that holds nothing. */
const markOf = (block: number): number => (block % 251) + 1;

const scope = self as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = async ({ data: name }: MessageEvent<string>) => {
  const file = await new OpfsObjects().create(name);
  for (let block = 0; block < BLOCKS; block++) {
    if (block % 64 === 0) file.resize(block * BLOCK + RESERVE);
    file.write(new Uint8Array(BLOCK).fill(markOf(block)), block * BLOCK);
    file.flush();
    scope.postMessage({ final: (block + 1) * BLOCK, isClosed: false });
    // Readers get their turn.
    await new Promise((resolve) => setTimeout(resolve));
  }
  file.resize(BLOCKS * BLOCK);
  file.flush();
  file.close();
  scope.postMessage({ final: BLOCKS * BLOCK, isClosed: true });
};
