/**
 * How much room the records, buckets and heads of one account take in the database. Objects have a quota of their own;
 * without this bound one account could fill the disk with what is none.
 */
import { sql } from 'kysely';
import type { Query } from '#server/db/database.ts';
import { SvjError } from '#shared/errors.ts';

export interface VaultBounds {
  /** Bytes that are published: every head ever, the newest buckets and records. */
  readonly published: number;
  /** Beyond it, for commits that add no more than their own head: whoever has no room left may still delete. */
  readonly reserve: number;
  /** Bytes, and number, of records that wait for their commit. */
  readonly staged: number;
  readonly stagedRecords: number;
}

const [MIB, GIB] = [2 ** 20, 2 ** 30];
/**
 * 10,000 entries of 20 KiB and twenty publications a day for fifteen years, each with a head of 25 KiB that is kept for
 * ever, are less than 3 GiB. A first publication of 10,000 entries is staged at once.
 */
export const VAULT_BOUNDS: VaultBounds = {
  published: 4 * GIB,
  reserve: GIB,
  staged: 512 * MIB,
  stagedRecords: 30_000
};

/** What a row takes beside its sealed bytes, so that empty ones count too. */
export const ROW_BYTES = 256;

/**
 * Counts what a commit adds; the row of the vault is locked by it.
 * @param content bytes by which records and buckets grow, or shrink
 * @param head bytes of the head
 * @throws `vault/over-quota`
 */
export async function countPublished(
  query: Query,
  accountId: string,
  { content, head, bounds }: { readonly content: number; readonly head: number; readonly bounds: VaultBounds }
): Promise<void> {
  const grown = content + head + ROW_BYTES;
  const most = content > 0 ? bounds.published : bounds.published + bounds.reserve;
  const { numUpdatedRows } = await query
    .updateTable('vaults')
    .set((row) => ({ bytes: row('bytes', '+', grown) }))
    .where('account_id', '=', accountId)
    .where((row) => row.or([row('bytes', '<=', most - grown), row.val(grown <= 0)]))
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new SvjError('vault/over-quota');
}

/** Behind the records that were just staged, in their transaction. @throws `vault/over-quota` */
export async function requireStagingRoom(query: Query, accountId: string, bounds: VaultBounds): Promise<void> {
  const { count, bytes } = await query
    .selectFrom('staged_records')
    .select((from) => [
      from.fn.countAll<number | string>().as('count'),
      sql<number | string>`coalesce(sum(octet_length(record) + octet_length(wrap)), 0)`.as('bytes')
    ])
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  if (Number(count) > bounds.stagedRecords || Number(bytes) > bounds.staged) throw new SvjError('vault/over-quota');
}

/** Of a record as it is kept; 0 for none. */
export function bytesOfRecord(
  row: { readonly record: Uint8Array | null; readonly wrap: Uint8Array | null } | undefined
): number {
  return row === undefined ? 0 : ROW_BYTES + (row.record?.length ?? 0) + (row.wrap?.length ?? 0);
}
