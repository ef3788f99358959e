/**
 * What a vault publishes, opaque to the relay: key slots, one chain of heads, buckets, records. A commit changes all of it
 * or nothing, and only on top of the head that the device saw (compare-and-set).
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database, Query } from '#server/db/database.ts';
import type { RecordTable, VaultTable } from '#server/db/schema.ts';
import { SvjError } from '#shared/errors.ts';
import type { Commit, Records, VaultHeader } from '#shared/protocol.ts';
import { bytesOfRecord, countPublished, requireStagingRoom, VAULT_BOUNDS, type VaultBounds } from './vault-space.ts';

/** Rows of one statement: both engines limit the values that it takes. */
const ROWS = 100;
const STAGED_KEPT_MS = 24 * 60 * 60_000;

export class Vaults {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #bounds: VaultBounds;

  constructor(database: Database, now: () => number, bounds = VAULT_BOUNDS) {
    this.#database = database;
    this.#now = now;
    this.#bounds = bounds;
  }

  /** Before anything was published. */
  async create(query: Query, accountId: string, header: VaultHeader): Promise<void> {
    await query
      .insertInto('vaults')
      .values({ account_id: accountId, ...headerRow(header), head_sequence: 0, feed: 0, bytes: 0 })
      .execute();
    await putSlots(query, accountId, header);
  }

