/** A database that others keep busy: whoever waits does not hold up the process, and hears that it may come again. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { TestPerson, TestRelay, type TestClient } from '#server/testing/relay-client.ts';
import { codeOfFailure } from './failure.ts';
import { onBothEngines } from './testing/databases.ts';

const opened = new Set<TestRelay>();

afterEach(async () => {
  for (const relay of opened) await relay.relay.close();
  opened.clear();
});

/** Keeps the database busy. @returns what sets it free */
function hold(relay: TestRelay): () => Promise<void> {
  if (!relay.relay.database.isPostgres) {
    const other = new DatabaseSync(join(relay.dataDir, 'relay.sqlite'));
    other.exec('begin immediate');
    return () => {
      other.exec('rollback');
      other.close();
      return Promise.resolve();
    };
  }
  const end = new AbortController();
  const holding = Array.from({ length: 10 }, () =>
    relay.relay.database.transaction(async (query) => {
      await sql`select 1`.execute(query);
      await new Promise((resolve) => {
        end.signal.addEventListener('abort', resolve);
      });
    })
  );
  return async () => {
    end.abort();
    await Promise.all(holding);
  };
}

const writing = (client: TestClient) =>
  client.call('POST', '/tickets', { objectId: randomBytes(16).toString('hex'), length: 1 });

onBothEngines((newPlace) => {
  it('is waited for beside the other work, and then does what was asked', async () => {
    const relay = await TestRelay.open(await newPlace());
    opened.add(relay);
    const client = relay.client();
    await new TestPerson().signUp(client);
    const free = hold(relay);
    // The embedded engine is in this very process: one that stood still would wait for this timer for ever.
    const freed = new Promise((resolve) => setTimeout(resolve, 500)).then(free);
    expect(await writing(client)).toMatchObject({ status: 201 });
    await freed;
  });

  it('is a reason to come again, and not a failure, when it stays so', async () => {
    const relay = await TestRelay.open(await newPlace());
    opened.add(relay);
    const client = relay.client();
    await new TestPerson().signUp(client);
    const free = hold(relay);
    const answers = [await writing(client)];
    if (relay.relay.database.isPostgres) answers.push(await client.call('GET', '/vault'));
    for (const { status, json, headers } of answers) {
      expect([status, json]).toMatchObject([503, { code: 'relay/busy' }]);
      expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
    }
    await free();
    expect(await writing(client)).toMatchObject({ status: 201 });
  });
});

describe('a failure of the database', () => {
  const failure = (code: string, message = '') => Object.assign(new Error(message), { code });
  const ofSqlite = (errcode: number) => Object.assign(failure('ERR_SQLITE_ERROR'), { errcode });

  it.each<[unknown, string | null]>([
    ...['53300', '57P01', '08006', '40P01', '55P03', 'ECONNREFUSED', 'ECONNRESET'].map((code): [Error, string] => [
      failure(code),
      'relay/busy'
    ]),
    [failure('', 'timeout exceeded when trying to connect'), 'relay/busy'],
    [failure('', 'Connection terminated unexpectedly'), 'relay/busy'],
    [ofSqlite(5), 'relay/busy'],
    [ofSqlite(517), 'relay/busy'],
    [ofSqlite(13), 'store/full'],
    [failure('53100'), 'store/full'],
    [failure('23505'), null],
    [ofSqlite(19), null],
    [new TypeError('x'), null],
    ['text', null]
  ])('%s is %s', (thrown, code) => {
    expect(codeOfFailure(thrown)).toBe(code);
  });
});
