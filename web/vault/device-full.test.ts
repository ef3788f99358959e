/** D3: the device is full. Everything before is kept and can be played, and it is said by name. */
import { describe, expect, it } from 'vitest';
import { concat, equalInConstantTime, randomBytes } from '#shared/bytes.ts';
import type { ObjectId } from '#shared/ids.ts';
import { editEntry, listTrash, purgeTrash, removeEntry, viewEntry } from './entries.ts';
import { beginRecording, expectSound, finish, newVault, readClip, recordEntry, unlocked } from './testing/place.ts';

describe('D3 no space', () => {
  it('D3 whenever the device fills up, everything before is kept and can be played', async () => {
    const slices = Array.from({ length: 12 }, () => randomBytes(50_000));
    const whole = concat(...slices);
    const { place } = await newVault();
    const MIB = 1024 * 1024;
    for (const spare of [0, 0.1, 1, 8.1, 8.3, 9, 12.2, 12.4, 16.5].map((share) => share * MIB)) {
      const there = place.copy();
      const vault = await unlocked(there);
      there.objects.capacity = there.objects.used + spare;
      let durable = 0;
      let clipId: ObjectId | undefined;
      try {
        const recording = await beginRecording(vault);
        clipId = recording.started.clipId;
        try {
          for (let round = 0; round < 20; round++) {
            for (const slice of slices) {
              await recording.writer.append(slice);
              durable += slice.length;
            }
          }
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'storage/quota' });
        }
        if (durable === 0) continue;
        const { record } = await finish(vault, recording, { ended: 'interrupted', poster: null });
        const data = await readClip(vault, record.clips[0]!.id);
        expect(data.length).toBeGreaterThanOrEqual(durable);
        for (let at = 0; at < data.length; at += whole.length) {
          const part = data.slice(at, at + whole.length);
          expect(equalInConstantTime(part, whole.slice(0, part.length))).toBe(true);
        }
        expect(there.objects.used).toBeLessThanOrEqual(there.objects.capacity);
      } catch (thrown) {
        // Too full to begin at all: said at once, nothing lost.
        expect(thrown).toMatchObject({ code: 'storage/quota' });
        expect(durable).toBe(0);
        expect(clipId).toBeUndefined();
      }
      await expectSound(await unlocked(there));
    }
  }, 60_000);

  it('D3 an unlock on a full disk opens, and reads', async () => {
    const { place, vault } = await newVault();
    const { clipId, data, entryId } = await recordEntry(vault);
    await removeEntry(vault, (await recordEntry(vault)).entryId, new Date(Date.now() - 8 * 86_400_000));
    place.faults.arm(1);
    const again = await unlocked(place);
    await purgeTrash(again, new Date());
    expect(await readClip(again, clipId)).toEqual(data);
    await expect(editEntry(again, entryId, { title: 'x' })).rejects.toMatchObject({ code: 'storage/quota' });
    expect((await viewEntry(again, entryId)).summary.title).toBe('');
    place.faults.disarm();
    await purgeTrash(again, new Date());
    expect(await listTrash(again)).toEqual([]);
  });
});
