/** Rule 16: reconciliation as laws over every pair of items. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryId } from '#shared/ids.ts';
import { reconcile, type ListedItem, type LocalItem } from './reconcile.ts';

const hash = fc.constantFrom('a', 'b', 'c');
const listed: fc.Arbitrary<ListedItem> = fc.record({
  revision: fc.integer({ min: 1, max: 4 }),
  hash,
  tombstone: fc.boolean()
});
const local: fc.Arbitrary<LocalItem> = fc
  .tuple(listed, fc.boolean(), fc.array(hash, { maxLength: 2 }))
  .map(([item, unpublished, older]) => ({ ...item, unpublished, older }));
const id = fc.constantFrom('0', '1', '2', '3').map((digit) => digit.repeat(32) as EntryId);
const mapOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Map<EntryId, T>> =>
  fc.array(fc.tuple(id, value), { maxLength: 4 }).map((pairs) => new Map(pairs));

function actionOf(mine: LocalItem | undefined, theirs: ListedItem | undefined): string | undefined {
  const entryId = '0'.repeat(32) as EntryId;
  const one = <T>(item: T | undefined): Map<EntryId, T> => new Map(item === undefined ? [] : [[entryId, item]]);
  return reconcile(one(mine), one(theirs))[0]?.action;
}

const alive = { revision: 3, hash: 'c', tombstone: false, older: ['b', 'a'] };
const gone = { ...alive, revision: 4, tombstone: true };

describe('reconcile', () => {
  it('answers for every entry of both lists, once, in order, and the same however the lists are ordered', () => {
    fc.assert(
      fc.property(mapOf(local), mapOf(listed), (mine, theirs) => {
        const actions = reconcile(mine, theirs);
        const ids = actions.map(({ entryId }) => entryId);
        expect(ids).toEqual([...new Set([...mine.keys(), ...theirs.keys()])].sort());
        expect(reconcile(new Map([...mine].reverse()), new Map([...theirs].reverse()))).toEqual(actions);
      })
    );
  });

  it('never overwrites what was not published, and publishes nothing over what it does not know', () => {
    fc.assert(
      fc.property(local, fc.option(listed, { nil: undefined }), (mine, theirs) => {
        const action = actionOf({ ...mine, unpublished: true }, theirs);
        expect(['nothing', 'send', 'merge']).toContain(action);
        if (action === 'send' && theirs) expect([mine.hash, ...mine.older]).toContain(theirs.hash);
        if (action === 'send' && theirs?.tombstone) throw new Error('a deletion was overlooked');
      })
    );
  });

  it('what was agreed on only rises: anything else of a published entry has a name', () => {
    fc.assert(
      fc.property(local, listed, (mine, theirs) => {
        const action = actionOf({ ...mine, unpublished: false }, theirs);
        if (action === 'take') expect(theirs.revision).toBeGreaterThan(mine.revision);
        else expect(['nothing', 'undead', 'rolled-back']).toContain(action);
        if (action === 'undead') expect([mine.tombstone, theirs.tombstone]).toEqual([true, false]);
      })
    );
  });

  it('takes everything on an empty device, and gives everything to an empty relay', () => {
    fc.assert(
      fc.property(mapOf(local), mapOf(listed), (mine, theirs) => {
        expect(new Set(reconcile(new Map(), theirs).map(({ action }) => action)).size).toBeLessThanOrEqual(1);
        for (const { action } of reconcile(new Map(), theirs)) expect(action).toBe('take');
        for (const { entryId, action } of reconcile(mine, new Map())) {
          expect(action).toBe(mine.get(entryId)?.unpublished ? 'send' : 'omitted');
        }
      })
    );
  });

  it.each([
    [
      'the relay has what this was made from',
      { ...alive, unpublished: true },
      { ...alive, revision: 2, hash: 'b' },
      'send'
    ],
    ['deleted here, unchanged there', { ...gone, unpublished: true }, alive, 'send'],
    ['deleted there, unchanged here', { ...alive, unpublished: false }, gone, 'take'],
    ['deleted there, edited here', { ...alive, unpublished: true }, { ...gone, hash: 'b' }, 'merge'],
    ['deleted here, edited there', { ...gone, unpublished: true }, { ...alive, revision: 4, hash: 'd' }, 'merge'],
    ['both edited', { ...alive, unpublished: true }, { ...alive, hash: 'd' }, 'merge'],
    [
      'A11 an older revision than agreed',
      { ...alive, unpublished: false },
      { ...alive, revision: 2, hash: 'b' },
      'rolled-back'
    ],
    ['A14 left out', { ...alive, unpublished: false }, undefined, 'omitted'],
    ['A14 brought back', { ...gone, unpublished: false }, alive, 'undead'],
    ['restored there', { ...gone, unpublished: false }, { ...alive, revision: 5, hash: 'd' }, 'take']
  ])('%s', (_, mine, theirs, action) => {
    expect(actionOf(mine, theirs)).toBe(action);
  });
});
