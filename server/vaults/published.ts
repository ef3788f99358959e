/** Reads what a vault has published: its header, its chain of heads, its buckets, and the feed of changed records. */
import { sql } from 'kysely';
import type { Database } from '#server/db/database.ts';
import type { RecordTable } from '#server/db/schema.ts';
import { SvjError } from '#shared/errors.ts';
import { toBase64 } from '#shared/bytes.ts';

/** Records of one answer, and bytes of one: what is read is known to fit before it is read. */
const RECORDS = 500;
const PAGE_BYTES = 4 * 1024 * 1024;
/** At most 256 KiB each. */
const HEADS = 32;
const CURSOR = /^(\d{1,15})(?:\.([0-9a-f]{32}))?$/;

const base64OrNull = (bytes: Uint8Array | null): string | null => bytes && toBase64(bytes);

export class Published {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What a new device needs before it can open anything, and how much there is. */
  async header(accountId: string) {
    const { query } = this.#database;
    const vault = await query
      .selectFrom('vaults')
      .selectAll()
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    const account = await query
      .selectFrom('accounts')
      .select('vault_id')
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    const slots = await query
      .selectFrom('slots')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('slot_id')
      .execute();
    const { count } = await query
      .selectFrom('records')
      .select((from) => from.fn.countAll<number | string>().as('count'))
      .where('account_id', '=', accountId)
      .where('state', '=', 'live')
      .executeTakeFirstOrThrow();
    return {
      vaultId: account.vault_id,
      entries: Number(count),
      headSequence: vault.head_sequence,
      feed: vault.feed,
      slots: slots.map(({ slot_id, kind, kdf, wrap }) => ({
        slotId: slot_id,
        kind,
        kdf: base64OrNull(kdf),
        wrap: toBase64(wrap)
      })),
      recoveryCopy: toBase64(vault.recovery_copy),
      inbox: {
        number: vault.inbox_number,
        publicKey: toBase64(vault.inbox_public),
        privateKey: toBase64(vault.inbox_private)
      }
    };
  }

  /** Heads above a sequence, in their order. */
  async heads(accountId: string, above: number) {
    const rows = await this.#database.query
      .selectFrom('heads')
      .select(['sequence', 'sealed'])
      .where('account_id', '=', accountId)
      .where('sequence', '>', above)
      .orderBy('sequence')
      .limit(HEADS + 1)
      .execute();
    return {
      heads: rows.slice(0, HEADS).map(({ sequence, sealed }) => ({ sequence, sealed: toBase64(sealed) })),
      more: rows.length > HEADS
    };
  }

  /** Buckets by number, as far as their sizes allow; what is not there is left out. */
  async buckets(accountId: string, numbers: readonly number[]) {
    const { query } = this.#database;
    const sizes = await query
      .selectFrom('buckets')
      .select(['bucket', sql<number>`length(sealed)`.as('bytes')])
      .where('account_id', '=', accountId)
      .where('bucket', 'in', numbers)
      .orderBy('bucket')
      .execute();
    const fitting = firstOf(sizes).map(({ bucket }) => bucket);
    if (fitting.length === 0) return { buckets: [] };
    const rows = await query
      .selectFrom('buckets')
      .select(['bucket', 'revision', 'sealed'])
      .where('account_id', '=', accountId)
      .where('bucket', 'in', fitting)
      .orderBy('bucket')
      .execute();
    return { buckets: rows.map(({ sealed, ...row }) => ({ ...row, sealed: toBase64(sealed) })) };
  }

  /**
   * Records that changed behind a cursor, in the order in which they did; a record that changes again comes again.
   * @param cursor `feed` or `feed.entry`; the empty one is the beginning
   * @throws `relay/body` for a cursor that none of ours looks like
   */
  async changes(accountId: string, cursor: string) {
    const match = CURSOR.exec(cursor === '' ? '0' : cursor);
    if (match === null) throw new SvjError('relay/body', 'cursor');
    const feed = Number(match[1]);
    // A cursor without an entry stands behind all of its feed.
    const entry = match[2] ?? 'g';
    const sizes = await this.#sizes(accountId)
      .where((and) => and.or([and('feed', '>', feed), and.and([and('feed', '=', feed), and('entry_id', '>', entry)])]))
      .orderBy('feed')
      .orderBy('entry_id')
      .limit(RECORDS)
      .execute();
    const page = firstOf(sizes);
    const last = page.at(-1);
    return {
      records: await this.#records(accountId, page),
      cursor: last === undefined ? cursor : `${String(last.feed)}.${last.entry_id}`,
      more: page.length === RECORDS || page.length < sizes.length
    };
  }

  /** Records by name, as far as their sizes allow; whoever asked asks again for those that are missing. */
  async wanted(accountId: string, entryIds: readonly string[]) {
    const sizes = await this.#sizes(accountId).where('entry_id', 'in', entryIds).orderBy('entry_id').execute();
    return { records: await this.#records(accountId, firstOf(sizes)) };
  }

  #sizes(accountId: string) {
    const bytes = sql<number>`coalesce(length(record), 0) + coalesce(length(wrap), 0)`.as('bytes');
    return this.#database.query
      .selectFrom('records')
      .select(['entry_id', 'feed', bytes])
      .where('account_id', '=', accountId);
  }

  /** In the order in which they are named. */
  async #records(accountId: string, named: readonly { readonly entry_id: string }[]) {
    if (named.length === 0) return [];
    const ids = named.map(({ entry_id }) => entry_id);
    const rows = await this.#database.query
      .selectFrom('records')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('entry_id', 'in', ids)
      .execute();
    const byId = new Map(rows.map((row) => [row.entry_id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []).map(viewOf);
  }

  /** Where the feed stands. */
  async feed(accountId: string): Promise<number> {
    const row = await this.#database.query
      .selectFrom('vaults')
      .select('feed')
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    return row?.feed ?? 0;
  }
}

/** As many as fit into one answer, and one at least. */
function firstOf<T extends { readonly bytes: number }>(rows: readonly T[]): readonly T[] {
  let bytes = 0;
  const beyond = rows.findIndex((row, i) => {
    bytes += row.bytes;
    return i > 0 && bytes > PAGE_BYTES;
  });
  return beyond === -1 ? rows : rows.slice(0, beyond);
}

function viewOf(row: RecordTable) {
  return {
    entryId: row.entry_id,
    state: row.state,
    revision: row.revision,
    hash: row.hash,
    epoch: row.epoch,
    wrap: base64OrNull(row.wrap),
    record: base64OrNull(row.record),
    purgeAt: row.purge_at
  };
}