  /** Takes records that a commit is going to name; what is there already stays. @throws `vault/over-quota` */
  async stage(accountId: string, { records }: Records): Promise<void> {
    const staged_at = this.#now();
    const rows = records.map(({ entryId, revision, epoch, wrap, record }) => ({
      account_id: accountId,
      entry_id: entryId,
      hash: hashOf(record),
      ...{ revision, epoch, wrap, record, staged_at }
    }));
    await this.#database.transaction(async (query) => {
      await lockVault(query, accountId);
      for (const some of inPieces(rows)) {
        await query
          .insertInto('staged_records')
          .values(some)
          .onConflict((conflict) =>
            conflict.columns(['account_id', 'entry_id', 'hash']).doUpdateSet((excluded) => ({
              epoch: excluded.ref('excluded.epoch'),
              wrap: excluded.ref('excluded.wrap'),
              staged_at
            }))
          )
          .execute();
      }
      await requireStagingRoom(query, accountId, this.#bounds);
    });
  }

  /**
   * @returns the place in the change feed; the same again for a commit that was made already
   * @throws `vault/conflict` when another head was published meanwhile or something would go back, `vault/not-staged`,
   *   `vault/over-quota`
   */
  async commit(query: Query, accountId: string, commit: Commit): Promise<number> {
    const { feed: before, head_sequence } = await lockVault(query, accountId);
    const current = await query
      .selectFrom('heads')
      .select('hash')
      .where('account_id', '=', accountId)
      .where('sequence', '=', head_sequence)
      .executeTakeFirst();
    const { sequence, sealed } = commit.head;
    const hash = hashOf(sealed);
    // The answer was lost, and the device asks again.
    if (current?.hash === hash) return before;
    if ((current?.hash ?? null) !== commit.follows || sequence <= head_sequence) throw new SvjError('vault/conflict');

    const feed = before + 1;
    let content = 0;
    for (const some of inPieces(commit.entries)) content += await this.#putEntries(query, accountId, feed, some);
    for (const some of inPieces(commit.buckets)) {
      content += await growthOfBuckets(query, accountId, some);
      await query
        .insertInto('buckets')
        .values(some.map((bucket) => ({ account_id: accountId, feed, ...bucket })))
        .onConflict((conflict) =>
          conflict.columns(['account_id', 'bucket']).doUpdateSet((excluded) => ({
            revision: excluded.ref('excluded.revision'),
            sealed: excluded.ref('excluded.sealed'),
            feed
          }))
        )
        .execute();
    }
    await countPublished(query, accountId, { content, head: sealed.length, bounds: this.#bounds });
    await query
      .insertInto('heads')
      .values({ account_id: accountId, sequence, hash, sealed, published_at: this.#now() })
      .execute();
    await query
      .updateTable('vaults')
      .set({ head_sequence: sequence, feed, ...(commit.vault && headerRow(commit.vault)) })
      .where('account_id', '=', accountId)
      .execute();
    if (commit.vault) await putSlots(query, accountId, commit.vault);
    return feed;
  }

  /**
   * To be called once a commit is durable: devices that wait hear of it. Never fails: what is committed is no failure, and
   * whoever did not hear of it sees it with the next beat of the feed.
   */
  async announce(accountId: string): Promise<void> {
    await this.#database.signals.send(vaultTopic(accountId)).catch(() => undefined);
  }

  /** Forgets records that no commit came for. Heads stay: a device that is new proves the chain from its beginning. */
  async purge(): Promise<void> {
    await this.#database.query
      .deleteFrom('staged_records')
      .where('staged_at', '<', this.#now() - STAGED_KEPT_MS)
      .execute();
  }

  /** @returns bytes that are kept more than before */
  async #putEntries(
    query: Query,
    accountId: string,
    feed: number,
    entries: readonly Commit['entries'][number][]
  ): Promise<number> {
    const ids = entries.map(({ entryId }) => entryId);
    const [known, staged] = [
      await query
        .selectFrom('records')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('entry_id', 'in', ids)
        .execute(),
      await query
        .selectFrom('staged_records')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('entry_id', 'in', ids)
        .execute()
    ];
    const kept = new Map(known.map((row) => [row.entry_id, row]));
    const sent = new Map(staged.map((row) => [`${row.entry_id} ${row.hash}`, row]));
    const rows = entries.map((entry): RecordTable => {
      const old = kept.get(entry.entryId);
      const isNew = entry.hash !== null && old?.hash !== entry.hash;
      if (old !== undefined && isBackwards(old, entry, isNew)) throw new SvjError('vault/conflict');
      // What was sent counts before what there is: its key may be wrapped anew.
      const from = sent.get(`${entry.entryId} ${entry.hash ?? ''}`) ?? (isNew ? undefined : old);
      const record = recordOf(entry, from);
      const isNeeded = entry.state === 'live' || (entry.state === 'trash' && entry.hash !== null);
      if (isNeeded && record.hash === null) throw new SvjError('vault/not-staged');
      const { entryId: entry_id, revision, state, purgeAt: purge_at } = entry;
      return { account_id: accountId, entry_id, revision, state, purge_at, feed, ...record };
    });
    await query
      .insertInto('records')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['account_id', 'entry_id']).doUpdateSet((excluded) => ({
          state: excluded.ref('excluded.state'),
          revision: excluded.ref('excluded.revision'),
          hash: excluded.ref('excluded.hash'),
          epoch: excluded.ref('excluded.epoch'),
          wrap: excluded.ref('excluded.wrap'),
          record: excluded.ref('excluded.record'),
          purge_at: excluded.ref('excluded.purge_at'),
          feed
        }))
      )
      .execute();
    await query.deleteFrom('staged_records').where('account_id', '=', accountId).where('entry_id', 'in', ids).execute();
    return rows.reduce((sum, row) => sum + bytesOfRecord(row) - bytesOfRecord(kept.get(row.entry_id)), 0);
  }
}

/** Writes nothing new: it locks the row, so that of two transactions on a vault the second one sees the first. */
async function lockVault(query: Query, accountId: string): Promise<Pick<VaultTable, 'feed' | 'head_sequence'>> {
  return query
    .updateTable('vaults')
    .set({ account_id: accountId } as never)
    .where('account_id', '=', accountId)
    .returning(['feed', 'head_sequence'])
    .executeTakeFirstOrThrow();
}

/** @returns bytes by which these are more than those in whose place they come */
async function growthOfBuckets(
  query: Query,
  accountId: string,
  buckets: readonly Commit['buckets'][number][]
): Promise<number> {
  const numbers = buckets.map(({ bucket }) => bucket);
  const before = await query
    .selectFrom('buckets')
    .select(sql<number>`octet_length(sealed)`.as('bytes'))
    .where('account_id', '=', accountId)
    .where('bucket', 'in', numbers)
    .execute();
  const was = before.reduce((sum, { bytes }) => sum + bytes, 0);
  return buckets.reduce((sum, { sealed }) => sum + sealed.length, 0) - was;
}

/** Revisions never fall, and one revision says one thing. */
function isBackwards(old: RecordTable, next: Commit['entries'][number], isNew: boolean): boolean {
  if (next.revision !== old.revision) return next.revision < old.revision;
  return isNew || next.state !== old.state;
}

type Held = Pick<RecordTable, 'hash' | 'epoch' | 'wrap' | 'record'>;

/** Of what is destroyed nothing stays. A deleted entry that was never published has nothing to keep. */
function recordOf({ state }: Pick<RecordTable, 'state'>, from: Held | undefined): Held {
  if (from === undefined || state === 'destroyed') return { hash: null, epoch: 0, wrap: null, record: null };
  const { hash, epoch, wrap, record } = from;
  return { hash, epoch, wrap, record };
}

export function vaultTopic(accountId: string): string {
  return `vault/${accountId}`;
}

function hashOf(sealed: Uint8Array): string {
  return createHash('sha256').update(sealed).digest('hex');
}

function headerRow({ recoveryCopy, inbox }: VaultHeader) {
  return {
    recovery_copy: recoveryCopy,
    inbox_number: inbox.number,
    inbox_public: inbox.publicKey,
    inbox_private: inbox.privateKey
  };
}

/** All of them are exchanged: the head that comes with them names them. */
async function putSlots(query: Query, accountId: string, { slots }: VaultHeader): Promise<void> {
  await query.deleteFrom('slots').where('account_id', '=', accountId).execute();
  await query
    .insertInto('slots')
    .values(slots.map(({ slotId, kind, kdf, wrap }) => ({ account_id: accountId, slot_id: slotId, kind, kdf, wrap })))
    .execute();
}

function* inPieces<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += ROWS) yield items.slice(at, at + ROWS);
}
