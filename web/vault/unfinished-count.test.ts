/** What the locked screen may claim of unfinished recordings. */
import { describe, expect, it } from 'vitest';
import { randomBytes } from '#shared/bytes.ts';
import { onboarding as german } from '#web/messages/de/onboarding.ts';
import { onboarding as english } from '#web/messages/en/onboarding.ts';
import { holdClip } from './clip-lock.ts';
import { findUnfinished } from './clip-recovery.ts';
import { tailName } from './clip-tail.ts';
import { outlineVault } from './gate.ts';
import {
  beginRecording,
  flipped,
  LATER,
  newVault,
  quietly,
  recordEntry,
  unlocked,
  type Place
} from './testing/place.ts';

const unfinished = async (place: Place) => (await outlineVault(place)).unfinished;

describe('unfinished recordings, counted while locked', () => {
  it('counts what was written, as soon as it is on the disk', async () => {
    for (const size of [1, 1000, 200_000]) {
      const { place, vault } = await newVault();
      await recordEntry(vault);
      const { writer } = await beginRecording(vault);
      await writer.append(new Uint8Array(size).fill(7));
      place.crash();
      expect(await unfinished(place)).toBe(1);
    }
  });

  it('does not count what was never begun, nor what holds no byte', async () => {
    const { place, vault } = await newVault();
    const { started } = await beginRecording(vault);
    expect(await unfinished(place)).toBe(0);
    for (const name of [started.clipId, tailName(started.clipId)]) place.objects.files.delete(name);
    expect(await place.records.all('drafts')).toHaveLength(1);
    expect(await unfinished(place)).toBe(0);
  });

  it('does not count what another tab is writing', async () => {
    const { place, vault } = await newVault();
    const { started, writer } = await beginRecording(vault);
    await writer.append(randomBytes(1000));
    const release = await holdClip(started.clipId);
    expect(await unfinished(place)).toBe(0);
    release();
    await expect.poll(() => unfinished(place)).toBe(1);
  });

  it('counts a recording that is damaged', async () => {
    const { place, vault } = await newVault();
    const { started, writer } = await beginRecording(vault);
    await writer.append(randomBytes(1000));
    const tail = place.objects.files.get(tailName(started.clipId))!;
    tail.replace(flipped(tail.read(), 68 * 1024));
    expect(await unfinished(place)).toBe(1);
  });

  it('counts what the unlock then clears away, and promises no more than that it will be seen', async () => {
    for (const [source, bytes] of [
      ['import', randomBytes(60_000)],
      ['camera', Uint8Array.of(0x1a)]
    ] as const) {
      const { place, vault } = await newVault();
      const { writer } = await beginRecording(vault, null, { source });
      await writer.append(bytes);
      place.crash();
      expect(await unfinished(place)).toBe(1);
      expect((await findUnfinished(await unlocked(place), quietly, LATER)).offered).toEqual([]);
      expect(await unfinished(place)).toBe(0);
    }
    expect(english.unfinishedHint).toMatch(/ import may not be finished/);
    expect(german.unfinishedHint).toMatch(/ Import ist vielleicht nicht abgeschlossen/);
  });
});
