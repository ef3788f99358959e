/** Layouts of fragmented MP4 that no fixture has. */
import { describe, expect, it } from 'vitest';
import { type Bytes, concat } from '#shared/bytes.ts';
import { type ContainerHead } from './container-index.ts';
import { Mp4Index } from './mp4-index.ts';
import { type TrackSpec, box, full, initialization, versioned } from './testing/mp4-builder.ts';
import { type Mp4TrackFacts, checkMp4, virtualFile } from './testing/virtual-file.ts';

const NON_SYNC = 0x1_0000;
const BASE_IS_MOOF = 0x2_0000;
const trun = { offset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, shift: 0x800 };

function indexed(...parts: Uint8Array[]): { head: ContainerHead; tracks: Mp4TrackFacts[]; file: Bytes; last: number } {
  const recording = concat(...parts);
  const index = new Mp4Index();
  for (let at = 0; at < recording.length; at += 7) index.append(recording.subarray(at, at + 7));
  const head = index.finish();
  const file = virtualFile(head, recording);
  return { head, tracks: checkMp4(file), file, last: recording.length };
}

/** Bytes of a media piece: all of one value, by which a sample is known again. */
const piece = (value: number, length: number) => new Uint8Array(length).fill(value);

function samplesSeen(file: Uint8Array, track: Mp4TrackFacts | undefined): (readonly [number | undefined, number])[] {
  return (track?.samples ?? []).map(({ offset, size }) => {
    const bytes = file.subarray(offset, offset + size);
    expect(new Set(bytes).size).toBe(1);
    return [bytes[0], size] as const;
  });
}

/** A fragment of one track: offsets from the moof, one run of sizes. */
function fragment(id: number, decodeTime: number, durations: number[], value: number): Bytes {
  const rows = durations.flatMap((duration) => [duration, 10]);
  const make = (offset: number) =>
    box(
      'moof',
      box(
        'traf',
        full('tfhd', BASE_IS_MOOF, id),
        versioned('tfdt', 1, 0, 0, decodeTime),
        full('trun', trun.offset | trun.duration | trun.size, durations.length, offset, ...rows)
      )
    );
  return concat(make(make(0).length + 8), box('mdat', piece(value, 10 * durations.length)));
}

describe('where the samples are', () => {
  const init = initialization({ id: 1 }, { id: 2, kind: 'soun' });
  const sizes = (offset: number | undefined, ...list: number[]) =>
    offset === undefined
      ? full('trun', trun.size, list.length, ...list)
      : full('trun', trun.size | trun.offset, list.length, offset, ...list);

  it('counted from an absolute offset', () => {
    const moof = (at: number) => box('moof', box('traf', full('tfhd', 0x1 | 0x8, 1, 0, at, 40), sizes(8, 3, 4)));
    const at = init.length + moof(0).length;
    const { file, tracks, head } = indexed(init, moof(at), box('mdat', piece(1, 3), piece(2, 4)));
    expect(samplesSeen(file, tracks[0])).toEqual([
      [1, 3],
      [2, 4]
    ]);
    expect(head).toMatchObject({ durationMs: 80, hasAudio: false, width: 320, height: 240 });
  });

  it('behind each other: run behind run, and track behind track', () => {
    const moof = (first: number) =>
      box(
        'moof',
        box('traf', full('tfhd', 0x8, 1, 40), sizes(first, 3, 4), sizes(undefined, 5)),
        box('traf', full('tfhd', 0x8, 2, 20), sizes(0, 6), sizes(undefined, 7))
      );
    const mdat = box('mdat', piece(1, 3), piece(2, 4), piece(3, 5), piece(4, 6), piece(5, 7));
    const { file, tracks } = indexed(init, moof(moof(0).length + 8), mdat);
    expect(samplesSeen(file, tracks[0])).toEqual([
      [1, 3],
      [2, 4],
      [3, 5]
    ]);
    expect(samplesSeen(file, tracks[1])).toEqual([
      [4, 6],
      [5, 7]
    ]);
  });

  it('behind those of a track that is neither picture nor sound', () => {
    const withText = initialization({ id: 1 }, { id: 3, kind: 'text' });
    const moof = (first: number) =>
      box(
        'moof',
        box('traf', full('tfhd', 0x8, 3, 40), sizes(first, 9)),
        box('traf', full('tfhd', 0x8, 1, 40), sizes(0, 6))
      );
    const { file, tracks } = indexed(withText, moof(moof(0).length + 8), box('mdat', piece(8, 9), piece(1, 6)));
    expect(tracks).toHaveLength(1);
    expect(samplesSeen(file, tracks[0])).toEqual([[1, 6]]);
  });

  it('with boxes of other kinds between, and an mdat of 64-bit size', () => {
    const extra = [
      box('styp', piece(0, 8)),
      full('sidx', 0, 1, 2, 3),
      box('free', piece(0, 99)),
      box('uuid', piece(7, 16))
    ];
    const moof = (at: number) => box('moof', full('mfhd', 0, 1), box('traf', full('tfhd', 0x8, 1, 40), sizes(at, 3)));
    const mdat = concat(Uint8Array.of(0, 0, 0, 1, 0x6d, 0x64, 0x61, 0x74, 0, 0, 0, 0, 0, 0, 0, 19), piece(6, 3));
    const { file, tracks, last, head } = indexed(
      init,
      ...extra,
      moof(moof(0).length + 16),
      mdat,
      ...extra,
      box('mfra')
    );
    expect(samplesSeen(file, tracks[0])).toEqual([[6, 3]]);
    // What lies behind the last sample is left out.
    expect(head.bodyTo).toBe(last - concat(...extra).length - 8);
  });

  it('a fragment whose data is not all there does not count', () => {
    const whole = concat(init, fragment(1, 0, [40, 40], 1), fragment(1, 80, [40, 40], 2));
    const { head, tracks } = indexed(whole.subarray(0, -1));
    expect(head.durationMs).toBe(80);
    expect(tracks[0]?.samples).toHaveLength(2);
  });
});

