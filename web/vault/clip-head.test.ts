/** The head of a clip is lost or damaged: the recording plays, seeks as before, and gets its head back. */
import { describe, expect, it } from 'vitest';
import { randomBytes, type Bytes } from '#shared/bytes.ts';
import { openClip } from './clip-reader.ts';
import { viewEntry } from './entries.ts';
import { removeOrphans } from './orphans.ts';
import { recordingOf, RECORDINGS } from './testing/fixtures.ts';
import { beginRecording, finish, flipped, newVault, readClip, unlocked, type Place } from './testing/place.ts';

const SEGMENT = 65_536;

async function recorded(name: keyof typeof RECORDINGS, ...more: Bytes[]) {
  const { place, vault } = await newVault();
  const recording = await beginRecording(vault, null, { mime: RECORDINGS[name] });
  const bytes = recordingOf(name);
  for (const slice of [bytes, ...more]) await recording.writer.append(slice);
  const view = await finish(vault, recording);
  const clip = view.record.clips[0]!;
  return { place, vault, entryId: view.record.id as never, clip, before: await readClip(vault, clip.id) };
}

const DAMAGES: Readonly<Record<string, (place: Place, head: never) => void>> = {
  'one bit of it is flipped': (place, head) => {
    const file = place.objects.files.get(head)!;
    file.replace(flipped(file.read(), 200));
  },
  'its file is cut': (place, head) => {
    const file = place.objects.files.get(head)!;
    file.replace(file.read(0, 180));
  },
  'its file is gone': (place, head) => place.objects.files.delete(head)
};

describe('a clip whose head does not open', () => {
  for (const name of Object.keys(RECORDINGS) as (keyof typeof RECORDINGS)[]) {
    for (const [what, damage] of Object.entries(DAMAGES)) {
      it(`${name}, ${what}: plays and seeks as before, with a new head`, async () => {
        const { place, vault, entryId, clip, before } = await recorded(name);
        damage(place, clip.head.object as never);
        expect(await readClip(vault, clip.id)).toEqual(before);

        const [repaired] = (await viewEntry(vault, entryId)).record.clips;
        expect(repaired).toEqual({
          ...clip,
          head: repaired?.head,
          drawn: { head: { clock: 1, device: vault.device } }
        });
        expect(repaired?.head.dataLength).toBe(clip.head.dataLength);
        expect(repaired?.head.object).not.toBe(clip.head.object);
        await removeOrphans(vault);
        expect(place.objects.files.has(clip.head.object)).toBe(false);
        const again = await unlocked(place);
        const writes = place.objects.files.size;
        expect(await readClip(again, clip.id)).toEqual(before);
        expect(place.objects.files.size).toBe(writes);
      });
    }
  }

  it('is played, and nothing is written, where nothing can be', async () => {
    const { place, vault, entryId, clip, before } = await recorded('chromium-vp9.webm');
    place.objects.files.delete(clip.head.object);
    place.objects.capacity = place.objects.used;
    expect(await readClip(vault, clip.id)).toEqual(before);
    expect((await viewEntry(vault, entryId)).record.clips[0]?.head.object).toBe(clip.head.object);
    place.objects.capacity = Number.POSITIVE_INFINITY;
    // Made again once for this unlock; the next one writes it.
    const again = await unlocked(place);
    expect(await readClip(again, clip.id)).toEqual(before);
    expect((await viewEntry(again, entryId)).record.clips[0]?.head.object).not.toBe(clip.head.object);
  });

  it('plays whichever byte of the head’s own header is altered', async () => {
    const { place, vault, clip, before } = await recorded('firefox-vp8.webm');
    const file = place.objects.files.get(clip.head.object)!;
    const whole = file.read();
    for (let at = 0; at < 166; at += 1) {
      if (!place.objects.files.has(clip.head.object)) place.objects.files.set(clip.head.object, file);
      file.replace(flipped(whole, at));
      expect(await readClip(vault, clip.id)).toEqual(before);
    }
  });

  it('is left where it is when another version may have made it', async () => {
    const { place, vault, entryId, clip, before } = await recorded('chromium-vp9.webm');
    const file = place.objects.files.get(clip.head.object)!;
    const whole = file.read();
    // Suite and flags.
    for (const at of [5, 7]) {
      file.replace(flipped(whole, at, 1));
      expect(await readClip(vault, clip.id)).toEqual(before);
      expect((await viewEntry(vault, entryId)).record.clips[0]?.head).toEqual(clip.head);
      expect(place.objects.files.has(clip.head.object)).toBe(true);
    }
  });

  it('is made again once, however many ask at once', async () => {
    const { place, vault, clip, before } = await recorded('chromium-vp9.webm');
    place.objects.files.delete(clip.head.object);
    const heads = (await place.records.all('heads')).length;
    const read = await Promise.all(Array.from({ length: 5 }, () => readClip(vault, clip.id)));
    for (const bytes of read) expect(bytes).toEqual(before);
    expect(await place.records.all('heads')).toHaveLength(heads + 1);
  });

  it('and whose recording is damaged too plays up to the damage; no head is kept for it', async () => {
    const { place, vault, entryId, clip, before } = await recorded(
      'chromium-vp9.webm',
      randomBytes(60_000),
      randomBytes(9_000)
    );
    place.objects.files.delete(clip.head.object);
    const file = place.objects.files.get(clip.id)!;
    file.replace(flipped(file.read(), 166 + SEGMENT + 5000));
    const reader = await openClip(vault, clip.id);
    expect(await reader.read(0, reader.size)).toEqual(before.slice(0, reader.size));
    expect(reader.size).toBeGreaterThan(10_000);
    reader.close();
    expect((await viewEntry(vault, entryId)).record.clips[0]?.head.object).toBe(clip.head.object);
  });
});
