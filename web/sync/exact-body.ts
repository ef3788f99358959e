/** The body of an answer of which the length is known: not a byte more is held, whatever the relay sends. */
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { networkError } from './relay-transport.ts';

/** @throws `relay/answer` for one that is longer or shorter, `relay/unreachable`, `call/aborted` */
export async function readExactly(response: Response, length: number): Promise<Bytes> {
  const bytes = new Uint8Array(length);
  const reader = response.body?.getReader();
  let at = 0;
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read().catch((thrown: unknown) => {
        throw networkError(thrown);
      });
      if (done) break;
      if (value.length > length - at) throw new SvjError('relay/answer', 'too long');
      bytes.set(value, at);
      at += value.length;
    }
  } finally {
    // Or the rest of what nobody wants goes on arriving.
    await reader?.cancel().catch(() => undefined);
  }
  if (at !== length) throw new SvjError('relay/answer', 'too short');
  return bytes;
}
