/** Reads the newest head and proves its place: the chain of kept heads behind it, the slots beside it. */
import type { HeadKey } from '#shared/crypto/keys.ts';
import { openRecord, recordHash } from '#shared/crypto/record.ts';
import { SvjError } from '#shared/errors.ts';
import { parseEnvelope, type Envelope } from '#shared/format/envelope.ts';
import type { RecordStore } from '#web/store/records.ts';
import type { HeadRow, VaultRow } from '#web/store/rows.ts';
import { headEnvelope } from './envelopes.ts';
import { parseHead, type HeadContent } from './head.ts';
import { slotItem } from './slots.ts';

/** A head that was accepted. */
export interface HeadState {
  readonly content: HeadContent;
  readonly sequence: number;
  /** SHA-256 of its sealed form. */
  readonly hash: string;
}

/**
 * @throws `vault/damaged` when the head does not open, `vault/rolled-back` when the chain or
 *   the slots do not fit it, `vault/newer-app`
 */
export async function loadHead(records: RecordStore, key: HeadKey, row: VaultRow): Promise<HeadState> {
  const rows = await records.all('heads');
  const newest = rows.at(-1);
  if (newest === undefined) throw new SvjError('vault/damaged', 'no head');
  await requireChain(rows);
  const content = parseHead(await openHead(key, row, newest));
  const slots = await Promise.all(row.slots.map(slotItem));
  const listed = new Set(content.slots.map(({ id, hash }) => `${id} ${hash}`));
  if (slots.length !== listed.size || !slots.every(({ id, hash }) => listed.has(`${id} ${hash}`))) {
    throw new SvjError('vault/rolled-back', 'slots');
  }
  return { content, sequence: newest.sequence, hash: await recordHash(newest.sealed) };
}

/**
 * Whether `next` may follow what this worker has accepted before.
 * @param kept the row that is stored now under the sequence of `accepted`; older ones are forgotten
 * @throws `vault/rolled-back` for an older head, or another one in the same place
 */
export async function requireSuccessor(accepted: HeadState, kept: HeadRow | undefined, next: HeadState): Promise<void> {
  if (next.sequence < accepted.sequence) throw new SvjError('vault/rolled-back', 'older head');
  if (kept !== undefined && (await recordHash(kept.sealed)) !== accepted.hash) {
    throw new SvjError('vault/rolled-back', 'other head');
  }
}

async function openHead(key: HeadKey, row: VaultRow, { sequence, sealed }: HeadRow): Promise<unknown> {
  try {
    // The header is read to learn the parent; that it opens under it is what makes it true.
    const { parent } = parseEnvelope(sealed);
    const json = await openRecord(key, headEnvelope(row.vaultId, sequence, sequence === 1 ? null : parent), sealed);
    if (json !== null) return json;
  } catch (thrown) {
    throw asVaultDamage(thrown);
  }
  throw new SvjError('vault/damaged', 'head');
}

/** Each kept head names the one before it as its parent. */
async function requireChain(rows: readonly HeadRow[]): Promise<void> {
  for (const [i, row] of rows.entries()) {
    const { parent, revision } = envelopeOf(row);
    if (revision !== row.sequence) throw new SvjError('vault/rolled-back', 'sequence');
    const before = rows[i - 1];
    if (before === undefined) continue;
    if (row.sequence !== before.sequence + 1 || parent !== (await recordHash(before.sealed))) {
      throw new SvjError('vault/rolled-back', 'chain');
    }
  }
}

function envelopeOf({ sealed }: HeadRow): Required<Envelope> {
  try {
    return parseEnvelope(sealed);
  } catch (thrown) {
    throw asVaultDamage(thrown);
  }
}

/** Whatever is wrong with the bytes, the person hears that the journal's head is damaged. */
function asVaultDamage(thrown: unknown): unknown {
  if (!(thrown instanceof SvjError) || !/^(?:seal|format)\//.test(thrown.code)) return thrown;
  return new SvjError('vault/damaged', thrown.code, thrown);
}
