/** The conformance suite of the object port (rule 13): an implementation's test is one call. */
import { describe, it } from 'vitest';
import { objectStoreLaws, type ObjectStoreSubject } from './object-store-laws.ts';

/** @param skipped why the laws cannot be tried here; it stands in the name of the suite */
export function runObjectStoreSuite(name: string, make: () => Promise<ObjectStoreSubject>, skipped?: string): void {
  const title = skipped === undefined ? name : `${name} (skipped: ${skipped})`;
  describe.skipIf(skipped !== undefined)(title, () => {
    for (const [law, holds] of Object.entries(objectStoreLaws)) it(law, async () => holds(await make()), 120_000);
  });
}
