/** How many bytes an account holds or has set aside. Every change is part of the transaction that causes it. */
import type { Transaction } from 'kysely';
import type { Tables } from '#server/db/schema.ts';
import { SvjError } from '#shared/errors.ts';

/**
 * Whatever follows in the transaction is alone with the account. Every transaction on uploads and objects begins with it:
 * two that lock the same rows in another order would wait for each other for ever.
 */
export async function lockUsage(query: Transaction<Tables>, accountId: string): Promise<void> {
  await query
    .insertInto('usage')
    .values({ account_id: accountId, bytes: 0 })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ account_id: accountId }))
    .execute();
}

/** Behind {@link lockUsage}. @throws `upload/over-quota` */
export async function setAside(
  query: Transaction<Tables>,
  accountId: string,
  bytes: number,
  quota: number
): Promise<void> {
  const { numUpdatedRows } = await query
    .updateTable('usage')
    .set((row) => ({ bytes: row('bytes', '+', bytes) }))
    .where('account_id', '=', accountId)
    .where('bytes', '<=', quota - bytes)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new SvjError('upload/over-quota');
}

export async function giveBack(query: Transaction<Tables>, accountId: string, bytes: number): Promise<void> {
  await query
    .updateTable('usage')
    .set((row) => ({ bytes: row('bytes', '-', bytes) }))
    .where('account_id', '=', accountId)
    .execute();
}
