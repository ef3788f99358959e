/**
 * The samples of one track, kept as the tables of a plain MP4 want them (ISO/IEC 14496-12 sections 8.6 and 8.7).
 * Times are ticks of the track, offsets bytes of the recording.
 */
import { SvjError } from '#shared/errors.ts';
import { NumberList, RunList } from './number-list.ts';

/** Of one track: 38 hours at 30 pictures per second. Beyond it counts are made to hurt. */
export const MAX_SAMPLES = 2 ** 22;
const MAX_U32 = 2 ** 32 - 1;

export class SampleTable {
  readonly sizes = new NumberList('u32');
  readonly durations = new RunList();
  readonly compositionOffsets = new RunList();
  /** Numbers, from 1, of samples that can be decoded on their own. */
  readonly syncSamples = new NumberList('u32');
  readonly chunkOffsets = new NumberList('f64');
  /** Per run of equal chunks, three numbers: its first chunk from 1, samples per chunk, description (section 8.7.4). */
  readonly sampleToChunk = new NumberList('u32');
  /** Decode time of the first sample on the track's own clock; in these tables it is 0. */
  start = 0;
  /** Sum of all durations. */
  decodeEnd = 0;
  /** Where the last picture shown ends. */
  compositionEnd = 0;

  get length(): number {
    return this.sizes.length;
  }

  /** What a last sample lasts whose duration the recorder left open, as 0: as long as the one before. */
  get openEnd(): number {
    const { durations } = this;
    return durations.last === 0 && durations.length > 1 ? durations.value(durations.length - 2) : 0;
  }

  /**
   * A fragment goes on at `decodeTime` of the track's clock. What is missing in between is given to the last sample,
   * what overlaps is taken from it as far as it has it: later fragments make up for the rest.
   */
  goOnAt(decodeTime: number): void {
    if (this.length === 0) {
      this.start = decodeTime;
      return;
    }
    const last = this.durations.last;
    const wanted = last + decodeTime - this.start - this.decodeEnd;
    const duration = Math.min(Math.max(wanted, 0), MAX_U32);
    if (duration === last) return;
    this.durations.replaceLast(duration);
    this.decodeEnd += duration - last;
  }

  /**
   * The following `count` samples stand in one piece at `offset`.
   *
   * @throws `media/foreign` beyond `MAX_SAMPLES`
   */
  beginChunk(offset: number, count: number, description: number): void {
    if (this.length + count > MAX_SAMPLES) throw new SvjError('media/foreign', 'samples');
    this.chunkOffsets.push(offset);
    const runs = this.sampleToChunk;
    const same = runs.length > 0 && runs.at(runs.length - 2) === count && runs.at(runs.length - 1) === description;
    if (same) return;
    runs.push(this.chunkOffsets.length);
    runs.push(count);
    runs.push(description);
  }

  add(size: number, duration: number, compositionOffset: number, sync: boolean): void {
    this.sizes.push(size);
    this.durations.push(duration);
    this.compositionOffsets.push(compositionOffset);
    if (sync) this.syncSamples.push(this.length);
    this.decodeEnd += duration;
    this.compositionEnd = Math.max(this.compositionEnd, this.decodeEnd + compositionOffset);
  }
}
