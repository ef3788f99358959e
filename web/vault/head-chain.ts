/**
 * Reads the newest head and proves its place: the chain of kept heads behind it, the slots beside it.
 *
 * [Note: Reading only] What is damaged must not take along what is whole. Where the newest head does not open, or what is
 * kept contradicts it, nothing vouches for the list of entries any more, but each entry still proves itself by its own key.
 * Such a journal is opened for reading, by the newest head that does open, and never written to: a head on top of it would
 * make whatever an attacker put there the truth.
 */
import type { HeadKey } from '#shared/crypto/keys.ts';
import { openRecord, recordHash } from '#shared/crypto/record.ts';
import { isUnknownFormat, SvjError } from '#shared/errors.ts';
import { parseEnvelope } from '#shared/format/envelope.ts';
import type { DeviceId, SlotId } from '#shared/ids.ts';
import { isReadOnly, type VaultCondition } from '#web/model/vault-condition.ts';
import type { RecordStore } from '#web/store/records.ts';
import type { HeadRow, SlotRow, VaultRow } from '#web/store/rows.ts';
import { headEnvelope } from './envelopes.ts';
import { parseHead, type HeadContent } from './head.ts';
import { inboxHash, storedInbox } from './inbox.ts';
import { slotItem } from './slots.ts';

/** A head that was accepted. */
export interface HeadState {
  readonly content: HeadContent;
  readonly sequence: number;
  /** SHA-256 of its sealed form. */
  readonly hash: string;
}

export interface LoadedHead {
  readonly head: HeadState;
  readonly condition: VaultCondition;
  /** Sequences of kept heads that prove nothing any more: they go with the next commit. */
  readonly unproven: readonly number[];
}

/** A head that opens under the place that it claims for itself. */
interface AuthenticHead extends HeadState {
  readonly parent: string;
}

/**
 * @param slotId the slot that the vault key came from
 * @param replaced the way in that is about to be replaced: whatever happened to it is mended with that
 * @throws `vault/damaged` when no head opens at all, `vault/rolled-back` when the one that opens does not know the slot
 *   (a passphrase that was changed stays changed), `vault/newer-app`
 */
export async function loadHead(
  records: RecordStore,
  key: HeadKey,
  row: VaultRow,
  slotId: SlotId | null,
  replaced: SlotRow['kind'] | null = null
): Promise<LoadedHead> {
  const rows = await records.all('heads');
  const newest = rows.at(-1);
  if (newest === undefined) throw new SvjError('vault/damaged', 'no head');
  const head = await readHead(key, row, newest);
  const loaded =
    head?.sequence === newest.sequence ? await proveChain(key, row, rows, head) : await lastThatOpens(key, row, rows);
  const stays = ({ kind }: Pick<SlotRow, 'kind'>): boolean => kind !== replaced;
  const slots = await Promise.all(row.slots.filter(stays).map(slotItem));
  const listed = new Set(loaded.head.content.slots.filter(stays).map(({ id, hash }) => `${id} ${hash}`));
  const foreign = slots.filter(({ id, hash }) => !listed.has(`${id} ${hash}`));
  // A newer app may have changed the passphrase in a head that cannot be read here.
  if (foreign.some(({ id }) => id === slotId)) {
    throw new SvjError(loaded.condition === 'newer-app' ? 'vault/newer-app' : 'vault/rolled-back', 'slot');
  }
  // Another inbox key would let whoever put it there read what is added while the vault is locked.
  const inbox = storedInbox(row);
  const isOurInbox = inbox !== null && (await inboxHash(inbox)) === loaded.head.content.inbox;
  const isComplete = foreign.length === 0 && slots.length === listed.size && isOurInbox;
  return isComplete || isReadOnly(loaded.condition) ? loaded : { ...loaded, condition: 'rolled-back' };
}

/**
 * Whether `next` may follow what this worker has accepted before.
 * @param kept the row that is stored now under the sequence of `accepted`; older ones are forgotten
 * @throws `vault/rolled-back` for an older head, another one in the same place, or one that takes something back
 */
