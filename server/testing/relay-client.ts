/** A relay in process with a clock of its own, and clients that keep a cookie as a browser does. For tests. */
import { randomBytes } from 'node:crypto';
import { BlockList } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { codeAt } from '#server/accounts/totp.ts';
import type { DatabasePlace } from '#server/db/database.ts';
import { Relay } from '#server/relay.ts';

const KEYS = `test:${randomBytes(32).toString('hex')}`;
const START = Date.UTC(2026, 10, 22, 12);
const STEP_MS = 30_000;
const MIB = 1024 * 1024;

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly json: T;
  readonly headers: Headers;
}

/** A relay that clients can talk to, wherever it runs. */
export interface Reached {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Lets time go by, where it can be. */
  pass(ms: number): void;
  /** @param address that the request seems to come from: limits go by it */
  fetch(path: string, init: RequestInit, address: string): Promise<Response>;
}

export class TestRelay implements Reached {
  readonly relay: Relay;
  readonly dataDir: string;
  readonly #app: Pick<Hono, 'fetch'>;
  readonly #clock: { now: number };

  private constructor(relay: Relay, dataDir: string, clock: { now: number }) {
    this.relay = relay;
    this.dataDir = dataDir;
    this.#clock = clock;
    this.#app = new Hono().route('/api', relay.api);
  }

  /** @param place a folder for the log too */
  static async open({ url, dataDir }: DatabasePlace, clock = { now: START }): Promise<TestRelay> {
    const relay = await Relay.open(
      {
        databaseUrl: url,
        dataDir,
        keyring: { kind: 'text', text: KEYS },
        proxies: proxiesOf('10.9.9.9'),
        sessionIdleMinutes: 30,
        logRetentionDays: 30,
        storage: { primary: { kind: 'folder', folder: join(dataDir, 'objects') }, replica: undefined },
        uploads: { quota: 64 * MIB, maxObjectBytes: 16 * MIB }
      },
      () => clock.now
    );
    return new TestRelay(relay, dataDir, clock);
  }

  /** In a folder of its own, which goes with {@link dispose}. */
  static async temporary(): Promise<TestRelay> {
    return TestRelay.open({ url: undefined, dataDir: await mkdtemp(join(tmpdir(), 'svj-relay-')) });
  }

  async dispose(): Promise<void> {
    await this.relay.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  get now(): number {
    return this.#clock.now;
  }

  pass(ms: number): void {
    this.#clock.now += ms;
  }

  client(): TestClient {
    return new TestClient(this);
  }

  /** As a proxy forwards it: the address may be chosen, for limits go by it. */
  fetch(path: string, init: RequestInit, address: string): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('X-Forwarded-For', address);
    const socket = { socket: { remoteAddress: '10.9.9.9', remotePort: 1, remoteFamily: 'IPv4' } };
    const request = new Request(`http://relay.test${path}`, { ...init, headers });
    return Promise.resolve(this.#app.fetch(request, { server: { incoming: socket } }));
  }
}

function proxiesOf(address: string): BlockList {
  const proxies = new BlockList();
  proxies.addAddress(address);
  return proxies;
}

export class TestClient {
  /** Another one once it was started again. */
  relay: Reached;
  readonly deviceId = randomBytes(16).toString('hex');
  /** In a block of its own: limits go by blocks. */
  address = `100.${[...randomBytes(2)].join('.')}.7`;
  cookie: string | undefined;

  constructor(relay: Reached) {
    this.relay = relay;
  }

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const headers: Record<string, string> = { 'Sec-Fetch-Site': 'same-origin' };
    if (this.cookie !== undefined) headers['Cookie'] = `__Host-svj=${this.cookie}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await this.relay.fetch(`/api${path}`, init, this.address);
    const token = /__Host-svj=([^;]*)/.exec(response.headers.get('Set-Cookie') ?? '')?.[1];
    if (token !== undefined) this.cookie = token === '' ? undefined : token;
    const text = await response.text();
    return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as T, headers: response.headers };
  }
}

/** A person with a journal, as the relay sees it: random bytes. */
export class TestPerson {
  readonly name: string;
  readonly vaultId = randomBytes(16).toString('hex');
  auth = randomBytes(32).toString('base64');
  readonly recoveryAuth = randomBytes(32).toString('base64');
  recoveryCodes: string[] = [];
  seed: Uint8Array = new Uint8Array();

  constructor(name = randomBytes(8).toString('hex')) {
    this.name = name;
  }

  signUpBody(client: TestClient) {
    return {
      name: this.name,
      vaultId: this.vaultId,
      deviceId: client.deviceId,
      kdf: randomBytes(48).toString('base64'),
      auth: this.auth,
      recoveryAuth: this.recoveryAuth,
      vault: vaultHeader()
    };
  }

  /** Signs up with a second factor; the client is signed in. */
  async signUp(client: TestClient): Promise<this> {
    await client.call('POST', '/account', this.signUpBody(client));
    await this.setUpFactor(client);
    const { json, status } = await client.call<{ recoveryCodes: string[] }>('POST', '/second-factor/totp/confirm', {
      code: this.code(client.relay)
    });
    if (status !== 200) throw new Error(JSON.stringify(json));
    this.recoveryCodes = json.recoveryCodes;
    // The code counts once: the next one is for the next step.
    client.relay.pass(STEP_MS);
    return this;
  }

  async setUpFactor(client: TestClient): Promise<void> {
    const { json } = await client.call<{ secret: string }>('POST', '/second-factor/totp');
    this.seed = fromBase32(json.secret);
  }

  signIn(
    client: TestClient,
    proof: { auth: string } | { recoveryAuth: string } = { auth: this.auth }
  ): Promise<Answer> {
    return client.call('POST', '/session', { name: this.name, deviceId: client.deviceId, ...proof });
  }

  /** Both steps, on another device. */
  async signInFully(client: TestClient): Promise<void> {
    await this.signIn(client);
    const { status } = await client.call('POST', '/session/second-factor', { code: this.code(client.relay) });
    if (status !== 200) throw new Error(`signed in with ${String(status)}`);
    client.relay.pass(STEP_MS);
  }

  code(relay: Reached): string {
    return codeAt(this.seed, relay.now);
  }
}

export function vaultHeader() {
  const some = (length: number): string => randomBytes(length).toString('base64');
  return {
    slots: [
      { slotId: randomBytes(16).toString('hex'), kind: 'passphrase', kdf: some(48), wrap: some(230) },
      { slotId: randomBytes(16).toString('hex'), kind: 'recovery', kdf: null, wrap: some(230) }
    ],
    recoveryCopy: some(230),
    inbox: { number: 1, publicKey: some(65), privateKey: some(400) }
  };
}

/** As an authenticator app reads a seed. */
export function fromBase32(text: string): Uint8Array {
  const bits = Array.from(text, (digit) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0')
  );
  return Uint8Array.from(bits.join('').match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
