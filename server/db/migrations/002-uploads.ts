/** Tickets, uploads, and the objects that come of them. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnTypes } from '../column-types.ts';

export function uploads({ bytes, whole }: ColumnTypes): Migration {
  const type = { bytes: sql.raw(bytes), whole: sql.raw(whole) };
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('tickets')
        .addColumn('ticket_hash', type.bytes, (column) => column.primaryKey())
        .addColumn('account_id', 'text', (column) =>
          column.notNull().references('accounts.account_id').onDelete('cascade')
        )
        .addColumn('object_id', 'text', (column) => column.notNull())
        .addColumn('length', type.whole)
        .addColumn('maximum', type.whole, (column) => column.notNull())
        .addColumn('expires_at', type.whole, (column) => column.notNull())
        .execute();
      await db.schema.createIndex('tickets_by_account').on('tickets').columns(['account_id', 'expires_at']).execute();
      // Rows that name stored bytes do not go with their account: the bytes would stay and nobody would know of them.
      await db.schema
        .createTable('uploads')
        .addColumn('upload_hash', type.bytes, (column) => column.primaryKey())
        .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.account_id'))
        .addColumn('object_id', 'text', (column) => column.notNull())
        .addColumn('store_key', 'text', (column) => column.notNull().unique())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('length', type.whole)
        .addColumn('maximum', type.whole, (column) => column.notNull())
        .addColumn('expires_at', type.whole, (column) => column.notNull())
        .addColumn('lease_holder', 'text')
        .addColumn('lease_until', type.whole, (column) => column.notNull())
        .addUniqueConstraint('uploads_by_object', ['account_id', 'object_id'])
        .execute();
      await db.schema.createIndex('uploads_by_expiry').on('uploads').column('expires_at').execute();
      await db.schema
        .createTable('objects')
        .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.account_id'))
        .addColumn('object_id', 'text', (column) => column.notNull())
        .addColumn('store_key', 'text', (column) => column.notNull().unique())
        .addColumn('size', type.whole, (column) => column.notNull())
        .addColumn('stored_at', type.whole, (column) => column.notNull())
        .addPrimaryKeyConstraint('objects_key', ['account_id', 'object_id'])
        .execute();
      for (const owed of ['removals', 'copies']) {
        await db.schema
          .createTable(owed)
          .addColumn('store_key', 'text', (column) => column.primaryKey())
          .addColumn('since', type.whole, (column) => column.notNull())
          .addColumn('claimed_until', type.whole, (column) => column.notNull())
          .execute();
      }
      await db.schema
        .createTable('jobs')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('done_at', type.whole, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('usage')
        .addColumn('account_id', 'text', (column) =>
          column.primaryKey().references('accounts.account_id').onDelete('cascade')
        )
        .addColumn('bytes', type.whole, (column) => column.notNull())
        .execute();
    }
  };
}
