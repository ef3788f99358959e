/**
 * What lies in the database: ciphertext, ids, lengths and times. A row type for each table.
 * Nothing here can be opened without the vault key.
 */
import type { Bytes } from '#shared/bytes.ts';
import type { DeviceId, EntryId, ObjectId, SlotId, VaultId } from '#shared/ids.ts';

export interface SlotRow {
  readonly slotId: SlotId;
  readonly kind: 'passphrase' | 'recovery';
  /** 48-byte block of a passphrase slot. */
  readonly kdf: Bytes | null;
  readonly wrap: Bytes;
}

/** The pair with which a locked vault is added to (FORMAT.md section 11.3). */
export interface InboxPairRow {
  /** Number of the pair, from 1. */
  readonly number: number;
  /** 65 bytes, in clear; the head names their hash. */
  readonly publicKey: Bytes;
  /** PKCS#8, sealed under the local key (kind 06). */
  readonly privateKey: Bytes;
}

/** The newest head that the relay is known to have, and that this device has accepted. */
export interface PublishedRow {
  readonly sequence: number;
  /** Whole: the heads table forgets it where many local changes follow. */
  readonly sealed: Bytes;
  /** Hashes of heads that were prepared on top of it and given up: their answer may have been lost. */
  readonly givenUp: readonly string[];
}

/** The vault header: one row, key `vault`. */
export interface VaultRow {
  readonly key: 'vault';
  readonly vaultId: VaultId;
  readonly deviceId: DeviceId;
  readonly slots: readonly SlotRow[];
  /** The recovery key sealed under the local key (kind 05). */
  readonly recoveryCopy: Bytes;
  readonly inbox: InboxPairRow;
  /** Absent before the first publication. */
  readonly published?: PublishedRow;
}

export interface HeadRow {
  readonly sequence: number;
  readonly sealed: Bytes;
}

export interface BucketRow {
  readonly bucket: number;
  readonly revision: number;
  readonly sealed: Bytes;
}

export interface EntryRow {
  readonly entryId: EntryId;
  readonly revision: number;
  readonly epoch: number;
  readonly wrap: Bytes;
  readonly record: Bytes;
}

/** An entry in the trash: its row, moved, with the two times. */
export interface TrashRow extends EntryRow {
  /** ISO 8601. */
  readonly deletedAt: string;
  readonly purgeAt: string;
}

/** An earlier revision of an entry record. */
export interface RevisionRow {
  readonly entryId: EntryId;
  readonly revision: number;
  readonly record: Bytes;
}

/** A recording under way; durable before its first slice. */
export interface DraftRow {
  readonly clipId: ObjectId;
  readonly entryId: EntryId;
  readonly epoch: number;
  readonly wrap: Bytes;
  readonly sealed: Bytes;
}

/** A file that another app gave, sealed while the vault was locked or not. */
export interface InboxRow {
  readonly fileId: ObjectId;
  readonly entryId: EntryId;
  /** Bytes on disk. */
  readonly size: number;
  /** The entry key, wrapped for the inbox (kind 11). */
  readonly wrap: Bytes;
  /** What the file is called, and how long it is (a record of kind 30, revision 0). */
  readonly description: Bytes;
}

export interface ObjectRow {
  readonly objectId: ObjectId;
  readonly entryId: EntryId;
  readonly kind: number;
  /** Bytes on disk. */
  readonly size: number;
  /** It lies on the relay and not on this device: another device made it, or it was freed here. */
  readonly away?: true;
}

/** What the relay does not have yet; one row for each thing, the newest revision wins. */
export interface OutboxRow {
  /** `object/<id>`, `record/<id>`, `tombstone/<id>`, `head`. */
  readonly key: string;
  readonly revision: number;
  /** Sequence of the head that it was last prepared for sending with; a later change takes it away. */
  readonly sent?: number;
}

/**
 * How far an object is on its way to the relay; a row for each object that was begun. The address is the one thing here
 * that is worth keeping to oneself: who has it may add ciphertext to this upload or end it, and nothing else.
 */
export interface TransferRow {
  readonly objectId: ObjectId;
  /** `verified`: the relay was made to give it back, and gave what was sent. */
  readonly state: 'sending' | 'backed-up' | 'verified';
  /** Bytes on disk; 0 while it is being recorded. */
  readonly size: number;
  /** Of the upload, relative; null before it is created and when it is complete. */
  readonly url: string | null;
  /** Of the last change, milliseconds since 1970. */
  readonly at: number;
}

/** A sealed pack of the list cache. */
export interface ListRow {
  readonly pack: number;
  readonly revision: number;
  readonly sealed: Bytes;
}

export interface Tables {
  vault: VaultRow;
  heads: HeadRow;
  buckets: BucketRow;
  entries: EntryRow;
  trash: TrashRow;
  revisions: RevisionRow;
  drafts: DraftRow;
  inbox: InboxRow;
  objects: ObjectRow;
  outbox: OutboxRow;
  transfers: TransferRow;
  lists: ListRow;
}

export type Table = keyof Tables;

/** Key path of each table. */
export const KEY_PATHS = {
  vault: 'key',
  heads: 'sequence',
  buckets: 'bucket',
  entries: 'entryId',
  trash: 'entryId',
  revisions: ['entryId', 'revision'],
  drafts: 'clipId',
  inbox: 'fileId',
  objects: 'objectId',
  outbox: 'key',
  transfers: 'objectId',
  lists: 'pack'
} as const satisfies Record<Table, string | readonly string[]>;

export type RowKey = string | number | readonly [string, number];
