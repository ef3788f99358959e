/**
 * Reads the newest head and proves its place: the chain of kept heads behind it, the slots beside it.
 *
 * [Note: Reading only] What is damaged must not take along what is whole. Where the newest head does not open, or what is
 * kept contradicts it, nothing vouches for the list of entries any more, but each entry still proves itself by its own key.
 * Such a journal is opened for reading, by the newest head that does open, and never written to: a head on top of it would
 * make whatever an attacker put there the truth.
 */
import type { HeadKey } from '#shared/crypto/keys.ts';
import { recordHash } from '#shared/crypto/record.ts';
import { isUnknownFormat, SvjError } from '#shared/errors.ts';
import { parseEnvelope } from '#shared/format/envelope.ts';
import type { DeviceId, SlotId } from '#shared/ids.ts';
import { isReadOnly, type VaultCondition } from '#web/model/vault-condition.ts';
import type { RecordStore } from '#web/store/records.ts';
import type { HeadRow, SlotRow, VaultRow } from '#web/store/rows.ts';
import type { HeadContent } from './head.ts';
import { readHead, type AuthenticHead, type HeadState } from './head-reader.ts';
import { inboxHash, storedInbox } from './inbox.ts';
import { slotItem } from './slots.ts';

export interface LoadedHead {
  readonly head: HeadState;
  readonly condition: VaultCondition;
  /** Sequences of the heads that are kept, in their order. */
  readonly kept: readonly number[];
  /** Those of them that prove nothing any more: they go with the next commit. */
  readonly unproven: readonly number[];
}

type ProvenHead = Omit<LoadedHead, 'kept'>;

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
  const head = await readHead(key, row.vaultId, newest.sealed);
  const proven =
    head?.sequence === newest.sequence ? await proveChain(key, row, rows, head) : await lastThatOpens(key, row, rows);
  const loaded = { ...proven, kept: rows.map(({ sequence }) => sequence) };
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

/** What a worker has accepted, or is asked to: the newest head, and the newest one that the relay is known to have. */
export interface Standing {
  readonly head: HeadState;
  /** Its sequence; 0 before the first. */
  readonly published: number;
}

/**
 * Whether `next` may follow what this worker has accepted before. A local head may give its number to one that came from
 * the relay, which was proven when it was taken in; one that was published never does.
 * @param kept the row that is stored now under the sequence of the accepted head; older ones are forgotten
 * @throws `vault/rolled-back` for an older head, another one in the same place, or one that takes something back
 */
export async function requireSuccessor(
  accepted: Standing,
  kept: HeadRow | undefined,
  next: Standing,
  device: DeviceId
): Promise<void> {
  const { sequence, hash, content } = accepted.head;
  if (next.head.sequence < sequence || next.published < accepted.published) {
    throw new SvjError('vault/rolled-back', 'older head');
  }
  const isReplaced = accepted.published < sequence && sequence <= next.published;
  if (kept !== undefined && !isReplaced && (await recordHash(kept.sealed)) !== hash) {
    throw new SvjError('vault/rolled-back', 'other head');
  }
  if (takesBack(content, next.head.content, device)) throw new SvjError('vault/rolled-back', 'content');
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
): Promise<ProvenHead> {
  let parent: string | null = head.parent;
  for (let at = rows.length - 2; at >= 0; at--) {
    const before = rows[at] as HeadRow;
    if ((await recordHash(before.sealed)) !== parent) {
      if ((await readHead(key, row.vaultId, before.sealed)) !== null)
        return { head, condition: 'rolled-back', unproven: [] };
      const unproven = rows.slice(0, at + 1).map((older) => older.sequence);
      return { head, condition: 'history-cut', unproven };
    }
    // The hash that the head above names vouches for the header too: rows lie in the order of their numbers, so that a head
    // which stands under its own rises above the one before.
    const envelope = parseEnvelope(before.sealed);
    if (envelope.revision !== before.sequence) return { head, condition: 'rolled-back', unproven: [] };
    parent = envelope.parent;
  }
  const before = rows.at(-2) && (await readHead(key, row.vaultId, (rows.at(-2) as HeadRow).sealed));
  const isFallen = before ? takesBack(before.content, head.content, row.deviceId) : false;
  return { head, condition: isFallen ? 'rolled-back' : 'sound', unproven: [] };
}

/** The newest row does not hold its head: damaged, or another head put in its place. */
async function lastThatOpens(key: HeadKey, row: VaultRow, rows: readonly HeadRow[]): Promise<ProvenHead> {
  const newest = rows.at(-1);
  let last: AuthenticHead | null = null;
  let condition: VaultCondition = newest && isOfUnknownFormat(newest) ? 'newer-app' : 'damaged';
  for (const candidate of rows) {
    const head = await readHead(key, row.vaultId, candidate.sealed);
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
