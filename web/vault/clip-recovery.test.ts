/** Which unfinished recordings are offered: what holds a picture or a sound, and nothing less. */
import { describe, expect, it } from 'vitest';
import { randomBytes, type Bytes } from '#shared/bytes.ts';
import { containerIndex } from '#shared/container/container-index.ts';
import { keepClip, unfinishedClips } from './clip-recovery.ts';
import { removeOrphans } from './orphans.ts';
import { recordingOf, RECORDINGS } from './testing/fixtures.ts';
import { beginRecording, LATER, newVault, quietly, readClip } from './testing/place.ts';

/** How many bytes it takes until the first picture or sound is whole. */
function firstMoment(bytes: Bytes, mime: string): number {
  const index = containerIndex(mime);
  for (let at = 0; at < bytes.length; at++) {
    index.append(bytes.subarray(at, at + 1));
    if (index.durationMs > 0) return at + 1;
  }
  throw new Error('nothing to see');
}

async function killedAfter(bytes: Bytes, mime: string) {
  const { place, vault } = await newVault();
  const { writer, started } = await beginRecording(vault, null, { mime });
  await writer.append(bytes);
  place.crash();
  return { place, vault, started };
}

describe('D1 killed before the first picture', () => {
  for (const [name, mime] of Object.entries(RECORDINGS)) {
    const whole = recordingOf(name);
    const least = firstMoment(whole, mime);

    it(`D1 ${name}: a beginning without a picture or a sound is nothing to decide about`, async () => {
      for (const length of [1, 40, least - 1]) {
        const { place, vault } = await killedAfter(whole.subarray(0, length), mime);
        expect(await unfinishedClips(vault, quietly)).toEqual([]);
        // Another tab may just be recording it: it goes at the next look.
        expect(await place.records.all('drafts')).toHaveLength(1);
        expect(await unfinishedClips(vault, quietly, LATER)).toEqual([]);
        await removeOrphans(vault);
        expect(await place.objects.list()).toEqual([]);
        expect(await place.records.all('drafts')).toEqual([]);
      }
    });

    it(`D1 ${name}: with the first whole one it is offered, and kept`, async () => {
      const { vault, started } = await killedAfter(whole.subarray(0, least), mime);
      expect(await unfinishedClips(vault, quietly, LATER)).toMatchObject([{ dataLength: least, damaged: false }]);
      const { record } = await keepClip(vault, started, quietly);
      const [clip] = record.clips;
      expect(clip?.durationMs).toBeGreaterThan(0);
      expect((await readClip(vault, clip!.id)).length).toBeGreaterThanOrEqual(least);
    });
  }

  it('D1 what the index cannot read, and what is too long to be a beginning, is offered all the same', async () => {
    const beginning = recordingOf('chromium-vp9.webm').subarray(0, 40);
    const long = new Uint8Array(256 * 1024);
    long.set(beginning);
    for (const bytes of [randomBytes(1000), long]) {
      const { vault } = await killedAfter(bytes, 'video/webm');
      expect(await unfinishedClips(vault, quietly, LATER)).toMatchObject([{ dataLength: bytes.length }]);
    }
  });
});
