/** What the relay relies on in its database, on both engines. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql, type Kysely } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { Database, type DatabasePlace } from './database.ts';
import { migrate, MIGRATIONS } from './migrations.ts';
import type { Tables } from './schema.ts';
import { onBothEngines } from './testing/databases.ts';

const ACCOUNT = {
  account_id: 'aa'.repeat(16),
  wanted_index: Uint8Array.of(0, 1, 254, 255),
  state: 'active',
  vault_id: 'bb'.repeat(16),
  auth_hash: new Uint8Array(32),
  recovery_hash: new Uint8Array(32),
  pepper_kid: 'p1',
  kdf: new Uint8Array(48),
  created_at: Number.MAX_SAFE_INTEGER
} as const satisfies Tables['accounts'];

const opened = new Set<Database>();

afterEach(async () => {
  for (const database of opened) await database.close();
  opened.clear();
});

async function open(place: DatabasePlace): Promise<Database> {
  const database = await Database.open(place);
  opened.add(database);
  return database;
}

async function unmigrated(place: DatabasePlace): Promise<Database> {
  const database = await Database.unmigrated(place);
  opened.add(database);
  return database;
}

/** Every table with its columns. */
async function shapeOf(database: Database): Promise<unknown> {
  const tables = await database.query.introspection.getTables();
  return tables
    .map(({ name, columns }) => ({
      name,
      columns: columns.map((column) => `${column.name} ${column.dataType} ${String(column.isNullable)}`).sort()
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Opens it in a process of its own, at the moment `at` (ms since 1970); that process says how it went. */
async function openElsewhere(place: DatabasePlace, at: number): Promise<string> {
  const script = `
    import { Database } from '#server/db/database.ts';
    while (Date.now() < ${String(at)});
    const database = await Database.open(JSON.parse(process.argv[1]));
    await database.check();
    await database.close();
    console.log('open');`;
  const json = JSON.stringify(place);
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, json]);
  return stdout.trim();
}

onBothEngines((newPlace) => {
  it('gives back bytes and whole numbers as they were given', async () => {
    const { query } = await open(await newPlace());
    await query.insertInto('accounts').values(ACCOUNT).execute();
    const row = await query.selectFrom('accounts').selectAll().executeTakeFirstOrThrow();
    expect({ ...row, wanted_index: [...row.wanted_index] }).toMatchObject({
      created_at: Number.MAX_SAFE_INTEGER,
      wanted_index: [0, 1, 254, 255],
      state: 'active'
    });
    expect(row.wanted_index).toBeInstanceOf(Uint8Array);
  });

  it('keeps what was committed when it is opened again', async () => {
    const place = await newPlace();
    const first = await open(place);
    await first.query.insertInto('accounts').values(ACCOUNT).execute();
    await first.close();
    opened.delete(first);
    const { query } = await open(place);
    expect(await query.selectFrom('accounts').select('account_id').execute()).toHaveLength(1);
  });

  it('keeps nothing of a transaction that fails', async () => {
    const database = await open(await newPlace());
    const failing = database.transaction(async (query) => {
      await query.insertInto('accounts').values(ACCOUNT).execute();
      throw new Error('in the middle');
    });
    await expect(failing).rejects.toThrow('in the middle');
    expect(await database.query.selectFrom('accounts').select('account_id').execute()).toEqual([]);
  });

  it('does not take the same name twice', async () => {
    const { query } = await open(await newPlace());
    await query.insertInto('accounts').values(ACCOUNT).execute();
    const name = { name_index: Uint8Array.of(7), account_id: ACCOUNT.account_id };
    await query.insertInto('login_names').values(name).execute();
    await expect(query.insertInto('login_names').values(name).execute()).rejects.toThrow();
  });

  it('removes with an account every row of it', async () => {
    const { query } = await open(await newPlace());
    await query.insertInto('accounts').values(ACCOUNT).execute();
    const { account_id } = ACCOUNT;
    await query
      .insertInto('heads')
      .values({ account_id, sequence: 1, hash: '', sealed: new Uint8Array(1), published_at: 1 })
      .execute();
    await query.deleteFrom('accounts').execute();
    expect(await query.selectFrom('heads').select('sequence').execute()).toEqual([]);
  });

  it('counts up under fifty at once without losing one', async () => {
    const database = await open(await newPlace());
    await database.query.insertInto('limits').values({ bucket: 'b', uses: '', expires_at: 0 }).execute();
    const raise = () =>
      database.transaction(async (query) => {
        const { expires_at } = await query
          .updateTable('limits')
          .set({ uses: '' })
          .where('bucket', '=', 'b')
          .returning('expires_at')
          .executeTakeFirstOrThrow();
        await query
          .updateTable('limits')
          .set({ expires_at: expires_at + 1 })
          .where('bucket', '=', 'b')
          .execute();
      });
    await Promise.all(Array.from({ length: 50 }, raise));
    const { expires_at } = await database.query.selectFrom('limits').select('expires_at').executeTakeFirstOrThrow();
    expect(expires_at).toBe(50);
  });

  it('tells whoever listens, and nobody who stopped', async () => {
    const { signals } = await open(await newPlace());
    const heard: string[] = [];
    const stop = await signals.on('a', () => heard.push('a'));
    await signals.on('b', () => heard.push('b'));
    await signals.send('a');
    await expect.poll(() => heard).toEqual(['a']);
    stop();
    await signals.send('a');
    await signals.send('b');
    await expect.poll(() => heard).toEqual(['a', 'b']);
  });

  it('outlives the connections that break, in the middle of a transaction and while it listens', async () => {
    const database = await open(await newPlace());
    // The embedded engine has none that could break.
    if (!database.isPostgres) return;
    const heard: string[] = [];
    await database.signals.on('a', () => heard.push('a'));
    const breaking = database.transaction(async (query) => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()`.execute(
        query
      );
      await query.insertInto('accounts').values(ACCOUNT).execute();
    });
    await expect(breaking).rejects.toThrow();
    await expect
      .poll(
        () =>
          database.check().then(
            () => true,
            () => false
          ),
        { timeout: 10_000 }
      )
      .toBe(true);
    expect(await database.query.selectFrom('accounts').select('account_id').execute()).toEqual([]);
    const listens = async () => {
      await database.signals.send('a');
      return heard.length;
    };
    await expect.poll(listens, { timeout: 10_000, interval: 200 }).toBeGreaterThan(0);
    const connections = await sql<{ count: number }>`
      select count(*) as count from pg_stat_activity where datname = current_database() and query like 'listen%'
    `.execute(database.query);
    expect(Number(connections.rows[0]?.count)).toBe(1);
  });

  describe('migrations', () => {
    const names = Object.keys(MIGRATIONS);

    it('are ordered by their names', () => {
      expect(names).toEqual([...names].sort());
      expect(names.every((name, i) => name.startsWith(String(i + 1).padStart(3, '0')))).toBe(true);
    });

    it.each(names)('from %s to the newest keep what is there, and end where a new database begins', async (name) => {
      const old = await unmigrated(await newPlace());
      expect(await migrate(old.query, old.types, name)).toEqual(names.slice(0, names.indexOf(name) + 1));
      await old.query.insertInto('accounts').values(ACCOUNT).execute();
      expect(await migrate(old.query, old.types)).toEqual(names.slice(names.indexOf(name) + 1));
      expect(await old.query.selectFrom('accounts').select('vault_id').execute()).toEqual([
        { vault_id: ACCOUNT.vault_id }
      ]);
      expect(await shapeOf(old)).toEqual(await shapeOf(await open(await newPlace())));
    });

    it('by two processes at once are made once', async () => {
      const place = await newPlace();
      const at = Date.now() + 1500;
      const said = await Promise.all([1, 2, 3, 4].map(() => openElsewhere(place, at)));
      expect(said).toEqual(['open', 'open', 'open', 'open']);
    });

    it('of a newer relay are refused', async () => {
      const place = await newPlace();
      const database = await open(place);
      await (database.query as Kysely<unknown> as Kysely<{ kysely_migration: { name: string; timestamp: string } }>)
        .insertInto('kysely_migration')
        .values({ name: '999-from-tomorrow', timestamp: new Date(0).toISOString() })
        .execute();
      await expect(Database.open(place)).rejects.toThrow('could not be brought to this version');
      await sql`select 1`.execute(database.query);
    });
  });
});
