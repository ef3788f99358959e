import { describe, expect, it } from 'vitest';
import { newEntryId, newObjectId, type EntryId } from '#shared/ids.ts';
import type { Transfer } from '#web/sync/transfers.ts';
import type { StoredPlace } from '#web/workers/contracts.ts';
import { entryStates } from './backup.ts';
import { cargoOf } from './vault-port.ts';

const place = (entryId: EntryId, more: Partial<StoredPlace> = {}): StoredPlace => ({
  ...{ objectId: newObjectId(), entryId, isRecording: false, size: 10, isHere: true },
  ...more
});

const carried = ({ objectId, size }: StoredPlace, state: Transfer['state']): Transfer => ({
  ...{ objectId, state, size, url: null, at: 0 }
});

describe('where an entry is kept', () => {
  const id = newEntryId();
  const [video, picture] = [place(id, { isRecording: true }), place(id)];
  const stateOf = (transfers: readonly Transfer[], objects = [video, picture], unpublished: EntryId[] = []) =>
    entryStates({ objects, unpublished, drafts: [] }, transfers).get(id);

  it('is as safe as the least safe of its parts', () => {
    expect(stateOf([])).toBe('local');
    expect(stateOf([carried(video, 'verified')])).toBe('local');
    expect(stateOf([carried(video, 'verified'), carried(picture, 'sending')])).toBe('local');
    expect(stateOf([carried(video, 'verified'), carried(picture, 'backed-up')])).toBe('backed-up');
    expect(stateOf([carried(video, 'verified'), carried(picture, 'verified')])).toBe('verified');
  });

  it('is only this device while the relay does not have its words', () => {
    expect(stateOf([carried(video, 'verified'), carried(picture, 'verified')], [video, picture], [id])).toBe('local');
  });

  it('is said to be elsewhere for what another device made: whether that sent it, this one does not know', () => {
    expect(stateOf([], [place(id, { isHere: false })])).toBe('elsewhere');
  });
});

describe('what is carried', () => {
  it('goes pictures first, then recordings, the newest entry first, and nothing that is away', () => {
    const [older, newer, trashed] = [newEntryId(), newEntryId(), newEntryId()];
    const objects = [
      place(trashed, { size: 6 }),
      place(older, { isRecording: true, size: 4 }),
      place(newer, { isRecording: true, size: 3 }),
      place(older, { size: 2 }),
      place(newer, { size: 1 }),
      place(newer, { isHere: false, size: 5 })
    ];
    expect(cargoOf(objects, [newer, older]).map(({ size }) => size)).toEqual([1, 2, 6, 3, 4]);
  });
});
