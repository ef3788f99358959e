/** The first tables: accounts with their factors and sessions, and what a vault publishes. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnTypes } from '../column-types.ts';

export function accountsAndVaults({ bytes, whole }: ColumnTypes): Migration {
  const type = { bytes: sql.raw(bytes), whole: sql.raw(whole) };
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('accounts')
        .addColumn('account_id', 'text', (column) => column.primaryKey())
        .addColumn('wanted_index', type.bytes, (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('vault_id', 'text', (column) => column.notNull())
        .addColumn('auth_hash', type.bytes, (column) => column.notNull())
        .addColumn('recovery_hash', type.bytes, (column) => column.notNull())
        .addColumn('pepper_kid', 'text', (column) => column.notNull())
        .addColumn('kdf', type.bytes, (column) => column.notNull())
        .addColumn('created_at', type.whole, (column) => column.notNull())
        .execute();
      await ofAccount(db, 'login_names', 'name_index')
        .addColumn('name_index', type.bytes, (column) => column.notNull())
        .execute();
      await ofAccount(db, 'totp', 'account_id')
        .addColumn('seed', type.bytes, (column) => column.notNull())
        .addColumn('confirmed', type.whole, (column) => column.notNull())
        .addColumn('last_step', type.whole, (column) => column.notNull())
        .execute();
      await ofAccount(db, 'recovery_codes', 'account_id', 'code_hash')
        .addColumn('code_hash', type.bytes, (column) => column.notNull())
        .addColumn('used_at', type.whole)
        .execute();
      await ofAccount(db, 'sessions', 'token_hash')
        .addColumn('token_hash', type.bytes, (column) => column.notNull())
        .addColumn('session_id', 'text', (column) => column.notNull().unique())
        .addColumn('stage', 'text', (column) => column.notNull())
        .addColumn('device_id', 'text', (column) => column.notNull())
        .addColumn('created_at', type.whole, (column) => column.notNull())
        .addColumn('seen_at', type.whole, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('sessions_by_account').on('sessions').column('account_id').execute();
      await ofAccount(db, 'known_devices', 'account_id', 'device_hash')
        .addColumn('device_hash', 'text', (column) => column.notNull())
        .addColumn('seen_at', type.whole, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('limits')
        .addColumn('bucket', 'text', (column) => column.primaryKey())
        .addColumn('uses', 'text', (column) => column.notNull())
        .addColumn('expires_at', type.whole, (column) => column.notNull())
        .execute();
      await ofAccount(db, 'vaults', 'account_id')
        .addColumn('recovery_copy', type.bytes, (column) => column.notNull())
        .addColumn('inbox_number', type.whole, (column) => column.notNull())
        .addColumn('inbox_public', type.bytes, (column) => column.notNull())
        .addColumn('inbox_private', type.bytes, (column) => column.notNull())
        .addColumn('head_sequence', type.whole, (column) => column.notNull())
        .addColumn('feed', type.whole, (column) => column.notNull())
        .addColumn('bytes', type.whole, (column) => column.notNull())
        .execute();
      await ofAccount(db, 'slots', 'account_id', 'slot_id')
        .addColumn('slot_id', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('kdf', type.bytes)
        .addColumn('wrap', type.bytes, (column) => column.notNull())
        .execute();
      await ofAccount(db, 'heads', 'account_id', 'sequence')
        .addColumn('sequence', type.whole, (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addColumn('sealed', type.bytes, (column) => column.notNull())
        .addColumn('published_at', type.whole, (column) => column.notNull())
        .execute();
      await ofAccount(db, 'buckets', 'account_id', 'bucket')
        .addColumn('bucket', type.whole, (column) => column.notNull())
        .addColumn('revision', type.whole, (column) => column.notNull())
        .addColumn('sealed', type.bytes, (column) => column.notNull())
        .addColumn('feed', type.whole, (column) => column.notNull())
        .execute();
      await ofAccount(db, 'staged_records', 'account_id', 'entry_id', 'hash')
        .addColumn('entry_id', 'text', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull())
        .addColumn('revision', type.whole, (column) => column.notNull())
        .addColumn('epoch', type.whole, (column) => column.notNull())
        .addColumn('wrap', type.bytes, (column) => column.notNull())
        .addColumn('record', type.bytes, (column) => column.notNull())
        .addColumn('staged_at', type.whole, (column) => column.notNull())
        .execute();
      await ofAccount(db, 'records', 'account_id', 'entry_id')
        .addColumn('entry_id', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('revision', type.whole, (column) => column.notNull())
        .addColumn('hash', 'text')
        .addColumn('epoch', type.whole, (column) => column.notNull())
        .addColumn('wrap', type.bytes)
        .addColumn('record', type.bytes)
        .addColumn('purge_at', type.whole)
        .addColumn('feed', type.whole, (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('records_by_feed')
        .on('records')
        .columns(['account_id', 'feed', 'entry_id'])
        .execute();
    }
  };
}

/** A table whose rows go with their account. */
function ofAccount(db: Kysely<unknown>, table: string, ...key: string[]) {
  return db.schema
    .createTable(table)
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.account_id').onDelete('cascade'))
    .addPrimaryKeyConstraint(`${table}_key`, key as never);
}
