/** Opens an entry: its key, then its record, checked against what the head says of it. */
import { entryKey, recordKey, type EntryKey } from '#shared/crypto/keys.ts';
import { openRecord, recordHash } from '#shared/crypto/record.ts';
import { unwrap } from '#shared/crypto/wrap.ts';
import { isUnknownFormat, SvjError } from '#shared/errors.ts';
import { parseEnvelope } from '#shared/format/envelope.ts';
import type { EntryId } from '#shared/ids.ts';
import { parseEntryRecord, type EntryRecord } from '#web/model/entry.ts';
import type { EntryRow } from '#web/store/rows.ts';
import { entryWrapEnvelope, recordEnvelope } from './envelopes.ts';
import type { BucketItem } from './head.ts';
import type { Vault } from './vault.ts';

export interface OpenedEntry {
  readonly row: EntryRow;
  readonly key: EntryKey;
  readonly record: EntryRecord;
  /** SHA-256 of the sealed record. */
  readonly hash: string;
}

/** @throws `entry/absent`, `entry/rolled-back`, `entry/damaged`, `format/version` */
export async function openEntry(vault: Vault, entryId: EntryId): Promise<OpenedEntry> {
  const row = await vault.stores.records.get('entries', entryId);
  const item = await (vault.readOnly ? provenItem(vault, entryId, row) : vault.item(entryId));
  if (item === undefined || item.tombstone) throw new SvjError('entry/absent');
  if (row === undefined) throw new SvjError('entry/damaged', 'missing');
  return openRow(vault, row, item.revision, item.hash);
}

/**
 * What is known of an entry when no head vouches for it: what its bucket says, if that opens, and where the row is newer,
 * what its own key is going to prove.
 */
async function provenItem(vault: Vault, entryId: EntryId, row: EntryRow | undefined): Promise<BucketItem | undefined> {
  const said = await vault.item(entryId).catch(unlessDamaged);
  if (row === undefined || (said !== undefined && said.revision >= row.revision)) return said;
  return { revision: row.revision, hash: await recordHash(row.record), tombstone: false };
}

function unlessDamaged(thrown: unknown): undefined {
  if (!(thrown instanceof SvjError) || thrown.code !== 'vault/damaged') throw thrown;
}

/**
 * Opens a row of which the head says revision and hash.
 * @throws `entry/rolled-back` for an older revision, `format/version` for one of a newer app, `entry/damaged` for anything
 *   else
 */
export async function openRow(vault: Vault, row: EntryRow, revision: number, hash: string): Promise<OpenedEntry> {
  if (row.revision < revision) throw new SvjError('entry/rolled-back');
  if ((await recordHash(row.record)) !== hash) throw new SvjError('entry/damaged', 'hash');
  requireKnownFormat(row.record);
  const key = await openEntryKey(vault, row);
  const record = await openRevision(vault, row, key, row.revision, row.record);
  return { row, key, record, hash };
}

/** @throws `entry/damaged` when the wrap is not this entry's */
export async function openEntryKey(vault: Vault, row: Pick<EntryRow, 'entryId' | 'epoch' | 'wrap'>): Promise<EntryKey> {
  const raw = await damageAsEntry(
    unwrap(vault.keys.entryWrap, entryWrapEnvelope(vault.id, row.entryId, row.epoch), row.wrap)
  );
  if (raw === null) throw new SvjError('entry/damaged', 'key');
  return entryKey(raw);
}

/** One revision of a record whose hash is already known to be right. */
export async function openRevision(
  vault: Vault,
  row: Pick<EntryRow, 'entryId' | 'epoch'>,
  key: EntryKey,
  revision: number,
  sealed: EntryRow['record']
): Promise<EntryRecord> {
  // The parent is read from the sealed form: the hash above it in the chain vouches for it.
  const parent = revision === 1 ? undefined : (await damageAsEntry(Promise.resolve(sealed).then(parseEnvelope))).parent;
  const envelope = recordEnvelope(vault.id, row.entryId, row.epoch, revision, parent);
  const json = await damageAsEntry(openRecord(await recordKey(key, row.entryId), envelope, sealed));
  if (json === null) throw new SvjError('entry/damaged', 'record');
  const record = parseEntryRecord(json);
  if (record.id !== row.entryId) throw new SvjError('entry/damaged', 'id');
  return record;
}

/** Whatever is wrong with the bytes of an entry, the person hears that the entry is damaged. */
async function damageAsEntry<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (thrown) {
    if (thrown instanceof SvjError && /^(?:seal|format)\//.test(thrown.code)) {
      throw new SvjError('entry/damaged', thrown.code, thrown);
    }
    throw thrown;
  }
}

/** A record whose hash is right says truly which version it is of. @throws `format/version`, `format/flags` */
function requireKnownFormat(sealed: EntryRow['record']): void {
  try {
    parseEnvelope(sealed);
  } catch (thrown) {
    if (isUnknownFormat(thrown)) throw thrown;
  }
}
