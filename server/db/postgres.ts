/** PostgreSQL as a dialect of the query layer, for more than one process. The only importer of `pg`. */
import { PostgresDialect, type Dialect } from 'kysely';
import { Client, Pool, TypeOverrides } from 'pg';

/** Connections of one process; PostgreSQL's own default allows a hundred in all. */
const CONNECTIONS = 10;
const CONNECT_MS = 10_000;
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
    types
  });
  // A connection that breaks while nobody uses it: the pool makes a new one, the next query says if it cannot.
  pool.on('error', () => undefined);
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
  let client: Client;
  const connect = async (): Promise<void> => {
    client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
    client.on('error', () => undefined);
    client.on('notification', ({ payload }) => {
      heard(payload ?? '');
    });
    client.on('end', () => {
      if (!isEnded) setTimeout(reconnect, RECONNECT_MS).unref();
    });
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
  };
  const reconnect = (): void => {
    if (isEnded) return;
    // A failed attempt ends its client, which asks for the next one; where it never began, this does.
    connect().catch(() => {
      if (!isEnded) setTimeout(reconnect, RECONNECT_MS).unref();
    });
  };
  await connect();
  return async () => {
    isEnded = true;
    await client.end();
  };
}
