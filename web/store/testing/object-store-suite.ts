/** The conformance suite of the object port (rule 13): an implementation's test is one call. */
import { describe, it } from 'vitest';
import { fullStoreLaws, objectStoreLaws, type ObjectStoreSubject } from './object-store-laws.ts';

export function runObjectStoreSuite(
  name: string,
  make: () => Promise<ObjectStoreSubject>,
  makeFull: () => Promise<ObjectStoreSubject & { readonly tooMuch: number }>
): void {
  describe(name, () => {
    for (const [law, holds] of Object.entries(objectStoreLaws)) it(law, async () => holds(await make()));
    for (const [law, holds] of Object.entries(fullStoreLaws)) it(law, async () => holds(await makeFull()));
  });
}
