/**
 * The index of a WebM or Matroska recording (RFC 9559), as MediaRecorder and muxers write it: Segment and clusters of
 * known or unknown size, SimpleBlocks or BlockGroups. Payloads are passed over unread.
 */
import { SvjError } from '#shared/errors.ts';
import { type ContainerHead, EMPTY_HEAD } from './container-head.ts';
import { type ContainerIndex } from './container-index.ts';
import { ElementHeader, Id, UNKNOWN_SIZE, elements, uint } from './ebml.ts';
import { SliceParser, type Steps } from './slice-parser.ts';
import { type SliceReader } from './slice-reader.ts';
import { type WebmBlock, readBlock } from './webm-block.ts';
import { CueTable } from './webm-cues.ts';
import { webmHead } from './webm-head.ts';
import { WebmTrack } from './webm-track.ts';

/** Ceilings for what is kept of the parts before the first cluster, in bytes: beyond them a file is made to hurt. */
const MAX_EBML_HEADER = 4 * 1024;
const MAX_INFO = 64 * 1024;
const MAX_TRACKS = 1024 * 1024;
/** The longest recording, ms (115 days): beyond it times are made to hurt. */
const MAX_MS = 1e10;
/** Cues of a file without video: at most one per second. */
const AUDIO_CUE_MS = 1000;

/** Elements that stand beside clusters: one of them ends a cluster of unknown size (RFC 8794 section 6.2). */
const BESIDE_CLUSTERS: ReadonlySet<number> = new Set([
  Id.Cluster,
  Id.Cues,
  Id.Tags,
  Id.SeekHead,
  Id.Info,
  Id.Tracks,
  Id.Chapters,
  Id.Attachments,
  Id.Segment,
  Id.Ebml
]);