describe('defaults and flags', () => {
  const one = (spec: TrackSpec, tfhd: Uint8Array, run: (offset: number) => Uint8Array) => {
    const moof = (offset: number) => box('moof', box('traf', tfhd, run(offset)));
    return indexed(initialization(spec), moof(moof(0).length + 8), box('mdat', piece(1, 100)));
  };
  const offsetOnly = (offset: number) => full('trun', trun.offset, 3, offset);

  it('of the track, then of the fragment, then of the run', () => {
    const spec: TrackSpec = { id: 1, defaults: [40, 5, NON_SYNC] };
    const facts = (tfhd: Uint8Array, run = offsetOnly) =>
      one(spec, tfhd, run).tracks[0]?.samples.map(({ size, duration, sync }) => [size, duration, sync]);
    expect(facts(full('tfhd', BASE_IS_MOOF, 1))).toEqual([
      [5, 40, true],
      [5, 40, false],
      [5, 40, false]
    ]);
    expect(facts(full('tfhd', BASE_IS_MOOF | 0x38, 1, 50, 6, 0))).toEqual(Array(3).fill([6, 50, true]));
    const first = (offset: number) => full('trun', trun.offset | trun.firstFlags, 3, offset, NON_SYNC);
    expect(facts(full('tfhd', BASE_IS_MOOF | 0x20, 1, 0), first)).toEqual([
      [5, 40, false],
      [5, 40, true],
      [5, 40, true]
    ]);
    const each = (offset: number) => full('trun', trun.offset | trun.flags, 3, offset, 0, NON_SYNC, 0);
    expect(facts(full('tfhd', BASE_IS_MOOF, 1), each)).toEqual([
      [5, 40, true],
      [5, 40, false],
      [5, 40, true]
    ]);
  });

  it('composition offsets, also negative ones', () => {
    const run = (offset: number) => versioned('trun', 1, trun.offset | trun.shift, 3, offset, 0, 40, -40);
    const { tracks, head } = one({ id: 1, defaults: [40, 5, 0] }, full('tfhd', BASE_IS_MOOF, 1), run);
    expect(tracks[0]?.samples.map(({ compositionOffset }) => compositionOffset)).toEqual([0, 40, -40]);
    expect(head.durationMs).toBe(120);
  });

  it('turns the size with the matrix', () => {
    const quarter = [0, 0x1_0000, 0, -0x1_0000, 0, 0, 240 * 65536, 0, 0x4000_0000];
    const { head } = one({ id: 1, matrix: quarter, defaults: [40, 5, 0] }, full('tfhd', BASE_IS_MOOF, 1), offsetOnly);
    expect(head).toMatchObject({ width: 240, height: 320 });
  });
});

