/** The conformance suite of the record port (rule 13): an implementation's test is one call. */
import { afterEach, describe, expect, it } from 'vitest';
import { randomBytes } from '#shared/bytes.ts';
import { newEntryId, newObjectId, parseEntryId, type EntryId } from '#shared/ids.ts';
import type { RecordStore } from '../records.ts';
import type { EntryRow, ObjectRow, RevisionRow } from '../rows.ts';

export interface RecordStoreSubject {
  /** A store without any row. */
  readonly records: RecordStore;
  /** The same rows through another connection. */
  readonly reopen: () => Promise<RecordStore>;
}

function entryRow(entryId = newEntryId(), revision = 1): EntryRow {
  return { entryId, revision, epoch: 1, wrap: randomBytes(8), record: randomBytes(300) };
}

function revisionRow(entryId: EntryId, revision: number): RevisionRow {
  return { entryId, revision, record: randomBytes(5) };
}

function objectRow(entryId = newEntryId()): ObjectRow {
  return { objectId: newObjectId(), entryId, kind: 0x20, size: 166 };
}

/** A row that no store can hold: its key is missing. */
function brokenRow(): ObjectRow {
  return { entryId: newEntryId(), kind: 0x20, size: 1 } as unknown as ObjectRow;
}

export function runRecordStoreSuite(name: string, make: () => Promise<RecordStoreSubject>): void {
  describe(name, () => {
    const open: RecordStore[] = [];
    async function subject(): Promise<RecordStoreSubject> {
      const made = await make();
      open.push(made.records);
      return {
        records: made.records,
        reopen: async () => {
          const records = await made.reopen();
          open.push(records);
          return records;
        }
      };
    }

    afterEach(() => {
      for (const records of open.splice(0)) records.close();
    });

    it('holds nothing at first', async () => {
      const { records } = await subject();
      expect(await records.get('vault', 'vault')).toBeUndefined();
      expect(await records.get('revisions', ['0'.repeat(32), 1])).toBeUndefined();
      expect(await records.all('entries')).toEqual([]);
      expect(await records.ofEntry('objects', newEntryId())).toEqual([]);
    });

    it('gives back what was committed, also through another connection', async () => {
      const { records, reopen } = await subject();
      const row = entryRow();
      await records.commit({ put: { entries: [row], outbox: [{ key: `record/${row.entryId}`, revision: 1 }] } });
      for (const store of [records, await reopen()]) {
        expect(await store.get('entries', row.entryId)).toEqual(row);
        expect(await store.all('outbox')).toEqual([{ key: `record/${row.entryId}`, revision: 1 }]);
      }
    });

    it('gives rows that are nobody else’s', async () => {
      const { records } = await subject();
      const row = entryRow();
      const kept = structuredClone(row);
      await records.commit({ put: { entries: [row] } });
      row.record.fill(0);
      (await records.get('entries', row.entryId))?.record.fill(0);
      (await records.all('entries'))[0]?.record.fill(0);
      expect(await records.get('entries', row.entryId)).toEqual(kept);
    });

    it('replaces the row of the same key, and no other', async () => {
      const { records } = await subject();
      const [one, other] = [entryRow(), entryRow()];
      await records.commit({ put: { entries: [one, other] } });
      const newer = entryRow(one.entryId, 2);
      await records.commit({ put: { entries: [newer] } });
      expect(await records.get('entries', one.entryId)).toEqual(newer);
      expect(await records.get('entries', other.entryId)).toEqual(other);
    });

    it('removes before it puts, and removing what is absent is nothing', async () => {
      const { records } = await subject();
      const [gone, moved] = [entryRow(), entryRow()];
      await records.commit({ put: { entries: [gone, moved] } });
      await records.commit({
        remove: { entries: [gone.entryId, moved.entryId, newEntryId()], drafts: [newObjectId()] },
        put: { entries: [moved] }
      });
      expect(await records.all('entries')).toEqual([moved]);
    });

    it('an empty commit is nothing', async () => {
      const { records } = await subject();
      await records.commit({});
      await records.commit({ put: { entries: [] }, remove: { entries: [] } });
      expect(await records.all('entries')).toEqual([]);
    });

    it('compound keys are keys: one row for each pair', async () => {
      const { records } = await subject();
      const [a, b] = [newEntryId(), newEntryId()];
      const rows = [revisionRow(a, 1), revisionRow(a, 2), revisionRow(b, 1)];
      await records.commit({ put: { revisions: rows } });
      const replaced = revisionRow(a, 2);
      await records.commit({ put: { revisions: [replaced] }, remove: { revisions: [[b, 1]] } });
      expect(await records.get('revisions', [a, 1])).toEqual(rows[0]);
      expect(await records.get('revisions', [a, 2])).toEqual(replaced);
      expect(await records.get('revisions', [b, 1])).toBeUndefined();
    });

    it('all() is in key order: numbers by value, names by letter, pairs item by item', async () => {
      const { records } = await subject();
      const heads = [10, 9, 100, 1, 2].map((sequence) => ({ sequence, sealed: randomBytes(1) }));
      const ids = ['b', '0', 'f', 'a'].map((digit) => parseEntryId(digit.repeat(32)));
      const revisions = [...ids].flatMap((id) => [10, 2].map((revision) => revisionRow(id, revision)));
      await records.commit({ put: { heads, entries: ids.map((id) => entryRow(id)), revisions } });
      expect((await records.all('heads')).map(({ sequence }) => sequence)).toEqual([1, 2, 9, 10, 100]);
      expect((await records.all('entries')).map(({ entryId }) => entryId[0])).toEqual(['0', 'a', 'b', 'f']);
      expect(
        (await records.all('revisions')).map(({ entryId, revision }) => `${entryId.slice(0, 1)}${revision}`)
      ).toEqual(['02', '010', 'a2', 'a10', 'b2', 'b10', 'f2', 'f10']);
    });

    it('last() gives the row with the highest key', async () => {
      const { records } = await subject();
      expect(await records.last('heads')).toBeUndefined();
      const rows = [9, 10, 2].map((sequence) => ({ sequence, sealed: randomBytes(3) }));
      await records.commit({ put: { heads: rows } });
      expect(await records.last('heads')).toEqual(rows[1]);
    });

    it('ofEntry() gives the rows of one entry alone', async () => {
      const { records } = await subject();
      const [mine, other] = [newEntryId(), newEntryId()];
      const objects = [objectRow(mine), objectRow(other), objectRow(mine)];
      await records.commit({ put: { objects, revisions: [revisionRow(mine, 1), revisionRow(other, 1)] } });
      const found = await records.ofEntry('objects', mine);
      expect(found.map(({ objectId }) => objectId).sort()).toEqual([objects[0]?.objectId, objects[2]?.objectId].sort());
      expect(await records.ofEntry('revisions', mine)).toHaveLength(1);
    });

    it('a commit that fails in the middle changes nothing', async () => {
      const { records, reopen } = await subject();
      const row = entryRow();
      await records.commit({ put: { entries: [row] } });
      const failing = records.commit({
        remove: { entries: [row.entryId] },
        put: { entries: [entryRow()], objects: [objectRow(), brokenRow()], outbox: [{ key: 'head', revision: 1 }] }
      });
      await expect(failing).rejects.toThrow();
      for (const store of [records, await reopen()]) {
        expect(await store.all('entries')).toEqual([row]);
        expect(await store.all('objects')).toEqual([]);
        expect(await store.all('outbox')).toEqual([]);
      }
    });

    it('a failed commit does not stop the next', async () => {
      const { records } = await subject();
      await expect(records.commit({ put: { objects: [brokenRow()] } })).rejects.toThrow();
      const row = entryRow();
      await records.commit({ put: { entries: [row] } });
      expect(await records.all('entries')).toEqual([row]);
    });

    it('commits of two connections both arrive', async () => {
      const { records, reopen } = await subject();
      const other = await reopen();
      const rows = Array.from({ length: 20 }, () => entryRow());
      await Promise.all(rows.map((row, i) => (i % 2 === 0 ? records : other).commit({ put: { entries: [row] } })));
      expect(await records.all('entries')).toHaveLength(rows.length);
    });
  });
}
