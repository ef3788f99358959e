/** How much lies on the device, for Settings. */
import { KIND } from '#shared/format/kind.ts';
import type { VaultUsage } from '#web/workers/contracts.ts';
import type { Vault } from './vault.ts';

/** Bytes are those of the sealed files. */
export async function vaultUsage(vault: Vault): Promise<VaultUsage> {
  const { records } = vault.stores;
  const trashed = new Set((await records.all('trash')).map(({ entryId }) => entryId));
  let clips = 0;
  let objectBytes = 0;
  let trashBytes = 0;
  for (const { kind, size, entryId, away } of await records.all('objects')) {
    if (kind === KIND.media && !trashed.has(entryId)) clips++;
    if (away) continue;
    if (trashed.has(entryId)) trashBytes += size;
    else objectBytes += size;
  }
  for (const { size } of await records.all('inbox')) objectBytes += size;
  return { entries: vault.summaries.size, clips, objectBytes, trashBytes };
}
