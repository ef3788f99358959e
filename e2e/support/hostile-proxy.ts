/** A server in front of a relay that does with its answers what an operator could, or a thief. */
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What becomes of an answer: its bytes, or the JSON in them, changed. */
export interface Malice {
  /** Method and path with query, such as `GET /api/vault/heads?above=3`. */
  readonly on: RegExp;
  readonly bytes?: (body: Buffer, on: string) => Buffer;
  readonly json?: (body: never) => unknown;
}

export class HostileProxy {
  readonly #target: string;
  readonly #server: Server;
  /** Applied to each answer, in their order; none at first. */
  malice: Malice[] = [];
  /** Method and path of each request, as they came. */
  readonly asked: string[] = [];

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((incoming, outgoing) => {
      this.#answer(incoming).then(
        ({ status, headers, body }) => outgoing.writeHead(status, headers).end(body),
        () => outgoing.destroy()
      );
    });
  }

  static async before(target: string): Promise<HostileProxy> {
    const proxy = new HostileProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get origin(): string {
    return `http://localhost:${String((this.#server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(incoming: IncomingMessage) {
    const on = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    this.asked.push(on);
    // A feed never ends: devices ask by themselves as well.
    if (on.endsWith('/vault/feed')) throw new Error('no feed');
    const asking = request(`${this.#target}${incoming.url ?? ''}`, {
      method: incoming.method,
      // What is changed here must not be packed.
      headers: { ...incoming.headers, 'accept-encoding': 'identity' }
    });
    incoming.pipe(asking);
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    let body = Buffer.concat(parts);
    for (const { bytes, json } of this.malice.filter((one) => one.on.test(on))) {
      if (bytes) body = Buffer.from(bytes(body, on));
      if (json) body = Buffer.from(JSON.stringify(json(JSON.parse(body.toString()) as never)));
    }
    const { 'content-length': length, ...headers } = answer.headers;
    delete headers['transfer-encoding'];
    return {
      status: answer.statusCode ?? 502,
      headers: { ...headers, 'content-length': incoming.method === 'HEAD' ? (length ?? '0') : String(body.length) },
      body
    };
  }
}
