/** The doubles keep to the ports they stand for. */
import { expect, it } from 'vitest';
import { Faults } from './testing/faults.ts';
import { MemoryObjects } from './testing/memory-objects.ts';
import { MemoryRecords } from './testing/memory-records.ts';
import { runObjectStoreSuite } from './testing/object-store-suite.ts';
import { runRecordStoreSuite } from './testing/record-store-suite.ts';

runRecordStoreSuite('records in memory', () => {
  const records = new MemoryRecords();
  return Promise.resolve({ records, reopen: () => Promise.resolve(records) });
});

function inMemory(capacity: number) {
  const objects = new MemoryObjects();
  objects.capacity = capacity;
  return Promise.resolve({ objects, reopen: () => Promise.resolve(objects), tooMuch: 2 * capacity });
}

runObjectStoreSuite(
  'objects in memory',
  () => inMemory(Number.POSITIVE_INFINITY),
  () => inMemory(5_000_000)
);

it('a fault strikes once armed, and the operations after it fail too', async () => {
  const faults = new Faults();
  const objects = new MemoryObjects(faults);
  const writer = await objects.create('a');
  faults.arm(2);
  writer.write(new Uint8Array([1]), 0);
  expect(() => {
    writer.flush();
  }).toThrow();
  await expect(objects.remove('b')).rejects.toThrow();
  faults.disarm();
  objects.cutPower(0);
  expect(objects.files.get('a')?.size).toBe(0);
});
