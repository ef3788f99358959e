/** PostgreSQL as a dialect of the query layer, for more than one process. The only importer of `pg`. */
import { PostgresDialect, type Dialect } from 'kysely';
import { Client, Pool, TypeOverrides } from 'pg';

/** Connections of one process; PostgreSQL's own default allows a hundred in all. */
const CONNECTIONS = 10;
/** Also how long a query waits for one of them to be free; then the relay says that it is busy. */
const CONNECT_MS = 5_000;
/** Longer than any query of ours; a connection that is half dead is noticed by it. */
const QUERY_MS = 60_000;
/** The object id of `bigint`. Every one of ours is a time, a length or a counter, exact as a number. */
const BIGINT = 20;

export interface Postgres {
  readonly dialect: Dialect;
  /** Tells every process that listens; `payload` holds no more than ids. */
  notify(channel: string, payload: string): Promise<void>;
  /** Calls `heard` for what any process says, until the returned function is called. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
}

export function openPostgres(url: string): Postgres {
  const types = new TypeOverrides();
  types.setTypeParser(BIGINT, Number);
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
    types
  });
  // A connection that breaks while nobody uses it: the pool makes a new one, the next query says if it cannot.
  pool.on('error', () => undefined);
  // And one that breaks in the middle of a transaction: its query says so; unheard, the event would end the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  return {
    dialect: new PostgresDialect({ pool }),
    async notify(channel, payload) {
      await pool.query('select pg_notify($1, $2)', [channel, payload]);
    },
    listen: (channel, heard) => listen(url, channel, heard)
  };
}

const RECONNECT_MS = 1000;

/** On a connection of its own, made again whenever it breaks: whoever listens asks for what it missed by cursor. */
async function listen(url: string, channel: string, heard: (payload: string) => void): Promise<() => Promise<void>> {
  let isEnded = false;
  let client: Client | null = null;
  const connect = async (): Promise<void> => {
    const fresh = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
    let isGone = false;
    // A client that breaks says so up to three times: by its promise, by `error` and by `end`. One of them counts.
    const gone = (): void => {
      if (isGone || isEnded) return;
      isGone = true;
      fresh.end().catch(() => undefined);
      setTimeout(() => void connect(), RECONNECT_MS).unref();
    };
    fresh.on('error', gone);
    fresh.on('end', gone);
    fresh.on('notification', ({ payload }) => {
      heard(payload ?? '');
    });
    client = fresh;
    await fresh
      .connect()
      .then(() => fresh.query(`listen ${fresh.escapeIdentifier(channel)}`))
      .catch(gone);
  };
  await connect();
  return async () => {
    isEnded = true;
    await client?.end().catch(() => undefined);
  };
}
