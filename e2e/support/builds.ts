/** A relay in front of the relay, that can serve another build, a broken one, or none at all. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const WORKER = '/service-worker.js';
/** Of the document; its scripts and their hashes are the same in every build here. */
const MARK = '<meta name="referrer"';

export class Builds {
  readonly #server: Server;
  readonly #origin: string;
  readonly #answers = new Map<string, Answer>();

  private constructor(server: Server, origin: string) {
    this.#server = server;
    this.#origin = origin;
  }

  /** @param origin of the relay whose build is served unless something else is said */
  static async start(origin: string): Promise<Builds> {
    const server = createServer();
    const builds = new Builds(server, origin);
    server.on('request', (request, response) => {
      void builds.#answer(request.url ?? '/', request.headers).then(({ status, headers, body }) => {
        response.writeHead(status, headers).end(body);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return builds;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** From now on a build that is marked by `name`, whole in itself. `altered`: one of its files is not what it should be. */
  async serve(name: string, { altered = false } = {}): Promise<void> {
    const page = (await this.#original('/')).replace(MARK, `<meta name="build" content="${name}" />${MARK}`);
    const worker = await this.#original(WORKER);
    const { version } = JSON.parse(await this.#original('/_app/version.json')) as { version: string };
    const documentHash = /\\"\/\\":\\"(sha256-[^"\\]+)\\"/.exec(worker)?.[1] ?? '';
    if (documentHash === '') throw new Error('The service worker names no hash of the document.');
    const wanted = `sha256-${createHash('sha256').update(page).digest('base64')}`;
    const served = altered ? page.replace('</body>', '<!-- altered --></body>') : page;
    this.#answers.set('/', { status: 200, type: 'text/html; charset=utf-8', body: served });
    this.answer(
      WORKER,
      worker.replaceAll(version, `${version}-${name}`).replace(documentHash, () => wanted)
    );
  }

  /** Something else under this address; an empty status-404 answer for null. */
  answer(path: string, body: string | null): void {
    this.#answers.set(path, {
      status: body === null ? 404 : 200,
      type: 'text/javascript; charset=utf-8',
      body: body ?? ''
    });
  }

  async #original(path: string): Promise<string> {
    return (await fetch(this.#origin + path, { headers: { Accept: 'text/html' } })).text();
  }

  async #answer(
    path: string,
    asked: NodeJS.Dict<string | string[]>
  ): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
    const screen = asked['sec-fetch-dest'] === 'document';
    // What is asked for decides what the relay answers, so it is asked in the same words.
    const headers = { Accept: String(asked['accept'] ?? '*/*'), 'Accept-Encoding': 'identity' };
    const response = await fetch(this.#origin + path, { headers });
    const kept = Object.fromEntries(
      [...response.headers].filter(
        ([name]) => !['content-encoding', 'content-length', 'transfer-encoding', 'connection'].includes(name)
      )
    );
    const { pathname } = new URL(path, this.#origin);
    const other = this.#answers.get(pathname) ?? (screen ? this.#answers.get('/') : undefined);
    if (!other) return { status: response.status, headers: kept, body: Buffer.from(await response.arrayBuffer()) };
    delete kept['etag'];
    return { status: other.status, headers: { ...kept, 'content-type': other.type }, body: Buffer.from(other.body) };
  }
}
