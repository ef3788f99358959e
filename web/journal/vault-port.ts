/** The vault worker's side of an exchange, and the cargo that lies on this device. */
import type { StoredPlace } from '#web/workers/contracts.ts';
import type { Cargo } from '#web/sync/carrier.ts';
import type { VaultPort } from '#web/sync/exchange.ts';
import type { VaultClient } from './session.ts';

/** @param vault asked anew for each call: a lock may fall between two */
export function vaultPort(vault: () => VaultClient): VaultPort {
  return {
    published: () => vault().call('published', undefined),
    prepareCommit: () => vault().call('prepareCommit', undefined),
    confirmCommit: (hash) => vault().call('confirmCommit', { hash }),
    takeIn: (arrival) => vault().call('takeIn', arrival)
  };
}

/** Pictures before recordings: they are small, and a timeline elsewhere is empty without them. Newest first. */
export function cargoOf(places: readonly StoredPlace[], newestFirst: readonly string[]): Cargo[] {
  const rank = new Map(newestFirst.map((entryId, index) => [entryId, index]));
  const rankOf = ({ entryId }: StoredPlace): number => rank.get(entryId) ?? newestFirst.length;
  const isMedia = ({ isRecording }: StoredPlace): number => Number(isRecording);
  return places
    .filter(({ isHere }) => isHere)
    .sort((a, b) => isMedia(a) - isMedia(b) || rankOf(a) - rankOf(b))
    .map(({ objectId, size }) => ({ objectId, size }));
}
