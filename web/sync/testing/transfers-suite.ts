/** The conformance suite of the port to transfers (rule 13): an implementation's test is one call. */
import { describe, expect, it } from 'vitest';
import { newObjectId } from '#shared/ids.ts';
import type { Transfer, Transfers } from '../transfers.ts';

function transfer(changed: Partial<Transfer> = {}): Transfer {
  return { objectId: newObjectId(), state: 'sending', size: 5, url: '/api/uploads/x', at: 7, ...changed };
}

export function runTransfersSuite(name: string, make: () => Transfers): void {
  describe(name, () => {
    it('knows nothing at first', async () => {
      const transfers = make();
      expect(await transfers.get(newObjectId())).toBeNull();
      expect(await transfers.all()).toEqual([]);
    });

    it('gives back the last that was put', async () => {
      const transfers = make();
      const [first, other] = [transfer(), transfer()];
      await transfers.put(first);
      await transfers.put(other);
      const done = { ...first, state: 'backed-up', url: null, at: 8 } as const;
      await transfers.put(done);
      expect(await transfers.get(first.objectId)).toEqual(done);
      expect(await transfers.get(other.objectId)).toEqual(other);
      expect(new Set(await transfers.all())).toEqual(new Set([done, other]));
    });

    it('forgets one, also one that was never there', async () => {
      const transfers = make();
      const [first, other] = [transfer(), transfer()];
      await transfers.put(first);
      await transfers.put(other);
      await transfers.remove(first.objectId);
      await transfers.remove(first.objectId);
      expect(await transfers.get(first.objectId)).toBeNull();
      expect(await transfers.all()).toEqual([other]);
    });
  });
}