export async function requireSuccessor(
  accepted: HeadState,
  kept: HeadRow | undefined,
  next: HeadState,
  device: DeviceId
): Promise<void> {
  if (next.sequence < accepted.sequence) throw new SvjError('vault/rolled-back', 'older head');
  if (kept !== undefined && (await recordHash(kept.sealed)) !== accepted.hash) {
    throw new SvjError('vault/rolled-back', 'other head');
  }
  if (takesBack(accepted.content, next.content, device)) throw new SvjError('vault/rolled-back', 'content');
}

/** FORMAT.md section 12: the suite demanded never falls, and what this device published stays in the list. */
function takesBack(before: HeadContent, next: HeadContent, device: DeviceId): boolean {
  return next.minimumSuite < before.minimumSuite || (next.devices[device] ?? 0) < (before.devices[device] ?? 0);
}

/**
 * From the newest head backwards, each names the hash of the one before. Where that ends, what lies there decides: bytes
 * that do not open are damage, which ends the proof and harms nobody; a head that does open is another history.
 */
async function proveChain(
  key: HeadKey,
  row: VaultRow,
  rows: readonly HeadRow[],
  head: AuthenticHead
): Promise<LoadedHead> {
  let { sequence, parent } = head;
  for (let at = rows.length - 2; at >= 0; at--) {
    const before = rows[at] as HeadRow;
    if (before.sequence !== sequence - 1) return { head, condition: 'rolled-back', unproven: [] };
    if ((await recordHash(before.sealed)) !== parent) {
      if ((await readHead(key, row, before)) !== null) return { head, condition: 'rolled-back', unproven: [] };
      const unproven = rows.slice(0, at + 1).map((older) => older.sequence);
      return { head, condition: 'history-cut', unproven };
    }
    // The hash that the head above names vouches for the header too.
    ({ parent } = parseEnvelope(before.sealed));
    sequence = before.sequence;
  }
  const before = rows.at(-2) && (await readHead(key, row, rows.at(-2) as HeadRow));
  const isFallen = before ? takesBack(before.content, head.content, row.deviceId) : false;
  return { head, condition: isFallen ? 'rolled-back' : 'sound', unproven: [] };
}

/** The newest row does not hold its head: damaged, or another head put in its place. */
async function lastThatOpens(key: HeadKey, row: VaultRow, rows: readonly HeadRow[]): Promise<LoadedHead> {
  const newest = rows.at(-1);
  let last: AuthenticHead | null = null;
  let condition: VaultCondition = newest && isOfUnknownFormat(newest) ? 'newer-app' : 'damaged';
  for (const candidate of rows) {
    const head = await readHead(key, row, candidate);
    if (head === null) continue;
    if (candidate === newest) condition = 'rolled-back';
    if (last === null || head.sequence > last.sequence) last = head;
  }
  if (last === null) throw new SvjError('vault/damaged', 'head');
  return { head: last, condition, unproven: [] };
}

/**
 * What the header says of itself is not authentic: whoever changes it gets no further than with any other damage, and the
 * person hears the likelier of the two reasons.
 */
function isOfUnknownFormat({ sealed }: HeadRow): boolean {
  try {
    parseEnvelope(sealed);
    return false;
  } catch (thrown) {
    return isUnknownFormat(thrown);
  }
}

/** Null when it does not open. @throws `vault/newer-app` */
async function readHead(key: HeadKey, { vaultId }: VaultRow, { sealed }: HeadRow): Promise<AuthenticHead | null> {
  try {
    // The header is read to learn sequence and parent; that it opens under them is what makes them true.
    const { revision: sequence, parent } = parseEnvelope(sealed);
    const json = await openRecord(key, headEnvelope(vaultId, sequence, sequence === 1 ? null : parent), sealed);
    if (json === null) return null;
    return { content: parseHead(json), sequence, hash: await recordHash(sealed), parent };
  } catch (thrown) {
    if (thrown instanceof SvjError && /^(?:seal|format)\//.test(thrown.code)) return null;
    throw thrown;
  }
}