export class WebmIndex implements ContainerIndex {
  readonly container = 'webm';
  readonly #header = new ElementHeader();
  readonly #parser = new SliceParser(
    (reader) => this.#file(reader),
    () => this.#durationMs > 0
  );
  readonly #tracks = new Map<number, WebmTrack>();
  // The first of each kind that a block belongs to.
  #video: WebmTrack | undefined;
  #audio: WebmTrack | undefined;
  readonly #videoCues = new CueTable();
  readonly #audioCues = new CueTable();
  #ebml = new Uint8Array(0);
  #info: Uint8Array | undefined;
  #tracksData: Uint8Array | undefined;
  #timestampScale = 1_000_000;
  #bodyFrom = 0;
  // Behind the last whole block; 0 before there is one.
  #bodyEnd = 0;
  #durationMs = 0;
  #keyFrames = 0;
  // The cluster being read: where it begins, its time in ticks, whether the tables have a place in it.
  #clusterAt = 0;
  #clusterTime = 0;
  #videoCued = false;
  #audioCued = false;

  get durationMs(): number {
    return this.#durationMs;
  }

  append(slice: Uint8Array): void {
    this.#parser.append(slice);
  }

  finish(): ContainerHead {
    const video = this.#video;
    const cueTrack = video ?? this.#audio;
    if (cueTrack === undefined) return EMPTY_HEAD;
    // What lies behind damage may still mean something to a player.
    const bodyTo = this.#parser.state === 'damaged' ? this.#parser.received : this.#bodyEnd;
    const bytes = webmHead({
      ebml: this.#ebml,
      tracks: this.#tracksData ?? new Uint8Array(0),
      info: this.#info ?? new Uint8Array(0),
      timestampScale: this.#timestampScale,
      durationMs: this.#durationMs,
      cues: video === undefined ? this.#audioCues : this.#videoCues,
      cueTrack: cueTrack.number,
      bodyFrom: this.#bodyFrom,
      bodyTo
    });
    return {
      bytes,
      bodyFrom: this.#bodyFrom,
      bodyTo,
      durationMs: this.#durationMs,
      width: video?.width ?? 0,
      height: video?.height ?? 0,
      hasVideo: video !== undefined,
      hasAudio: this.#audio !== undefined,
      keyFrames: this.#keyFrames
    };
  }

  *#file(reader: SliceReader): Steps {
    yield* this.#ebmlHeader(reader);
    const header = this.#header;
    for (;;) {
      while (!header.read(reader)) yield;
      if (header.id === Id.Segment) break;
      const next = this.#endOf(reader, Infinity);
      while (!reader.skipTo(next)) yield;
    }
    yield* this.#segment(reader, reader.position + header.size);
  }

  *#ebmlHeader(reader: SliceReader): Steps {
    while (!this.#header.read(reader)) yield;
    if (this.#header.id !== Id.Ebml) throw foreign('no EBML header');
    this.#ebml = yield* this.#data(reader, MAX_EBML_HEADER);
    if (!/^(?:webm|matroska)\0*$/.test(docType(this.#ebml))) throw foreign('DocType');
  }

  *#segment(reader: SliceReader, end: number): Steps {
    const header = this.#header;
    while (reader.position < end) {
      while (!header.peek(reader)) yield;
      // Another file put behind this one is none of ours.
      if (header.id === Id.Ebml || header.id === Id.Segment) return;
      const at = reader.position;
      header.pass(reader);
      if (header.id === Id.Cluster) {
        this.#beginCluster(at);
        const unknown = header.size === UNKNOWN_SIZE;
        yield* this.#cluster(reader, Math.min(reader.position + header.size, end), unknown);
      } else if (header.id === Id.Info && this.#info === undefined) {
        this.#readInfo(yield* this.#data(reader, MAX_INFO));
      } else if (header.id === Id.Tracks && this.#tracksData === undefined) {
        this.#readTracks(yield* this.#data(reader, MAX_TRACKS));
      } else {
        const next = this.#endOf(reader, end);
        while (!reader.skipTo(next)) yield;
      }
    }
  }

  *#cluster(reader: SliceReader, end: number, unknown: boolean): Steps {
    const header = this.#header;
    while (reader.position < end) {
      while (!header.peek(reader)) yield;
      if (BESIDE_CLUSTERS.has(header.id)) {
        if (unknown) return;
        throw foreign('cluster within a cluster');
      }
      header.pass(reader);
      const next = this.#endOf(reader, end);
      if (header.id === Id.SimpleBlock) {
        this.#add(yield* readBlock(reader, next, this.#clusterTime, this.#tracks), next);
      } else if (header.id === Id.BlockGroup) yield* this.#blockGroup(reader, next);
      else if (header.id === Id.Timestamp) this.#clusterTime = uint(yield* this.#data(reader, 8));
      else while (!reader.skipTo(next)) yield;
    }
    if (this.#bodyEnd > 0) this.#bodyEnd = reader.position;
  }

  *#blockGroup(reader: SliceReader, end: number): Steps {
    const header = this.#header;
    let block: WebmBlock | undefined;
    let duration = 0;
    let key = true;
    while (reader.position < end) {
      while (!header.read(reader)) yield;
      const next = this.#endOf(reader, end);
      if (header.id === Id.Block) {
        block = yield* readBlock(reader, next, this.#clusterTime, this.#tracks);
      } else if (header.id === Id.BlockDuration) duration = uint(yield* this.#data(reader, 8));
      else {
        if (header.id === Id.ReferenceBlock) key = false;
        while (!reader.skipTo(next)) yield;
      }
    }
    if (block !== undefined) this.#add({ ...block, key, lastsMs: this.#ms(duration) || block.lastsMs }, end);
  }

  #beginCluster(at: number): void {
    if (this.#tracksData === undefined) throw foreign('no Tracks');
    if (this.#bodyEnd === 0) this.#bodyFrom = at;
    this.#clusterAt = at;
    this.#clusterTime = 0;
    this.#videoCued = false;
    this.#audioCued = false;
  }

  /**
   * Counts a block that is there whole. With video, a cluster is worth a cue only for a key frame in it: a player that
   * starts elsewhere shows broken pictures. One in the middle will do, since players wait for it.
   */
  #add({ track, time, key, lastsMs }: WebmBlock, end: number): void {
    const ms = this.#ms(time);
    this.#bodyEnd = end;
    if (track === undefined || track.kind === 'other') return;
    track.add(ms, lastsMs);
    this.#durationMs = Math.max(this.#durationMs, track.endMs);
    if (track.kind === 'video') {
      this.#video ??= track;
      if (!key || track !== this.#video) return;
      this.#keyFrames++;
      if (!this.#videoCued) this.#videoCues.offer(this.#clusterAt, time, 1);
      this.#videoCued = true;
    } else {
      this.#audio ??= track;
      if (track !== this.#audio) return;
      if (!this.#audioCued) this.#audioCues.offer(this.#clusterAt, time, (AUDIO_CUE_MS * 1e6) / this.#timestampScale);
      this.#audioCued = true;
    }
  }

  #ms(ticks: number): number {
    const ms = (ticks * this.#timestampScale) / 1e6;
    if (!(ms <= MAX_MS)) throw foreign('time');
    return ms;
  }

  #readInfo(info: Uint8Array): void {
    this.#info = info;
    for (const { id, data } of elements(info)) {
      if (id === Id.TimestampScale) this.#timestampScale = uint(data);
    }
    if (!(this.#timestampScale >= 1 && this.#timestampScale <= 1e9)) throw foreign('timestamp scale');
  }

  #readTracks(data: Uint8Array): void {
    this.#tracksData = data;
    for (const { id, data: entry } of elements(data)) {
      if (id !== Id.TrackEntry) continue;
      const track = new WebmTrack(entry);
      if (this.#tracks.has(track.number)) throw foreign('track number');
      this.#tracks.set(track.number, track);
    }
  }

  /** The data of the element whose header was just read. */
  *#data(reader: SliceReader, ceiling: number): Generator<undefined, Uint8Array<ArrayBuffer>> {
    const { size } = this.#header;
    if (!(size <= ceiling)) throw foreign('element too long');
    while (!reader.has(size)) yield;
    return reader.take(size);
  }

  /** Where the element whose header was just read ends: at `parentEnd` at the latest. */
  #endOf(reader: SliceReader, parentEnd: number): number {
    const end = reader.position + this.#header.size;
    if (this.#header.size === UNKNOWN_SIZE || end > parentEnd) throw foreign('element beyond its parent');
    return end;
  }
}

function docType(ebml: Uint8Array): string {
  for (const { id, data } of elements(ebml)) {
    if (id === Id.DocType) return String.fromCharCode(...data.subarray(0, 16));
  }
  return '';
}

function foreign(detail: string): SvjError {
  return new SvjError('media/foreign', detail);
}
