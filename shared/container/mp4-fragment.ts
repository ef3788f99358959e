/** The track runs of a movie fragment (ISO/IEC 14496-12 sections 8.8.4 to 8.8.12): which bytes are which samples. */
import { SvjError } from '#shared/errors.ts';
import { ByteReader } from './byte-reader.ts';
import { boxes, demand, fullBox } from './mp4-box.ts';
import { MAX_SAMPLES } from './mp4-samples.ts';
import { type Mp4Track, NO_DEFAULTS, type SampleDefaults } from './mp4-track.ts';

const Tfhd = {
  BaseDataOffset: 0x1,
  Description: 0x2,
  Duration: 0x8,
  Size: 0x10,
  Flags: 0x20,
  BaseIsMoof: 0x2_0000
} as const;
const Trun = {
  DataOffset: 0x1,
  FirstFlags: 0x4,
  Duration: 0x100,
  Size: 0x200,
  Flags: 0x400,
  /** Composition time offset. */
  Shift: 0x800
} as const;
/** Of the flags of a sample (section 8.8.3.1). */
const IS_NON_SYNC = 0x1_0000;
/** Samples that the run itself says nothing about: no recorder puts more of them into one run. */
const MAX_IMPLICIT = 2 ** 16;
/** Of one fragment: recorders write one run per track. */
const MAX_RUNS = 4096;
/** How far from its fragment sample data may lie, in bytes. */
const MAX_DISTANCE = 2 ** 40;

export type VisitSample = (size: number, duration: number, compositionOffset: number, sync: boolean) => void;

export interface TrackRun {
  readonly track: Mp4Track;
  /** Decode time of the first sample where the fragment gives it, in ticks of the track. */
  readonly decodeTime: number | undefined;
  /** Where its samples stand, in bytes of the recording. */
  readonly offset: number;
  readonly end: number;
  readonly count: number;
  /** Of all samples together, in ticks. */
  readonly duration: number;
  readonly description: number;
  each(visit: VisitSample): void;
}

/**
 * @param moof data of the box, which begins at byte `moofAt` of the recording
 * @throws `media/foreign` when it is not well formed
 */
export function readFragment(moof: Uint8Array, moofAt: number, tracks: ReadonlyMap<number, Mp4Track>): TrackRun[] {
  const runs: TrackRun[] = [];
  let previousEnd = moofAt;
  let [runCount, sampleCount] = [0, 0];
  for (const { type, data } of boxes(moof)) {
    if (type !== 'traf') continue;
    const { track, defaults, base } = readTrafHeader(demand(data, 'tfhd').data, moofAt, previousEnd, tracks);
    previousEnd = base;
    let decodeTime: number | undefined;
    for (const box of boxes(data)) {
      if (box.type === 'tfdt') decodeTime = readDecodeTime(box.data);
      if (box.type !== 'trun') continue;
      const { offset, ...run } = readRun(box.data, defaults, base);
      sampleCount += run.count;
      if (++runCount > MAX_RUNS || sampleCount > MAX_SAMPLES) throw new SvjError('media/foreign', 'samples');
      const from = offset ?? previousEnd;
      previousEnd = from + run.length;
      if (from < 0 || previousEnd > moofAt + MAX_DISTANCE) throw new SvjError('media/foreign', 'data offset');
      // Of no interest without a track: it is neither picture nor sound.
      if (track !== undefined && run.count > 0) {
        runs.push({ ...run, track, decodeTime, offset: from, end: previousEnd, description: defaults.description });
        decodeTime = undefined;
      }
    }
  }
  return runs;
}

function readTrafHeader(
  tfhd: Uint8Array,
  moofAt: number,
  previousEnd: number,
  tracks: ReadonlyMap<number, Mp4Track>
): { track: Mp4Track | undefined; defaults: SampleDefaults; base: number } {
  const { flags, reader } = fullBox(tfhd);
  const has = (bit: number) => (flags & bit) !== 0;
  const track = tracks.get(reader.u32());
  const given = track?.defaults ?? NO_DEFAULTS;
  // Section 8.8.7.1: without either, the data goes on behind that of the track before.
  const implied = has(Tfhd.BaseIsMoof) ? moofAt : previousEnd;
  const base = has(Tfhd.BaseDataOffset) ? reader.u64() : implied;
  const defaults = {
    description: has(Tfhd.Description) ? reader.u32() : given.description,
    duration: has(Tfhd.Duration) ? reader.u32() : given.duration,
    size: has(Tfhd.Size) ? reader.u32() : given.size,
    flags: has(Tfhd.Flags) ? reader.u32() : given.flags
  };
  return { track, defaults, base };
}

function readDecodeTime(tfdt: Uint8Array): number {
  const { version, reader } = fullBox(tfdt);
  return version === 0 ? reader.u32() : reader.u64();
}

interface RunSamples {
  readonly count: number;
  /** Undefined where the run goes on behind the one before. */
  readonly offset: number | undefined;
  /** Of all samples together, in bytes and in ticks. */
  readonly length: number;
  readonly duration: number;
  each(visit: VisitSample): void;
}

function readRun(trun: Uint8Array, defaults: SampleDefaults, base: number): RunSamples {
  const { flags, reader } = fullBox(trun);
  const has = (bit: number) => (flags & bit) !== 0;
  const count = reader.u32();
  const offset = has(Trun.DataOffset) ? base + reader.i32() : undefined;
  const firstFlags = has(Trun.FirstFlags) ? reader.u32() : undefined;
  const rows = trun.subarray(trun.length - reader.left);
  const [durations, sizes, allFlags, shifts] = [has(Trun.Duration), has(Trun.Size), has(Trun.Flags), has(Trun.Shift)];
  const rowLength = 4 * [durations, sizes, allFlags, shifts].filter(Boolean).length;
  if (rowLength === 0 ? count > MAX_IMPLICIT : count * rowLength > rows.length) {
    throw new SvjError('media/foreign', 'sample count');
  }
  const each = (visit: VisitSample) => {
    const row = new ByteReader(rows);
    for (let i = 0; i < count; i++) {
      const duration = durations ? row.u32() : defaults.duration;
      const size = sizes ? row.u32() : defaults.size;
      const own = allFlags ? row.u32() : defaults.flags;
      const sampleFlags = i === 0 ? (firstFlags ?? own) : own;
      // Signed in version 1 (section 8.8.8.2), and written so in version 0 by some.
      const shift = shifts ? row.i32() : 0;
      visit(size, duration, shift, (sampleFlags & IS_NON_SYNC) === 0);
    }
  };
  // Without rows nothing bounds the count but the ceiling: no loop over it here.
  let [length, duration] = rowLength === 0 ? [count * defaults.size, count * defaults.duration] : [0, 0];
  if (rowLength > 0) {
    each((size, ticks) => {
      length += size;
      duration += ticks;
    });
  }
  return { count, offset, length, duration, each };
}
