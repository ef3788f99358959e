/**
 * What to do about each entry when two lists meet: what this device has, and what a newer published head says (rule 16).
 * Pure, and total: every pair has an answer. Deletion is a tombstone, never an absence.
 */
import type { EntryId } from '#shared/ids.ts';

export type ListedItem = Readonly<{
  revision: number;
  /** SHA-256 of the sealed record; of a tombstone, of the record that was deleted. */
  hash: string;
  tombstone: boolean;
}>;

export type LocalItem = ListedItem &
  Readonly<{
    /** Changed since this device and the relay last agreed. */
    unpublished: boolean;
    /** Hashes of the revisions that it was made from, as far as they are kept. */
    older: readonly string[];
  }>;

/**
 * `send`: what is here goes on top. `take`: what is there stands. `merge`: both sides did something. What an honest
 * published head cannot say: `omitted`, an entry is left out; `undead`, a deleted one is back without a newer revision;
 * `rolled-back`, a revision is lower than, or another than, the one that was agreed on.
 */
export type Action = 'nothing' | 'send' | 'take' | 'merge' | 'omitted' | 'undead' | 'rolled-back';

export interface Reconciled {
  readonly entryId: EntryId;
  readonly action: Action;
}

/** Of every entry that either list names, in the order of their ids. */
export function reconcile(
  local: ReadonlyMap<EntryId, LocalItem>,
  remote: ReadonlyMap<EntryId, ListedItem>
): Reconciled[] {
  const ids = [...new Set([...local.keys(), ...remote.keys()])].sort();
  return ids.map((entryId) => ({ entryId, action: actionFor(local.get(entryId), remote.get(entryId)) }));
}

function actionFor(local: LocalItem | undefined, remote: ListedItem | undefined): Action {
  if (remote === undefined) return local === undefined ? 'nothing' : local.unpublished ? 'send' : 'omitted';
  if (local === undefined) return 'take';
  if (isSameItem(local, remote)) return 'nothing';
  if (!local.unpublished) {
    if (remote.revision > local.revision) return 'take';
    return local.tombstone && !remote.tombstone ? 'undead' : 'rolled-back';
  }
  // A tombstone names the record that it deleted: whether the deletion is an older one, only the records can tell.
  const isPast = local.older.includes(remote.hash) || (local.tombstone && local.hash === remote.hash);
  return isPast && !remote.tombstone ? 'send' : 'merge';
}

export function isSameItem(a: ListedItem, b: ListedItem): boolean {
  return a.revision === b.revision && a.hash === b.hash && a.tombstone === b.tombstone;
}
