/** Stands between the browser and a relay and keeps every byte that the browser sends, whoever in it sent them. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class Wiretap {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #sent: Buffer[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param origin of the relay, such as `http://localhost:41234` */
  static async start(origin: string): Promise<Wiretap> {
    const { hostname, port } = new URL(origin);
    const server = createServer();
    const tap = new Wiretap(server);
    server.on('connection', (browser) => {
      const relay = connect(Number(port), hostname);
      browser.on('data', (bytes) => tap.#sent.push(bytes));
      browser.pipe(relay).pipe(browser);
      for (const [socket, other] of [
        [browser, relay],
        [relay, browser]
      ] as const) {
        tap.#sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => tap.#sockets.delete(socket));
      }
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return tap;
  }

  get origin(): string {
    return `http://localhost:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** In the order in which they came, connections mixed. */
  get sent(): Buffer {
    return Buffer.concat(this.#sent);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }
}
