/**
 * The head put before the clusters of a recording: its EBML header, a Segment of unknown size, SeekHead, its Info plus
 * the Duration, its Tracks, Cues. The Segment stays of unknown size because its clusters may be: some players refuse
 * an element of unknown size in one of known size (RFC 8794 section 6.2).
 */
import { type Bytes, concat } from '#shared/bytes.ts';
import { ByteWriter } from './byte-writer.ts';
import { Id, elements, uintLength, writeElement, writeId, writeUint } from './ebml.ts';
import { type CueTable } from './webm-cues.ts';

export interface WebmHeadParts {
  /** Data of the EBML header, of Tracks and of Info as recorded. */
  readonly ebml: Uint8Array;
  readonly tracks: Uint8Array;
  readonly info: Uint8Array;
  readonly timestampScale: number;
  readonly durationMs: number;
  readonly cues: CueTable;
  /** Number of the track the cues are of. */
  readonly cueTrack: number;
  /** Body in bytes of the recording. */
  readonly bodyFrom: number;
  readonly bodyTo: number;
}

export function webmHead(parts: WebmHeadParts): Bytes {
  const ebml = element(Id.Ebml, parts.ebml);
  const info = infoElement(parts);
  const tracks = element(Id.Tracks, parts.tracks);
  const withCues = parts.cues.length > 0;
  // Positions are counted from the first byte of Segment data, which is where the SeekHead begins.
  const seekLength = seekHead(0, 0, withCues ? 0 : undefined).length;
  const cuesAt = seekLength + info.length + tracks.length;
  const seek = seekHead(seekLength, seekLength + info.length, withCues ? cuesAt : undefined);
  const cuesLength = withCues ? cuesElement(parts, 0).length : 0;
  const cues = withCues ? cuesElement(parts, cuesAt + cuesLength - parts.bodyFrom) : new Uint8Array(0);
  return concat(ebml, segmentStart(), seek, info, tracks, cues);
}

function segmentStart(): Bytes {
  const to = new ByteWriter();
  writeId(to, Id.Segment);
  to.bytes(Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
  return to.finish();
}

function seekHead(infoAt: number, tracksAt: number, cuesAt: number | undefined): Bytes {
  const entries = new ByteWriter();
  const enter = (id: number, at: number) => {
    const entry = new ByteWriter();
    const idBytes = new ByteWriter();
    writeId(idBytes, id);
    writeElement(entry, Id.SeekId, idBytes.finish());
    writeUint(entry, Id.SeekPosition, at, 4);
    writeElement(entries, Id.Seek, entry.finish());
  };
  enter(Id.Info, infoAt);
  enter(Id.Tracks, tracksAt);
  if (cuesAt !== undefined) enter(Id.Cues, cuesAt);
  return element(Id.SeekHead, entries.finish());
}

// Title, date, file names and what else an import may carry stay behind. The names of the programs stay: players know
// the habits of some by them.
function infoElement({ info, timestampScale, durationMs }: WebmHeadParts): Bytes {
  const to = new ByteWriter();
  writeUint(to, Id.TimestampScale, timestampScale);
  writeId(to, Id.Duration);
  to.u8(0x88);
  to.f64((durationMs * 1e6) / timestampScale);
  for (const { id, data } of elements(info)) {
    if (id === Id.MuxingApp || id === Id.WritingApp) writeElement(to, id, data);
  }
  return element(Id.Info, to.finish());
}

/** Its length does not depend on `shift`, which turns offsets in the recording into positions in the Segment. */
function cuesElement({ cues, cueTrack, bodyFrom, bodyTo }: WebmHeadParts, shift: number): Bytes {
  // Room for the body and any head of ours before it.
  const positionLength = uintLength(bodyTo - bodyFrom + 2 ** 24);
  const trackLength = uintLength(cueTrack);
  const positionsLength = 2 + trackLength + 2 + positionLength;
  const to = new ByteWriter();
  for (let i = 0; i < cues.length; i++) {
    const time = cues.time(i);
    const timeLength = uintLength(time);
    to.u8(Id.CuePoint);
    to.u8(0x80 | (2 + timeLength + 2 + positionsLength));
    writeUint(to, Id.CueTime, time, timeLength);
    to.u8(Id.CueTrackPositions);
    to.u8(0x80 | positionsLength);
    writeUint(to, Id.CueTrack, cueTrack, trackLength);
    writeUint(to, Id.CueClusterPosition, Math.max(0, cues.offset(i) + shift), positionLength);
  }
  return element(Id.Cues, to.finish());
}

function element(id: number, data: Uint8Array): Bytes {
  const to = new ByteWriter();
  writeElement(to, id, data);
  return to.finish();
}
