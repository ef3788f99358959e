/**
 * Typed calls between the page and a worker: closed message unions with an id and
 * success-or-error, explicit transfer, cancel by AbortSignal, progress.
 */
import { isErrorCode, SvjError, toSvjError, type ErrorCode } from '#shared/errors.ts';
import type { Call } from './contracts.ts';

/** A contract: an interface whose members are all `Call`s. */
export type ContractOf<C> = { readonly [Name in keyof C]: Call<unknown, unknown, unknown> };

type Request =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number };

type Response =
  | { readonly type: 'done'; readonly id: number; readonly output: unknown }
  | { readonly type: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly code: ErrorCode; readonly detail: string | undefined };

/** The side that answers: a worker's global scope, or a port. */
interface Endpoint {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

export interface CallOptions<Progress> {
  readonly signal?: AbortSignal;
  readonly transfer?: Transferable[];
  readonly progress?: (progress: Progress) => void;
}

export interface HandlerContext<Progress> {
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export type Handlers<C extends ContractOf<C>> = {
  readonly [Name in keyof C]: (
    input: C[Name]['input'],
    context: HandlerContext<C[Name]['progress']>
  ) =>
    | C[Name]['output']
    | Promise<C[Name]['output']>
    | Transferred<C[Name]['output']>
    | Promise<Transferred<C[Name]['output']>>;
};

/** A result whose buffers move instead of being copied. */
export class Transferred<Output> {
  readonly output: Output;
  readonly transfer: Transferable[];

  constructor(output: Output, transfer: Transferable[]) {
    this.output = output;
    this.transfer = transfer;
  }
}

/** Answers calls on `scope` by `handlers`. Worker files consist of one such line. */
export function serve<C extends ContractOf<C>>(scope: Endpoint, handlers: Handlers<C>): void {
  const running = new Map<number, AbortController>();
  scope.addEventListener('message', (event) => {
    const request = event.data as Request;
    if (request.type === 'cancel') running.get(request.id)?.abort();
    else void answer(request);
  });

  async function answer(request: Request & { type: 'call' }): Promise<void> {
    const { id, method } = request;
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (!Object.hasOwn(handlers, method)) throw new SvjError('call/unknown-method');
      const handler = handlers[method as keyof C];
      const result: unknown = await handler(request.input, {
        signal: controller.signal,
        progress: (progress) => {
          post({ type: 'progress', id, progress }, []);
        }
      });
      if (result instanceof Transferred) post({ type: 'done', id, output: result.output as unknown }, result.transfer);
      else post({ type: 'done', id, output: result }, []);
    } catch (thrown) {
      const error = toSvjError(thrown);
      post({ type: 'failed', id, code: error.code, detail: error.detail }, []);
    } finally {
      running.delete(id);
    }
  }

  function post(response: Response, transfer: Transferable[]): void {
    scope.postMessage(response, transfer);
  }
}

interface Pending {
  resolve(output: unknown): void;
  reject(error: SvjError): void;
  progress: ((progress: never) => void) | undefined;
}

/** The calling side of a worker. Ending it rejects what is under way. */
export class WorkerClient<C extends ContractOf<C>> {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #ended = false;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener('message', (event: MessageEvent<unknown>) => {
      this.#receive(event.data as Response);
    });
    worker.addEventListener('error', () => {
      this.end('call/worker-died');
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  call<Name extends keyof C & string>(
    method: Name,
    input: C[Name]['input'],
    options: CallOptions<C[Name]['progress']> = {}
  ): Promise<C[Name]['output']> {
    const { signal, transfer = [], progress } = options;
    if (this.#ended) return Promise.reject(new SvjError('call/worker-died'));
    if (signal?.aborted) return Promise.reject(new SvjError('call/aborted'));
    const id = this.#nextId++;
    return new Promise<C[Name]['output']>((resolve, reject) => {
      const cancel = (): void => {
        this.#post({ type: 'cancel', id }, []);
      };
      const settled = (): void => {
        this.#pending.delete(id);
        signal?.removeEventListener('abort', cancel);
      };
      this.#pending.set(id, {
        resolve: (output) => {
          settled();
          resolve(output);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
        progress
      });
      signal?.addEventListener('abort', cancel);
      this.#post({ type: 'call', id, method, input }, transfer);
    });
  }

  /** Ends the worker at once: its memory, and every key in it, is gone. */
  end(code: ErrorCode = 'call/aborted'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#worker.terminate();
    for (const pending of [...this.#pending.values()]) pending.reject(new SvjError(code));
  }

  #post(request: Request, transfer: Transferable[]): void {
    this.#worker.postMessage(request, transfer);
  }

  #receive(response: Response): void {
    const pending = this.#pending.get(response.id);
    if (pending === undefined) return;
    if (response.type === 'done') pending.resolve(response.output);
    else if (response.type === 'progress') pending.progress?.(response.progress as never);
    else pending.reject(new SvjError(isErrorCode(response.code) ? response.code : 'internal', response.detail));
  }
}
