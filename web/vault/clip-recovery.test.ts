/** Which unfinished recordings are offered: what holds a picture or a sound, and nothing less. */
import { describe, expect, it } from 'vitest';
import { randomBytes, type Bytes } from '#shared/bytes.ts';
import { containerIndex } from '#shared/container/container-index.ts';
import { findUnfinished, keepClip } from './clip-recovery.ts';
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
        expect((await findUnfinished(vault, quietly)).offered).toEqual([]);
        // Another tab may just be recording it: it goes at the next look.
        expect(await place.records.all('drafts')).toHaveLength(1);
        expect((await findUnfinished(vault, quietly, LATER)).offered).toEqual([]);
        await removeOrphans(vault);
        expect(await place.objects.list()).toEqual([]);
        expect(await place.records.all('drafts')).toEqual([]);
      }
    });

    it(`D1 ${name}: with the first whole one it is offered, and kept`, async () => {
      const { vault, started } = await killedAfter(whole.subarray(0, least), mime);
      expect((await findUnfinished(vault, quietly, LATER)).offered).toMatchObject([
        { dataLength: least, damaged: false }
      ]);
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
      expect((await findUnfinished(vault, quietly, LATER)).offered).toMatchObject([{ dataLength: bytes.length }]);
    }
  });
});

describe('what a look settles without asking', () => {
  it('a recording with a sealed end becomes its entry, and is told of so that it gets its pictures', async () => {
    const { place, vault } = await newVault();
    const recording = await beginRecording(vault, null, { mime: 'video/webm' });
    await recording.writer.append(recordingOf('chromium-vp9.webm'));
    await recording.writer.close();
    place.crash();
    const { offered, kept, cutImports } = await findUnfinished(vault, quietly, LATER);
    expect([offered, cutImports]).toEqual([[], 0]);
    expect(kept.map(({ record }) => record.clips.map(({ id, poster }) => [id, poster]))).toEqual([
      [[recording.started.clipId, null]]
    ]);
    expect((await findUnfinished(vault, quietly, LATER)).kept).toEqual([]);
  });

  it('imports that were cut off are cleared away soon, and counted', async () => {
    const { place, vault } = await newVault();
    for (let i = 0; i < 2; i++) {
      const { writer } = await beginRecording(vault, null, { mime: 'video/webm', source: 'import' });
      await writer.append(randomBytes(1000));
    }
    place.crash();
    const soon = (seconds: number): Date => new Date(Date.now() + 1000 * seconds);
    expect(await findUnfinished(vault, quietly, soon(1))).toEqual({ offered: [], kept: [], cutImports: 0 });
    expect(await findUnfinished(vault, quietly, soon(6))).toEqual({ offered: [], kept: [], cutImports: 2 });
    expect(await findUnfinished(vault, quietly, soon(6))).toEqual({ offered: [], kept: [], cutImports: 0 });
    expect(await place.records.all('drafts')).toEqual([]);
  });
});
