/** Tickets, uploads and objects put together over a database and a store, with a session that is just said. */
import { randomFillSync } from 'node:crypto';
import { Hono } from 'hono';
import { Drain } from '#server/api/drain.ts';
import { Database, type DatabasePlace } from '#server/db/database.ts';
import type { ObjectStore } from '#server/objects/object-store.ts';
import { randomBytes, type Bytes } from '#shared/bytes.ts';
import { newObjectId } from '#shared/ids.ts';
import { Leases } from '../lease.ts';
import { objectRoutes } from '../object-routes.ts';
import type { Ticker } from '#server/api/progress-guard.ts';
import { StoredObjects } from '../stored-objects.ts';
import { Tickets } from '../tickets.ts';
import { uploadRoutes, ticketRoutes } from '../upload-routes.ts';
import { OFFSET_TYPE, TICKET_HEADER, TUS_VERSION } from '../upload-headers.ts';
import { Uploads } from '../uploads.ts';

export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
export const QUOTA = 256 * 1024 * 1024;
export const ALICE = 'a1'.repeat(16);
export const BOB = 'b0'.repeat(16);
/** Says whose session it is; only here. */
const SESSION = 'X-Session';

interface Options {
  readonly now?: () => number;
  readonly quota?: number;
  readonly ticker?: Ticker;
}

export class UploadSubject {
  readonly app: Hono;
  readonly database: Database;
  readonly tickets: Tickets;
  readonly uploads: Uploads;
  readonly objects: StoredObjects;
  readonly leases: Leases;

  private constructor(database: Database, store: ObjectStore, { now = Date.now, quota = QUOTA, ticker }: Options) {
    this.database = database;
    this.tickets = new Tickets(database, now, MAX_OBJECT_BYTES);
    this.uploads = new Uploads({ database, store, tickets: this.tickets, now, quota });
    this.objects = new StoredObjects(database, store, now);
    this.leases = new Leases(database, now);
    const accountOf = (context: { req: { header(name: string): string | undefined } }) =>
      Promise.resolve(context.req.header(SESSION) ?? null);
    const { uploads, leases } = this;
    const drain = new Drain();
    const parts = { uploads, leases, store, drain, maxObjectBytes: MAX_OBJECT_BYTES, ...(ticker && { ticker }) };
    this.app = new Hono();
    this.app.route('/api/tickets', ticketRoutes(this.tickets, accountOf, drain));
    this.app.route('/api/uploads', uploadRoutes(parts, accountOf));
    this.app.route('/api/objects', objectRoutes(this.objects, store, accountOf));
  }

  static async open(place: DatabasePlace, store: ObjectStore, options: Options = {}): Promise<UploadSubject> {
    const database = await Database.open(place);
    for (const account of [ALICE, BOB]) await addAccount(database, account);
    return new UploadSubject(database, store, options);
  }

  async ticket(
    length: number | null,
    objectId = newObjectId(),
    account = ALICE,
    maximum = length ?? 0
  ): Promise<string> {
    return this.tickets.issue(account, { objectId, length, maximum });
  }

  request(method: string, path: string, headers: Record<string, string> = {}, body?: Body): Promise<Response> {
    const streamed = body === undefined ? {} : { body, duplex: 'half' as const };
    return Promise.resolve(this.app.request(path, { method, headers, ...streamed }));
  }

  create(ticket: string, length: number | null, headers: Record<string, string> = {}): Promise<Response> {
    const stated = length === null ? { 'Upload-Defer-Length': '1' } : { 'Upload-Length': String(length) };
    return this.request('POST', '/api/uploads', tus({ [TICKET_HEADER]: ticket, ...stated, ...headers }));
  }

  patch(place: string, offset: number, body: Body, headers: Record<string, string> = {}): Promise<Response> {
    const own = { 'Upload-Offset': String(offset), 'Content-Type': OFFSET_TYPE, ...headers };
    return this.request('PATCH', place, tus(own), body);
  }

  head(place: string): Promise<Response> {
    return this.request('HEAD', place, tus({}));
  }

  get(objectId: string, account = ALICE, headers: Record<string, string> = {}): Promise<Response> {
    return this.request('GET', `/api/objects/${objectId}`, { ...as(account), ...headers });
  }

  /** What the account is said to use. */
  async usage(account = ALICE): Promise<number> {
    const row = this.database.query.selectFrom('usage').select('bytes').where('account_id', '=', account);
    return (await row.executeTakeFirst())?.bytes ?? 0;
  }
}

type Body = Bytes | ReadableStream<Uint8Array>;

export function tus(headers: Record<string, string>): Record<string, string> {
  return { 'Tus-Resumable': TUS_VERSION, ...headers };
}

export function as(account: string): Record<string, string> {
  return { [SESSION]: account };
}

/** Random, of any length. */
export function someBytes(length: number): Bytes {
  return randomFillSync(new Uint8Array(length));
}

export function placeOf(created: Response): string {
  return created.headers.get('Location') ?? '';
}

export function offsetOf(response: Response): number {
  return Number(response.headers.get('Upload-Offset') ?? Number.NaN);
}

async function addAccount(database: Database, account: string): Promise<void> {
  await database.query
    .insertInto('accounts')
    .values({
      account_id: account,
      wanted_index: randomBytes(32),
      state: 'active',
      vault_id: account,
      auth_hash: randomBytes(32),
      recovery_hash: randomBytes(32),
      pepper_kid: 'test',
      kdf: randomBytes(48),
      created_at: 0
    })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute();
}
