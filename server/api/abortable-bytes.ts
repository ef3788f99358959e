/** A body that ends with its signal, also while its source says nothing at all. */
import { SvjError } from '#shared/errors.ts';

/** @throws `call/aborted`, or the reason of the signal where that has a code of its own */
export async function* abortableBytes(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await nextUnlessAborted(source, signal);
      if (next.done === true) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    // Not awaited: a source that says nothing does not answer this either.
    if (!ended) void Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

/** A promise of its own for every chunk: racing one that lives as long as the upload would keep every chunk's race. */
function nextUnlessAborted(
  source: AsyncIterator<Uint8Array>,
  signal: AbortSignal
): Promise<IteratorResult<Uint8Array, unknown>> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(reasonOf(signal));
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    source
      .next()
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener('abort', abort);
      });
  });
}

function reasonOf({ reason }: AbortSignal): SvjError {
  return reason instanceof SvjError ? reason : new SvjError('call/aborted', undefined, reason);
}
