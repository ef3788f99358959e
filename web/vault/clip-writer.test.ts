/** What a page may send of a recording under way is what the finished object begins with. */
import { expect, it } from 'vitest';
import { equalInConstantTime, randomBytes } from '#shared/bytes.ts';
import { HEAD_BYTES, segmentOffset } from '#shared/format/segment.ts';
import { beginRecording, newVault } from './testing/place.ts';

it('calls final only what never changes again, and all full segments', async () => {
  const { place, vault } = await newVault();
  const { writer, started } = await beginRecording(vault);
  const prefixes = [];
  for (const length of [1, 60_000, 65_536, 7, 65_536, 40_000, 65_000]) {
    const { sealedBytes } = await writer.append(randomBytes(length));
    prefixes.push(place.objects.files.get(started.clipId)!.read(0, sealedBytes));
  }
  const lengths = prefixes.map((prefix) => prefix.length);
  expect(lengths[0]).toBe(HEAD_BYTES);
  expect(lengths.at(-1)).toBe(segmentOffset(4));
  await writer.close();
  const file = place.objects.files.get(started.clipId)!;
  expect(file.size).toBeGreaterThan(segmentOffset(4));
  for (const prefix of prefixes) expect(equalInConstantTime(prefix, file.read(0, prefix.length))).toBe(true);
});
