import { describe, expect, it } from 'vitest';
import { newEntryId, newObjectId } from '#shared/ids.ts';
import type { Transfer } from '#web/sync/transfers.ts';
import type { Places, StoredPlace } from '#web/workers/contracts.ts';
import { freeable } from './free-space.ts';

const place = (more: Partial<StoredPlace> = {}): StoredPlace => ({
  objectId: newObjectId(),
  entryId: newEntryId(),
  isRecording: true,
  size: 1000,
  isHere: true,
  ...more
});

const carried = ({ objectId, size }: StoredPlace, state: Transfer['state']): Transfer => ({
  ...{ objectId, state, size, url: null, at: 0 }
});

const offered = (objects: readonly StoredPlace[], transfers: readonly Transfer[], more: Partial<Places> = {}) =>
  freeable({ objects, unpublished: [], drafts: [], ...more }, transfers).map(({ objectId }) => objectId);

describe('what may be taken off this device', () => {
  it('is a recording that was verified, and nothing less', () => {
    const [verified, uploaded, sending, unknown] = [place(), place(), place(), place()];
    const transfers = [carried(verified, 'verified'), carried(uploaded, 'backed-up'), carried(sending, 'sending')];
    expect(offered([verified, uploaded, sending, unknown], transfers)).toEqual([verified.objectId]);
  });

  it('is no picture, nothing that is away, and nothing of an entry whose words were not sent', () => {
    const [picture, away, unsent] = [place({ isRecording: false }), place({ isHere: false }), place()];
    const transfers = [picture, away, unsent].map((one) => carried(one, 'verified'));
    expect(offered([picture, away, unsent], transfers, { unpublished: [unsent.entryId] })).toEqual([]);
  });
});
