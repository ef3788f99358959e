/** Taking entries away and bringing them back. What is destroyed is gone: its key is. */
import type { EntryId } from '#shared/ids.ts';
import type { TrashItem } from '#web/workers/contracts.ts';
import type { VaultClient } from './session.ts';

/** To the trash, for 7 days. @throws `entry/absent`, `vault/locked` */
export async function removeEntry(vault: VaultClient, id: EntryId): Promise<void> {
  await vault.call('remove', { id });
}

/** @throws `entry/absent` once it was destroyed, `vault/locked` */
export async function restoreEntry(vault: VaultClient, id: EntryId): Promise<void> {
  await vault.call('restore', { id });
}

/** What goes first stands first. */
export async function listTrash(vault: VaultClient): Promise<readonly TrashItem[]> {
  const items = await vault.call('trash', undefined);
  return items.toSorted((a, b) => Date.parse(a.purgeAt) - Date.parse(b.purgeAt));
}

/** Destroys the entry's key and every object, now. @throws `entry/absent`, `vault/locked` */
export async function destroyEntry(vault: VaultClient, id: EntryId): Promise<void> {
  await vault.call('destroy', { id });
}

/**
 * One after the other, so that it can be stopped between two: what is gone is reported by
 * `destroyed`, the others are untouched.
 */
export async function destroyAll(
  vault: VaultClient,
  ids: readonly EntryId[],
  signal: AbortSignal,
  destroyed: (id: EntryId) => void
): Promise<void> {
  for (const id of ids) {
    if (signal.aborted) return;
    await destroyEntry(vault, id);
    destroyed(id);
  }
}
