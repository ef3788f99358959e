/** What a file hid by its edit list is told, and stays in the stored bytes. */
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readShape } from './file-shape.ts';
import { pickedFile } from './foreign-file.ts';
import { strip } from './strip.ts';
import { editedFilm, type Edit } from './testing/edited-film.ts';

async function imported(film: File) {
  const { port1, port2 } = new MessageChannel();
  const slices: Uint8Array[] = [];
  port2.onmessage = ({ data }: MessageEvent<{ slice: Uint8Array }>) => {
    slices.push(data.slice);
    port2.postMessage({ ok: true });
  };
  try {
    const media = await strip(film, port1, { signal: new AbortController().signal, progress: () => undefined });
    return { media, bytes: new Uint8Array(Buffer.concat(slices)) };
  } finally {
    port1.close();
    port2.close();
  }
}

async function timesOf(bytes: Uint8Array): Promise<number[]> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const video = await input.getPrimaryVideoTrack();
  const times: number[] = [];
  if (video) for await (const { timestamp } of new EncodedPacketSink(video).packets()) times.push(timestamp);
  return times;
}

describe('a film with an edit list', () => {
  const cases: [string, Edit[], { fromMs: number; toMs: number | null } | null][] = [
    ['none', [], null],
    ['all of it', [[10_000, 0]], null],
    ['a beginning that is hidden', [[6700, 3300]], { fromMs: 3300, toMs: null }],
    ['an end that is hidden', [[6200, 0]], { fromMs: 0, toMs: 6200 }],
    ['both', [[4000, 3300]], { fromMs: 3300, toMs: 7300 }],
    ['the delay of an encoder', [[9920, 80]], null],
    ['a length that is left open', [[0, 3300]], { fromMs: 3300, toMs: null }],
    [
      'a pause before a hidden beginning',
      [
        [2000, -1],
        [4000, 3300]
      ],
      { fromMs: 3300, toMs: 7300 }
    ],
    [
      'two parts, the later one first: what holds both',
      [
        [1000, 7000],
        [1000, 2000]
      ],
      { fromMs: 2000, toMs: 8000 }
    ],
    ['a list that shows nothing', [[4000, 20_000]], null],
    ['another speed, which no player keeps to', [[4000, 3300, 2]], null]
  ];

  it.each(cases)('that shows %s', async (_, edits, shown) => {
    for (const version of [0, 1] as const) {
      const { media, bytes } = await imported(await editedFilm(edits, version));
      expect(media.shown).toEqual(shown);
      // Nothing is lost: the decoder needs what is hidden, and the person may want it back.
      expect(await timesOf(bytes)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(media.durationMs).toBe(10_000);
    }
  });

  it('altered anywhere in the list, is read or refused by name', async () => {
    const film = Buffer.from(await (await editedFilm([[4000, 3300]])).arrayBuffer());
    const at = film.indexOf('edts', 0, 'latin1') - 4;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: at - 100, max: at + 80 }),
        fc.integer({ min: 0, max: 255 }),
        async (i, byte) => {
          const altered = Buffer.from(film);
          altered[i] = byte;
          const outcome = await readShape(pickedFile(new Blob([altered]))).then(
            ({ presentation }) => presentation.size,
            (thrown: unknown) => (thrown as { code?: string }).code
          );
          expect([0, 1, 'media/truncated', 'media/foreign']).toContain(outcome);
        }
      )
    );
  });
});
