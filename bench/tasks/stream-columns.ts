/** One column of `seal` or `open`, by name: what a host (Node process or browser worker) keeps between runs. */
import type { Bytes } from '../../shared/bytes.ts';
import { limitSeal, prepareLimitOpen } from './limit.ts';
import { pattern, prepareOpen, productCipher, runSeal, type StreamPeer, type StreamRun } from './stream.ts';

export type StreamWork = 'seal' | 'open';
export type LoadPeer = (name: string) => Promise<unknown>;

export interface StreamColumn {
  readonly work: StreamWork;
  /** `product`, `limit`, or the name of a peer. */
  readonly by: string;
  readonly bytes: number;
}

/** @param given plaintext to use instead of random bytes */
export async function prepareStream(
  { work, by, bytes }: StreamColumn,
  loadPeer: LoadPeer,
  given: Bytes | null
): Promise<() => Promise<StreamRun>> {
  const source = given ?? pattern();
  if (by === 'limit') return work === 'seal' ? () => limitSeal(source, bytes) : prepareLimitOpen(source, bytes);
  const cipher = by === 'product' ? await productCipher() : await ((await loadPeer(by)) as StreamPeer).streamCipher();
  return work === 'seal' ? () => runSeal(cipher, source, bytes) : prepareOpen(cipher, source, bytes);
}
