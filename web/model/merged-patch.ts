import type { EntryPatch } from './entry.ts';

/** Several edits of one entry as one: the later ones win, and trims of different clips go together. */
export function mergedPatch(patches: readonly EntryPatch[]): EntryPatch {
  return patches.reduce<EntryPatch>((all, patch) => {
    const trims = { ...all.trims, ...patch.trims };
    return { ...all, ...patch, ...(Object.keys(trims).length === 0 ? {} : { trims }) };
  }, {});
}
