import type { EntryId } from '#shared/ids.ts';
import type { TakeInOutcome, TakeInRefusal } from '#web/model/parcel.ts';

/** Ends taking in; nothing is changed. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly outcome: TakeInOutcome;

  constructor(why: TakeInRefusal, entryId: EntryId | null = null) {
    super(why);
    this.outcome = { outcome: 'refused', why, entryId };
  }
}
