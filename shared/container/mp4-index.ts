/**
 * The index of a fragmented MP4 recording (ISO/IEC 14496-12 section 8.8), as MediaRecorder and muxers write it: a moov
 * without samples, then fragments of moof and mdat. A fragment counts once all its samples are there.
 */
import { SvjError } from '#shared/errors.ts';
import { type ContainerHead, EMPTY_HEAD } from './container-head.ts';
import { type ContainerIndex } from './container-index.ts';
import { BoxHeader } from './mp4-box.ts';
import { type TrackRun, readFragment } from './mp4-fragment.ts';
import { mp4Head } from './mp4-head.ts';
import { type Mp4Content, present, presentationMs } from './mp4-presentation.ts';
import { SampleTable } from './mp4-samples.ts';
import { type Mp4Track, readTracks } from './mp4-track.ts';
import { SliceParser, type Steps } from './slice-parser.ts';
import { type SliceReader } from './slice-reader.ts';

/** Ceilings for what is kept of one box, in bytes: a moov without samples takes 2 kB, 16 bytes of moof tell a sample. */
const MAX_MOOV = 1024 * 1024;
const MAX_MOOF = 8 * 1024 * 1024;
/** The longest recording, seconds (115 days): beyond it times are made to hurt. */
const MAX_SECONDS = 1e7;

export class Mp4Index implements ContainerIndex {
  readonly container = 'mp4';
  readonly #header = new BoxHeader();
  readonly #parser = new SliceParser(
    (reader) => this.#file(reader),
    () => this.#bodyTo > 0
  );
  #contents: ReadonlyMap<number, Mp4Content> | undefined;
  #tracks: ReadonlyMap<number, Mp4Track> = new Map();
  // Of the fragment whose samples are not all there yet.
  #pending: readonly TrackRun[] = [];
  #bodyFrom = 0;
  // Behind the last sample that counts; 0 before there is one.
  #bodyTo = 0;
  #durationMs = 0;

  get durationMs(): number {
    return this.#durationMs;
  }

  append(slice: Uint8Array): void {
    this.#parser.append(slice);
  }

  finish(): ContainerHead {
    if (this.#bodyTo === 0) return EMPTY_HEAD;
    const presentations = this.#present();
    const video = presentations.find(({ track }) => track.kind === 'video');
    return {
      bytes: mp4Head(presentations, this.#bodyFrom, this.#bodyTo),
      bodyFrom: this.#bodyFrom,
      bodyTo: this.#bodyTo,
      durationMs: this.#durationMs,
      width: video?.track.width ?? 0,
      height: video?.track.height ?? 0,
      hasVideo: video !== undefined,
      hasAudio: presentations.some(({ track }) => track.kind === 'audio'),
      keyFrames: video?.samples.syncSamples.length ?? 0
    };
  }

  #present(): ReturnType<typeof present> {
    return present([...(this.#contents?.values() ?? [])]);
  }

  *#file(reader: SliceReader): Steps {
    const header = this.#header;
    while (!header.read(reader)) yield;
    if (header.type !== 'ftyp') throw foreign('no ftyp');
    yield* this.#pass(reader);
    for (;;) {
      const at = reader.position;
      while (!header.read(reader)) yield;
      yield* this.#box(reader, header.type, at);
    }
  }

  *#box(reader: SliceReader, type: string, at: number): Steps {
    if (type === 'moov') {
      // A second one begins another recording, none of ours.
      if (this.#contents !== undefined) throw foreign('second moov');
      this.#readMoov(yield* this.#data(reader, MAX_MOOV));
      return;
    }
    if (type === 'moof' || type === 'mdat') {
      if (this.#contents === undefined) throw foreign('samples before moov');
      if (this.#bodyFrom === 0) this.#bodyFrom = at;
    }
    if (type === 'moof') {
      if (this.#pending.length > 0) throw foreign('samples behind the next fragment');
      this.#pending = this.#readMoof(yield* this.#data(reader, MAX_MOOF), at);
      this.#settle(reader.position);
      return;
    }
    yield* this.#pass(reader);
  }

  #readMoov(moov: Uint8Array): void {
    const tracks = readTracks(moov);
    this.#tracks = new Map(tracks.map((track) => [track.id, track]));
    this.#contents = new Map(tracks.map((track) => [track.id, { track, samples: new SampleTable() }]));
  }

  #readMoof(moof: Uint8Array, at: number): TrackRun[] {
    const runs = readFragment(moof, at, this.#tracks);
    if (runs.some(({ offset }) => offset < this.#bodyFrom)) throw foreign('data offset');
    return runs;
  }

  /** Counts the fragment that is being waited for, once its last byte lies before `position`. */
  #settle(position: number): void {
    if (this.#pending.length === 0 || this.#pending.some(({ end }) => end > position)) return;
    const runs = this.#pending;
    this.#pending = [];
    for (const run of runs) this.#add(run);
    this.#durationMs = Math.max(this.#durationMs, presentationMs(this.#present()));
  }

  #add(run: TrackRun): void {
    const { track, decodeTime, offset, end, count, duration, description } = run;
    const samples = this.#contents?.get(track.id)?.samples;
    if (samples === undefined) return;
    const start = samples.length === 0 ? (decodeTime ?? 0) : samples.start;
    const until = Math.max(decodeTime ?? 0, start + samples.decodeEnd) + duration;
    if (until > MAX_SECONDS * track.timescale) throw foreign('time');
    if (decodeTime !== undefined) samples.goOnAt(decodeTime);
    samples.beginChunk(offset, count, description);
    run.each((size, ticks, compositionOffset, sync) => samples.add(size, ticks, compositionOffset, sync));
    this.#bodyTo = Math.max(this.#bodyTo, end);
  }

  /** The data of the box whose header was just read. */
  *#data(reader: SliceReader, ceiling: number): Generator<undefined, Uint8Array> {
    const { size } = this.#header;
    if (!(size <= ceiling)) throw foreign('box too long');
    while (!reader.has(size)) yield;
    return reader.take(size);
  }

  /** Goes behind the box whose header was just read. */
  *#pass(reader: SliceReader): Steps {
    const next = reader.position + this.#header.size;
    while (!reader.skipTo(next)) {
      this.#settle(reader.position);
      yield;
    }
    this.#settle(reader.position);
  }
}

function foreign(detail: string): SvjError {
  return new SvjError('media/foreign', detail);
}
