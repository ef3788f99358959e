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
import { MAX_SECONDS, type Mp4Track, readTracks } from './mp4-track.ts';
import { SliceParser, type Steps } from './slice-parser.ts';
import { type SliceReader } from './slice-reader.ts';

/** Ceilings for what is kept of one box, in bytes: a moov without samples takes 2 kB, 16 bytes of moof tell a sample. */
const MAX_FTYP = 4 * 1024;
const MAX_MOOV = 1024 * 1024;
const MAX_MOOF = 8 * 1024 * 1024;

export class Mp4Index implements ContainerIndex {
  readonly container = 'mp4';
  readonly #header = new BoxHeader();
  readonly #parser = new SliceParser(
    (reader) => this.#file(reader),
    () => this.#durationMs > 0
  );
  #contents: ReadonlyMap<number, Mp4Content> | undefined;
  #tracks: ReadonlyMap<number, Mp4Track> = new Map();
  // Decode time of the first fragment, whatever its track.
  #startSeconds: number | undefined;
  // Of the fragment whose samples are not all there yet.
  #pending: readonly TrackRun[] = [];
  #pendingEnd = 0;
  #bodyFrom = 0;
  // Behind the last sample that counts.
  #bodyTo = 0;
  #durationMs = 0;

  get durationMs(): number {
    return this.#durationMs;
  }

  append(slice: Uint8Array): void {
    this.#parser.append(slice);
  }

  finish(): ContainerHead {
    if (this.#durationMs === 0) return EMPTY_HEAD;
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
    yield* this.#ftyp(reader);
    const header = this.#header;
    for (;;) {
      const at = reader.position;
      while (!header.read(reader)) yield;
      if (header.type === 'moov') {
        // A second one begins another recording, none of ours.
        if (this.#contents !== undefined) throw foreign('second moov');
        this.#readMoov(yield* this.#data(reader, MAX_MOOV));
        continue;
      }
      if (header.type === 'moof' || header.type === 'mdat') this.#beginBody(at);
      if (header.type === 'moof') this.#readMoof(yield* this.#data(reader, MAX_MOOF), at);
      else {
        const next = reader.position + header.size;
        while (!reader.skipTo(next)) {
          this.#settle(reader.position);
          yield;
        }
      }
      this.#settle(reader.position);
    }
  }

  *#ftyp(reader: SliceReader): Steps {
    while (!this.#header.read(reader)) yield;
    if (this.#header.type !== 'ftyp') throw foreign('no ftyp');
    yield* this.#data(reader, MAX_FTYP);
  }

  #beginBody(at: number): void {
    if (this.#contents === undefined) throw foreign('samples before moov');
    if (this.#bodyFrom === 0) this.#bodyFrom = at;
  }

  #readMoov(moov: Uint8Array): void {
    const tracks = readTracks(moov);
    this.#tracks = new Map(tracks.map((track) => [track.id, track]));
    this.#contents = new Map(tracks.map((track) => [track.id, { track, samples: new SampleTable() }]));
  }

  #readMoof(moof: Uint8Array, at: number): void {
    if (this.#pending.length > 0) throw foreign('samples behind the next fragment');
    this.#pending = readFragment(moof, at, this.#tracks);
    this.#pendingEnd = 0;
    for (const { offset, end } of this.#pending) {
      if (offset < this.#bodyFrom) throw foreign('data offset');
      this.#pendingEnd = Math.max(this.#pendingEnd, end);
    }
  }

  /** Counts the fragment that is being waited for, once its last byte lies before `position`. */
  #settle(position: number): void {
    if (this.#pending.length === 0 || this.#pendingEnd > position) return;
    const runs = this.#pending;
    this.#pending = [];
    for (const run of runs) this.#add(run);
    this.#durationMs = Math.max(this.#durationMs, presentationMs(this.#present()));
  }

  #add(run: TrackRun): void {
    const { track, decodeTime, offset, end, count, duration, description } = run;
    const samples = this.#contents?.get(track.id)?.samples;
    if (samples === undefined) return;
    const ceiling = MAX_SECONDS * track.timescale;
    if (samples.length === 0) {
      // Some clocks start anywhere, but all tracks are of the same.
      const start = (decodeTime ?? 0) / track.timescale;
      this.#startSeconds ??= start;
      if (Math.abs(start - this.#startSeconds) > MAX_SECONDS || duration > ceiling) throw foreign('time');
    } else if (Math.max((decodeTime ?? 0) - samples.start, samples.decodeEnd) + duration > ceiling)
      throw foreign('time');
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
}

function foreign(detail: string): SvjError {
  return new SvjError('media/foreign', detail);
}
