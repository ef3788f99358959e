/** A device before the real relay, over a line that a test can cut at every request. */
import { concat, randomBytes, type Bytes } from '#shared/bytes.ts';
import { newObjectId, type ObjectId } from '#shared/ids.ts';
import { RelayClient } from '../relay-client.ts';
import type { Fetch } from '../relay-transport.ts';
import { Uploader } from '../uploader.ts';
import { MemoryTransfers } from './memory-transfers.ts';

interface Query {
  selectAll(): Query;
  where(column: string, is: '=', value: string): Query;
  execute(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** As much as is used of `server/testing/relay-client.ts`, whose types are Node's. */
interface TestRelay {
  readonly relay: { readonly database: { readonly query: { selectFrom(table: string): Query } } };
  dispose(): Promise<void>;
  fetch(path: string, init: RequestInit, address: string): Promise<Response>;
  client(): TestClient;
  pass(ms: number): void;
}
interface TestClient {
  cookie: string | undefined;
  call(method: string, path: string): Promise<unknown>;
}
interface RelayTesting {
  readonly TestRelay: { temporary(): Promise<TestRelay> };
  readonly TestPerson: new () => {
    signUp(client: TestClient): Promise<unknown>;
    signInFully(client: TestClient): Promise<void>;
  };
}

const TESTING = new URL('../../../server/testing/relay-client.ts', import.meta.url).href;

/** More than a browser gives at once. */
export function manyRandomBytes(length: number): Bytes {
  const pieces = Array.from({ length: Math.ceil(length / 65_536) }, () => randomBytes(65_536));
  return concat(...pieces).subarray(0, length);
}

/** What happens to a request: it never gets there, a half of its body does, or its answer is lost. */
export type Cut = 'before' | 'within' | 'after';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly bytes: number;
}

/** Counts requests, from 0, and breaks those that the test wants broken. */
export class Line {
  readonly sent: Sent[] = [];
  cutAt: (request: number, sent: Sent) => Cut | null = () => null;
  /** Stands between the relay and the device. */
  change: (sent: Sent, answer: Response) => Response | Promise<Response> = (_sent, answer) => answer;

  /** What the last answer said that the relay has of an upload. */
  acknowledged = 0;

  /** Bytes of bodies, as far as they got there. */
  get bytes(): number {
    return this.sent.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** As `PATCH` or `POST /api/tickets`; upload secrets and object ids are left out. */
  get requests(): string[] {
    return this.sent.map(({ method, path }) => `${method} ${path.replace(/\/[0-9a-f]{32,}$/, '/…')}`);
  }

  through(fetch: Fetch): Fetch {
    return async (path, init) => {
      const body = init.body instanceof Blob ? init.body : null;
      const request = {
        method: init.method ?? 'GET',
        path,
        headers: new Headers(init.headers),
        bytes: body?.size ?? 0
      };
      const cut = this.cutAt(this.sent.length, request);
      const arrived = cut === 'within' && body !== null ? body.slice(0, Math.floor(body.size / 2)) : body;
      this.sent.push({ ...request, bytes: cut === 'before' ? 0 : (arrived?.size ?? 0) });
      if (cut === 'before') throw new TypeError('Failed to fetch');
      const answer = await fetch(path, arrived === null ? init : { ...init, body: arrived });
      if (cut !== null) throw new TypeError('Failed to fetch');
      this.acknowledged = Number(answer.headers.get('Upload-Offset') ?? this.acknowledged);
      return this.change(request, answer);
    };
  }
}

export interface Device {
  readonly line: Line;
  readonly relay: RelayClient;
  readonly transfers: MemoryTransfers;
  /** What lies on the disk. */
  readonly files: Map<ObjectId, Blob>;
  /** How long the uploader waited, in order; it waits for none of it. */
  readonly pauses: number[];
  /** As a page that was just loaded makes it: over the same disk and database. */
  uploader(): Uploader;
  /** Puts random bytes on the disk. */
  store(size: number): { readonly objectId: ObjectId; readonly bytes: Bytes };
  signIn(): Promise<void>;
  signOut(): Promise<void>;
}

export class Rig {
  readonly relay: TestRelay;
  readonly #testing: RelayTesting;

  private constructor(relay: TestRelay, testing: RelayTesting) {
    this.relay = relay;
    this.#testing = testing;
  }

  static async open(): Promise<Rig> {
    const testing = (await import(/* @vite-ignore */ TESTING)) as RelayTesting;
    return new Rig(await testing.TestRelay.temporary(), testing);
  }

  /** Of a new account, signed in. */
  async device(chunkBytes = 100_000): Promise<Device> {
    const client = this.relay.client();
    const person = new this.#testing.TestPerson();
    await person.signUp(client);
    const line = new Line();
    const fetch = line.through((path, init) => this.#fetch(client, path, init));
    const relay = new RelayClient(fetch);
    const transfers = new MemoryTransfers();
    const files = new Map<ObjectId, Blob>();
    const pauses: number[] = [];
    const open = (objectId: ObjectId) => Promise.resolve(files.get(objectId) ?? null);
    const pause = (ms: number) => {
      pauses.push(ms);
      return new Promise<void>((resolve) => setTimeout(resolve));
    };
    return {
      ...{ line, relay, transfers, files, pauses },
      uploader: () => new Uploader({ relay, fetch, transfers, open, pause, random: () => 0, chunkBytes }),
      store(size) {
        const [objectId, bytes] = [newObjectId(), manyRandomBytes(size)];
        files.set(objectId, new Blob([bytes]));
        return { objectId, bytes };
      },
      signIn: () => person.signInFully(client),
      signOut: async () => {
        await client.call('DELETE', '/session');
      }
    };
  }

  /** What the relay has of an object: rows in its database. */
  async objects(objectId: ObjectId): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.#rows('objects', objectId);
  }

  async uploads(objectId: ObjectId): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.#rows('uploads', objectId);
  }

  #rows(table: string, objectId: ObjectId) {
    return this.relay.relay.database.query.selectFrom(table).selectAll().where('object_id', '=', objectId).execute();
  }

  #fetch({ cookie = '' }: TestClient, path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('Sec-Fetch-Site', 'same-origin');
    headers.set('Cookie', `__Host-svj=${cookie}`);
    return this.relay.fetch(path, { ...init, headers }, '192.0.2.7');
  }
}
