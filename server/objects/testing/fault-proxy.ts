/** Stands before a real S3 endpoint and makes the faults that it does not make by itself: 503, silence, a reset. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  | 'unavailable'
  /** Cuts the connection after this many bytes of the request's body. */
  | { readonly resetAfter: number }
  /** Does what is asked, and loses the answer. */
  | 'answer-lost'
  /** Takes the request and says nothing. */
  | 'stall';

export type Plan = (method: string, path: string) => Fault | undefined;

export class FaultProxy {
  plan: Plan = () => undefined;
  /** Every request that came, as `METHOD /path`. */
  readonly seen: string[] = [];
  readonly #server: Server;
  readonly #target: URL;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, response) => this.#answer(incoming, response));
    this.#server.on('checkContinue', (incoming: IncomingMessage, response: ServerResponse) => {
      response.writeContinue();
      this.#answer(incoming, response);
    });
  }

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = incoming;
    this.seen.push(`${method} ${url}`);
    const fault = this.plan(method, url);
    if (fault === 'stall') return;
    if (fault === 'unavailable') {
      incoming.resume().on('end', () => response.writeHead(503).end());
      return;
    }
    const { expect: _, ...headers } = incoming.headers;
    const options = { host: this.#target.hostname, port: this.#target.port, method, path: url, headers };
    const onward = request(options, (answer) => {
      if (fault === 'answer-lost') {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => incoming.socket.destroy());
    incoming.on('close', () => {
      if (!incoming.complete) onward.destroy();
    });
    if (typeof fault === 'object') {
      let left = fault.resetAfter;
      incoming.on('data', (chunk: Buffer) => {
        left -= chunk.length;
        if (left > 0) return;
        incoming.socket.resetAndDestroy();
        onward.destroy();
      });
    }
    incoming.pipe(onward);
  }
}