describe('times', () => {
  const durations = (facts: Mp4TrackFacts | undefined) => facts?.samples.map(({ duration }) => duration);

  it('a gap between fragments goes to the sample before it, an overlap comes off it', () => {
    const { tracks, head } = indexed(
      initialization({ id: 1 }),
      fragment(1, 0, [40, 40], 1),
      fragment(1, 100, [40, 40], 2),
      fragment(1, 170, [40, 40], 3),
      // More than the sample before it lasts: made up for later.
      fragment(1, 190, [40], 4),
      fragment(1, 290, [40], 5)
    );
    expect(durations(tracks[0])).toEqual([40, 60, 40, 30, 40, 0, 80, 40]);
    expect(head.durationMs).toBe(330);
  });

  it('begin when the first track does, and keep what is between the tracks', () => {
    const { tracks, head } = indexed(
      initialization({ id: 1 }, { id: 2, kind: 'soun', timescale: 48_000 }),
      fragment(1, 5500, [40, 40], 1),
      fragment(2, 48_000 * 5, [960, 960], 2)
    );
    expect(tracks[0]?.edits).toEqual([
      [500_000, -1],
      [80_000, 0]
    ]);
    expect(tracks[1]?.edits).toEqual([]);
    expect(head.durationMs).toBe(580);
  });

  it('keep the recorded edits: a delay in front, a start within the media', () => {
    const { tracks, head } = indexed(
      initialization(
        { id: 1, edits: [250, -1, 0x1_0000, 0, 0, 0x1_0000] },
        { id: 2, kind: 'soun', edits: [0, 30, 0x1_0000] }
      ),
      fragment(1, 0, [40, 40], 1),
      fragment(2, 0, [50, 50], 2)
    );
    expect(tracks[0]?.edits).toEqual([
      [250_000, -1],
      [80_000, 0]
    ]);
    expect(tracks[1]?.edits).toEqual([[70_000, 30]]);
    expect(head.durationMs).toBe(330);
  });

  it('without tfdt go on where the fragment before ended; version 0 will do', () => {
    const bare = (offset: number) =>
      box('moof', box('traf', full('tfhd', BASE_IS_MOOF | 0x18, 1, 40, 5), full('trun', trun.offset, 2, offset)));
    const timed = (offset: number) =>
      box(
        'moof',
        box(
          'traf',
          full('tfhd', BASE_IS_MOOF | 0x18, 1, 40, 5),
          full('tfdt', 0, 200),
          full('trun', trun.offset, 2, offset)
        )
      );
    const mdat = box('mdat', piece(1, 10));
    const { tracks } = indexed(
      initialization({ id: 1 }),
      ...[bare, bare, timed].flatMap((make) => [make(make(0).length + 8), mdat])
    );
    expect(durations(tracks[0])).toEqual([40, 40, 40, 80, 40, 40]);
  });

  it('a last duration left open is as long as the one before', () => {
    const { tracks, head } = indexed(initialization({ id: 1 }), fragment(1, 0, [40, 33, 0], 1));
    expect(durations(tracks[0])).toEqual([40, 33, 33]);
    expect(head.durationMs).toBe(106);
  });
});

it('two hours of video and sound take a few megabytes', () => {
  const index = new Mp4Index();
  index.append(initialization({ id: 1, timescale: 30_000 }, { id: 2, kind: 'soun', timescale: 48_000 }));
  for (let ten = 0; ten < 720; ten++) {
    // Durations as uneven as those of a camera, so that run lengths save nothing.
    const video = Array.from({ length: 300 }, (_, i) => 990 + ((ten + i * 7) % 21));
    index.append(fragment(1, ten * 300_000, video, 1));
    index.append(fragment(2, ten * 480_000, Array<number>(500).fill(960), 2));
  }
  const head = index.finish();
  expect(head.durationMs).toBeCloseTo(7_200_000, -2);
  expect(head.bytes.length).toBeLessThan(5_000_000);
  expect(head.keyFrames).toBe(216_000);
});
