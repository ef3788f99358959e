/** What one account may keep that is no object: bounded, counted exactly, and enough for a long diary. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Database } from '#server/db/database.ts';
import { onBothEngines } from '#server/db/testing/databases.ts';
import { newObjectId } from '#shared/ids.ts';
import { Tickets } from '#server/uploads/tickets.ts';
import { ROW_BYTES, VAULT_BOUNDS, type VaultBounds } from './vault-space.ts';
import { Vaults } from './vaults.ts';

const HEAD = 100;
const bounds: VaultBounds = { published: 20_000, reserve: 2_000, staged: 5_000, stagedRecords: 4 };
const newId = (): string => randomBytes(16).toString('hex');

onBothEngines((newPlace) => {
  let database: Database;
  let vaults: Vaults;
  beforeAll(async () => {
    database = await Database.open(await newPlace());
    vaults = new Vaults(database, () => 0, bounds);
  });
  afterAll(() => database.close());

  async function newAccount(): Promise<string> {
    const account_id = newId();
    const some = new Uint8Array(32);
    const account = { account_id, wanted_index: some, state: 'active', vault_id: newId(), auth_hash: some } as const;
    await database.query
      .insertInto('accounts')
      .values({ ...account, recovery_hash: some, pepper_kid: 'p', kdf: some, created_at: 0 })
      .execute();
    await vaults.create(database.query, account_id, {
      slots: [{ slotId: newId(), kind: 'passphrase', kdf: null, wrap: randomBytes(8) }],
      recoveryCopy: randomBytes(8),
      inbox: { number: 1, publicKey: randomBytes(65), privateKey: randomBytes(8) }
    });
    return account_id;
  }

  const record = (length: number, entryId = newId(), revision = 1) => ({
    entryId,
    revision,
    epoch: 1,
    wrap: new Uint8Array(100),
    record: new Uint8Array(randomBytes(length))
  });

  /** Publishes on top of what it published before. */
  function publisher(accountId: string) {
    let [sequence, last] = [0, null as string | null];
    return async (records: ReturnType<typeof record>[], state: 'live' | 'destroyed' = 'live', bucket = 0) => {
      if (state === 'live' && records.length > 0) await vaults.stage(accountId, { records });
      const sealed = new Uint8Array(randomBytes(HEAD));
      const entries = records.map((one) => ({
        entryId: one.entryId,
        revision: one.revision,
        hash: state === 'live' ? createHash('sha256').update(one.record).digest('hex') : null,
        state,
        purgeAt: null
      }));
      const buckets = bucket === 0 ? [] : [{ bucket: 1, revision: sequence + 1, sealed: new Uint8Array(bucket) }];
      const commit = { follows: last, head: { sequence: sequence + 1, sealed }, buckets, entries };
      await database.transaction((query) => vaults.commit(query, accountId, commit));
      sequence++;
      last = createHash('sha256').update(sealed).digest('hex');
    };
  }

  async function bytesOf(accountId: string): Promise<number> {
    const row = database.query.selectFrom('vaults').select('bytes').where('account_id', '=', accountId);
    return (await row.executeTakeFirstOrThrow()).bytes;
  }

  it('is counted by what is kept: heads add up, buckets and records take the place of older ones', async () => {
    const account = await newAccount();
    const publish = publisher(account);
    const first = record(1000);
    await publish([first], 'live', 300);
    expect(await bytesOf(account)).toBe(1000 + 100 + ROW_BYTES + 300 + HEAD + ROW_BYTES);
    await publish([record(400, first.entryId, 2)], 'live', 500);
    expect(await bytesOf(account)).toBe(400 + 100 + ROW_BYTES + 500 + 2 * (HEAD + ROW_BYTES));
    await publish([record(1, first.entryId, 3)], 'destroyed');
    expect(await bytesOf(account)).toBe(ROW_BYTES + 500 + 3 * (HEAD + ROW_BYTES));
  });

  it('ends where it is bounded, with nothing half published and room to delete', async () => {
    const account = await newAccount();
    const publish = publisher(account);
    const kept = [];
    for (;;) {
      const next = record(4000);
      const before = await bytesOf(account);
      try {
        await publish([next]);
        kept.push(next);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'vault/over-quota' });
        expect(await bytesOf(account)).toBe(before);
        break;
      }
    }
    expect(kept).toHaveLength(4);
    for (const { entryId } of kept) await publish([record(1, entryId, 2)], 'destroyed');
    await publish([record(500)]);
  });

  it('ends for heads alone too', async () => {
    const account = await newAccount();
    const publish = publisher(account);
    const heads = Math.floor((bounds.published + bounds.reserve) / (HEAD + ROW_BYTES));
    for (let i = 0; i < heads; i++) await publish([]);
    await expect(publish([])).rejects.toMatchObject({ code: 'vault/over-quota' });
  });

  it('holds for records that no commit came for, by bytes and by number', async () => {
    const [large, many] = [await newAccount(), await newAccount()];
    await vaults.stage(large, { records: [record(4000)] });
    await expect(vaults.stage(large, { records: [record(4000)] })).rejects.toMatchObject({ code: 'vault/over-quota' });
    await vaults.stage(many, { records: Array.from({ length: 4 }, () => record(10)) });
    await expect(vaults.stage(many, { records: [record(10)] })).rejects.toMatchObject({ code: 'vault/over-quota' });
    // What was refused is not there: the next one that fits is taken.
    await vaults.stage(large, { records: [record(100)] });
  });

  it('holds for tickets, and says when the next may be', async () => {
    const account = await newAccount();
    const clock = { now: 1000 };
    const tickets = new Tickets(database, () => clock.now, 100, 2);
    const issue = () => tickets.issue(account, { objectId: newObjectId(), length: 1, maximum: 1 });
    await issue();
    clock.now += 60_000;
    await issue();
    await expect(issue()).rejects.toMatchObject({ code: 'relay/too-many', retryAfter: 24 * 3600 - 60 });
    clock.now += 24 * 3_600_000 - 60_000;
    await issue();
  });

  it('is enough for 10,000 entries and every head of fifteen years', () => {
    const records = 10_000 * (20 * 1024 + ROW_BYTES);
    const heads = 15 * 365 * 20 * (25 * 1024 + ROW_BYTES);
    expect(records + heads).toBeLessThan(VAULT_BOUNDS.published);
    expect(records).toBeLessThan(VAULT_BOUNDS.staged);
  });
});
