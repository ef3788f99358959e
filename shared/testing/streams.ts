/** Driving streams and generators chunk by chunk, and keeping all that came out before an error. */
import { concat, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';

/** `ok`, `wrong-key`, or the code of the error. */
export interface Outcome {
  readonly result: string;
  /** Every byte released, those before an error included. */
  readonly released: Bytes;
}

/** `data` in chunks of the given lengths in turn. */
export function* chunked(data: Bytes, ...lengths: readonly number[]): Generator<Bytes, void, undefined> {
  for (let at = 0, turn = 0; at < data.length; turn++) {
    const length = Math.max(1, lengths[turn % lengths.length] ?? data.length);
    yield data.slice(at, at + length);
    at += length;
  }
}

export async function through(chunks: Iterable<Bytes>, transform: TransformStream<Bytes, Bytes>): Promise<Outcome> {
  const source = chunks[Symbol.iterator]();
  const input = new ReadableStream<Bytes>({
    pull(controller) {
      const next = source.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    }
  });
  return drain(values(input.pipeThrough(transform)));
}

export async function drain(parts: AsyncIterable<Bytes>): Promise<Outcome> {
  const released: Bytes[] = [];
  try {
    for await (const part of parts) released.push(part);
    return { result: 'ok', released: concat(...released) };
  } catch (thrown) {
    return { result: codeOf(thrown), released: concat(...released) };
  }
}

// Not every browser iterates streams.
async function* values(stream: ReadableStream<Bytes>): AsyncGenerator<Bytes, void, undefined> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

export async function outcomeOf(work: () => Promise<Bytes | null>): Promise<Outcome> {
  try {
    const released = await work();
    return released === null ? { result: 'wrong-key', released: new Uint8Array() } : { result: 'ok', released };
  } catch (thrown) {
    return { result: codeOf(thrown), released: new Uint8Array() };
  }
}

/** Anything but an error of the table is a bug: let the test see it. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof SvjError)) throw thrown;
  const wrongKey = thrown.code === 'seal/header-mismatch' && thrown.detail === 'key';
  return wrongKey ? 'wrong-key' : thrown.code;
}
