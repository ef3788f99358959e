/** Gives what the vault opens to whoever holds the other end of a port, range by range (clip-port.ts). */
import type { Bytes } from '#shared/bytes.ts';
import { toSvjError } from '#shared/errors.ts';
import { READ_BYTES, type ClipAnswer, type ClipQuestion } from '#web/workers/clip-port.ts';

/** Something opened; `close` gives the file back. */
export interface RangeReader {
  readonly size: number;
  readonly mime: string;
  /** Bytes `[from, to)`. @throws `range/not-satisfiable`, `seal/damaged`, `seal/truncated` */
  read(from: number, to: number): Promise<Bytes>;
  close(): void;
}

/** Well within what the far end waits for an answer. */
const WORKING_EVERY_MS = 2_000;

/** Answers the questions that come over the port until it is closed. What `open` throws is said over it too. */
export async function serveRanges(open: () => Promise<RangeReader>, port: MessagePort): Promise<undefined> {
  const say = (answer: ClipAnswer, transfer: Transferable[] = []): void => {
    port.postMessage(answer, transfer);
  };
  /** What lies on the relay may take its time. */
  const whileWorking = async <T>(work: Promise<T>): Promise<T> => {
    const working = setInterval(() => say({ type: 'working' }), WORKING_EVERY_MS);
    return work.finally(() => clearInterval(working));
  };
  let reader: RangeReader;
  try {
    reader = await whileWorking(open());
  } catch (thrown) {
    say({ type: 'failed', code: toSvjError(thrown).code });
    port.close();
    return undefined;
  }
  let turn = Promise.resolve();
  port.onmessage = (event: MessageEvent<ClipQuestion>) => {
    const question = event.data;
    turn = turn.then(() => answer(question));
  };
  async function answer(question: ClipQuestion): Promise<void> {
    if (question.type === 'close') {
      reader.close();
      port.close();
      return;
    }
    try {
      const to = Math.min(question.to, question.from + READ_BYTES);
      const bytes = await whileWorking(reader.read(question.from, to));
      say({ type: 'bytes', bytes }, [bytes.buffer]);
    } catch (thrown) {
      say({ type: 'failed', code: toSvjError(thrown).code });
    }
  }
  say({ type: 'opened', size: reader.size, mime: reader.mime });
  return undefined;
}
