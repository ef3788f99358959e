/**
 * The head put before the fragments of a recording (ISO/IEC 14496-12): ftyp, a moov with the tables of all samples,
 * and the header of one mdat that holds the whole body. A player sees a plain MP4 made for fast start; the fragment
 * headers in between are bytes that no table points to.
 *
 * No time of creation, no name, no user data is written or carried over.
 */
import { type Bytes, concat } from '#shared/bytes.ts';
import { ByteWriter } from './byte-writer.ts';
import { writeBox, writeFullBox } from './mp4-box.ts';
import { type Mp4Presentation, presentationMs } from './mp4-presentation.ts';
import { type NumberList, type RunList } from './number-list.ts';
import { type SampleTable } from './mp4-samples.ts';

/** Ticks per second of the movie: fine enough for the edits of every sampling rate. */
const MOVIE_TIMESCALE = 1_000_000;
const UNITY_MATRIX = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000] as const;
const MDAT_HEADER = 16;

export function mp4Head(tracks: readonly Mp4Presentation[], bodyFrom: number, bodyTo: number): Bytes {
  const ftyp = write(writeFtyp);
  // Offsets take eight bytes each, so the moov is as long whatever they are.
  const moovLength = write((to) => writeMoov(to, tracks, 0)).length;
  const shift = ftyp.length + moovLength + MDAT_HEADER - bodyFrom;
  const moov = write((to) => writeMoov(to, tracks, shift));
  const mdat = write((to) => {
    to.u32(1);
    to.u32(0x6d646174);
    to.u64(MDAT_HEADER + bodyTo - bodyFrom);
  });
  return concat(ftyp, moov, mdat);
}

function write(body: (to: ByteWriter) => void): Bytes {
  const to = new ByteWriter();
  body(to);
  return to.finish();
}

// iso6 for signed composition offsets.
function writeFtyp(to: ByteWriter): void {
  const brands = ['isom', '\0\0\x02\0', 'isom', 'iso6', 'mp41'];
  writeBox(to, 'ftyp', () => to.ascii(brands.join('')));
}

function writeMoov(to: ByteWriter, tracks: readonly Mp4Presentation[], shift: number): void {
  writeBox(to, 'moov', () => {
    writeFullBox(to, 'mvhd', 1, 0, () => {
      to.zeros(16);
      to.u32(MOVIE_TIMESCALE);
      to.u64(Math.round(presentationMs(tracks) * (MOVIE_TIMESCALE / 1000)));
      to.u32(0x1_0000);
      to.u16(0x100);
      to.zeros(10);
      for (const value of UNITY_MATRIX) to.u32(value);
      to.zeros(24);
      to.u32(Math.min(1 + Math.max(...tracks.map(({ track }) => track.id)), 0xffff_ffff));
    });
    for (const track of tracks) writeTrak(to, track, shift);
  });
}

function writeTrak(to: ByteWriter, presentation: Mp4Presentation, shift: number): void {
  const { track, samples, emptySeconds, shownSeconds } = presentation;
  writeBox(to, 'trak', () => {
    writeFullBox(to, 'tkhd', 1, track.flags, () => {
      to.zeros(16);
      to.u32(track.id);
      to.zeros(4);
      to.u64(Math.round((emptySeconds + shownSeconds) * MOVIE_TIMESCALE));
      to.bytes(track.shape);
    });
    writeEdits(to, presentation);
    writeBox(to, 'mdia', () => {
      writeFullBox(to, 'mdhd', 1, 0, () => {
        to.zeros(16);
        to.u32(track.timescale);
        to.u64(samples.decodeEnd + samples.openEnd);
        to.u16(track.language);
        to.zeros(2);
      });
      writeFullBox(to, 'hdlr', 0, 0, () => {
        to.zeros(4);
        to.ascii(track.kind === 'video' ? 'vide' : 'soun');
        // Reserved, and an empty name.
        to.zeros(12 + 1);
      });
      writeBox(to, 'minf', () => {
        to.bytes(track.mediaHeader);
        writeBox(to, 'dinf', () => writeDataReference(to));
        writeBox(to, 'stbl', () => {
          to.bytes(track.stsd);
          writeSampleTables(to, samples, track.kind === 'video', shift);
        });
      });
    });
  });
}

/** Section 8.6.6; left out where the track is shown from its first tick on. */
function writeEdits(to: ByteWriter, { emptySeconds, mediaTime, shownSeconds }: Mp4Presentation): void {
  const empty = Math.round(emptySeconds * MOVIE_TIMESCALE);
  if (empty === 0 && mediaTime === 0) return;
  const edit = (duration: number, time: number) => {
    to.u64(duration);
    to.i64(time);
    to.u32(0x1_0000);
  };
  writeBox(to, 'edts', () =>
    writeFullBox(to, 'elst', 1, 0, () => {
      to.u32(empty > 0 ? 2 : 1);
      if (empty > 0) edit(empty, -1);
      edit(Math.round(shownSeconds * MOVIE_TIMESCALE), mediaTime);
    })
  );
}

/** The samples are in this very file (section 8.7.2). */
function writeDataReference(to: ByteWriter): void {
  writeFullBox(to, 'dref', 0, 0, () => {
    to.u32(1);
    writeFullBox(to, 'url ', 0, 1, () => undefined);
  });
}

function writeSampleTables(to: ByteWriter, samples: SampleTable, video: boolean, shift: number): void {
  const durations = samples.durations.clone();
  if (samples.openEnd > 0) durations.replaceLast(samples.openEnd);
  writeFullBox(to, 'stts', 0, 0, () => writeRuns(to, durations));
  const { compositionOffsets: offsets, syncSamples } = samples;
  if (offsets.length > 1 || offsets.last !== 0) {
    writeFullBox(to, 'ctts', offsets.least < 0 ? 1 : 0, 0, () => writeRuns(to, offsets));
  }
  if (syncSamples.length > 0 && syncSamples.length < samples.length) {
    writeFullBox(to, 'stss', 0, 0, () => writeList(to, syncSamples, 1));
  } else if (syncSamples.length === 0 && video) {
    // None is marked, yet playing has to begin somewhere: without this table players take every sample for a key frame.
    writeFullBox(to, 'stss', 0, 0, () => {
      to.u32(1);
      to.u32(1);
    });
  }
  writeFullBox(to, 'stsc', 0, 0, () => writeList(to, samples.sampleToChunk, 3));
  writeFullBox(to, 'stsz', 0, 0, () => {
    to.u32(0);
    writeList(to, samples.sizes, 1);
  });
  writeFullBox(to, 'co64', 0, 0, () => {
    to.u32(samples.chunkOffsets.length);
    for (let i = 0; i < samples.chunkOffsets.length; i++) to.u64(samples.chunkOffsets.at(i) + shift);
  });
}

/** The number of entries, each of `width` numbers, and the numbers. */
function writeList(to: ByteWriter, list: NumberList, width: number): void {
  to.u32(list.length / width);
  for (let i = 0; i < list.length; i++) to.u32(list.at(i));
}

function writeRuns(to: ByteWriter, runs: RunList): void {
  to.u32(runs.length);
  for (let i = 0; i < runs.length; i++) {
    to.u32(runs.count(i));
    // The low 32 bits, signed or not.
    to.u32(runs.value(i) >>> 0);
  }
}
