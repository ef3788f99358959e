/**
 * The body of an answer: a stream that reads when the player takes, and one piece ahead of it. Pieces begin small, so
 * that the first picture after a seek does not wait for bytes it does not need.
 */
import type { Bytes } from '#shared/bytes.ts';
import { toSvjError, type SvjError } from '#shared/errors.ts';
import { READ_BYTES } from '#web/workers/clip-port.ts';

export interface ByteReader {
  /** Bytes from `from` on, at least one and none from `to` on; one call at a time. */
  read(from: number, to: number): Promise<Bytes>;
  close(): void;
}

const FIRST_READ_BYTES = 64 * 1024;

export interface ClipStream {
  readonly body: ReadableStream<Bytes>;
  /** Settles when nothing more will be read: taken to the end, cancelled, ended or failed. */
  readonly done: Promise<void>;
  /** Ends it at once, as after a lock. */
  end(reason: SvjError): void;
}

/** @param onFailure with the place of the first byte that could not be given */
export function clipStream(
  reader: ByteReader,
  from: number,
  to: number,
  onFailure: (error: SvjError, at: number) => void
): ClipStream {
  const finished = Promise.withResolvers<undefined>();
  let stop: (error: SvjError) => void = () => undefined;
  let length = FIRST_READ_BYTES;
  let at = from;
  let ahead: Promise<Bytes> | undefined;
  /** A player that seeks cancels in the middle of a read: what comes of that read concerns nobody any more. */
  let closed = false;

  const readOn = (): void => {
    ahead = at < to ? reader.read(at, Math.min(to, at + length)) : undefined;
    // Whoever takes it hears of a failure; nobody may.
    ahead?.catch(() => undefined);
    length = Math.min(2 * length, READ_BYTES);
  };

  const close = (): void => {
    closed = true;
    reader.close();
    finished.resolve(undefined);
  };

  const body = new ReadableStream<Bytes>(
    {
      start(controller) {
        stop = (error) => {
          controller.error(error);
          close();
        };
        readOn();
      },
      async pull(controller) {
        try {
          const bytes = await ahead;
          if (closed) return;
          if (bytes) {
            at += bytes.length;
            readOn();
            controller.enqueue(bytes);
          }
          if (at < to) return;
          controller.close();
          close();
        } catch (thrown) {
          if (closed) return;
          const error = toSvjError(thrown);
          onFailure(error, at);
          stop(error);
        }
      },
      cancel: close
    },
    { highWaterMark: 0 }
  );
  return { body, done: finished.promise, end: (reason) => stop(reason) };
}
