/**
 * A reader's line to the vault: a port that answers questions, one at a time. Says what clip-port.ts says, and adds only a
 * limit to waiting: a locked vault is an ended worker, and an ended worker does not answer.
 */
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { ClipAnswer, ClipQuestion } from './clip-port.ts';

/** How long the page and the vault may take for one answer, ms. */
export const ANSWER_MS = 10_000;

export class ClipSource {
  /** Of the virtual file, in bytes. */
  readonly size: number;
  readonly mime: string;
  readonly #line: Line;

  private constructor(line: Line, size: number, mime: string) {
    this.#line = line;
    this.size = size;
    this.mime = mime;
  }

  /**
   * @param handOver gives the far end of the line to whoever leads to the vault
   * @throws what the vault failed with; `call/worker-died` when nobody answers in time
   */
  static open(handOver: (port: MessagePort) => void, answerMs = ANSWER_MS): Promise<ClipSource> {
    const { port1, port2 } = new MessageChannel();
    handOver(port2);
    return ClipSource.over(port1, answerMs);
  }

  /** The same over a line whose far end was handed over already. */
  static async over(port: MessagePort, answerMs = ANSWER_MS): Promise<ClipSource> {
    const line = new Line(port, answerMs);
    const answer = await line.next();
    if (answer.type === 'opened') return new ClipSource(line, answer.size, answer.mime);
    line.hangUp();
    throw new SvjError('internal', 'clip answer');
  }

  /**
   * Bytes `[from, to)`, at most READ_BYTES of them. Not to be called again before it has settled.
   *
   * @throws what the vault failed with; the source is closed then
   */
  async read(from: number, to: number): Promise<Bytes> {
    const answered = this.#line.next();
    this.#line.ask({ type: 'read', from, to });
    const answer = await answered;
    if (answer.type === 'bytes' && answer.bytes.length === to - from) return answer.bytes;
    this.close();
    throw new SvjError('internal', 'clip answer');
  }

  close(): void {
    this.#line.hangUp();
  }
}

/** Failures and silence become rejections; everything else is the next answer. */
class Line {
  readonly #port: MessagePort;
  readonly #answerMs: number;
  #waiting: PromiseWithResolvers<ClipAnswer> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #broken: SvjError | undefined;

  constructor(port: MessagePort, answerMs: number) {
    this.#port = port;
    this.#answerMs = answerMs;
    port.addEventListener('message', (event: MessageEvent<ClipAnswer>) => {
      if (event.data.type === 'failed') this.#break(new SvjError(event.data.code));
      else if (event.data.type === 'working') this.#rearm();
      else this.#waiting?.resolve(event.data);
    });
    // Where browsers tell that the far end is gone, a locked vault is known at once.
    port.addEventListener('close', () => this.#break(new SvjError('vault/locked')));
    port.start();
  }

  async next(): Promise<ClipAnswer> {
    if (this.#broken) throw this.#broken;
    const waiting = Promise.withResolvers<ClipAnswer>();
    this.#waiting = waiting;
    this.#rearm();
    try {
      return await waiting.promise;
    } finally {
      this.#waiting = undefined;
      clearTimeout(this.#timer);
    }
  }

  /** Waits anew, if anybody waits. */
  #rearm(): void {
    clearTimeout(this.#timer);
    if (this.#waiting === undefined) return;
    this.#timer = setTimeout(() => this.#break(new SvjError('call/worker-died', 'no answer')), this.#answerMs);
  }

  ask(question: ClipQuestion & { type: 'read' }): void {
    if (!this.#broken) this.#port.postMessage(question);
  }

  hangUp(): void {
    this.#break(new SvjError('call/aborted'));
  }

  /** The vault keeps the file open until it hears of the end, whoever brought it about. */
  #break(error: SvjError): void {
    if (this.#broken) return;
    this.#broken = error;
    this.#waiting?.reject(error);
    const close: ClipQuestion = { type: 'close' };
    this.#port.postMessage(close);
    this.#port.close();
  }
}
