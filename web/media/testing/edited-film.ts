/** A small MP4 whose edit list shows only a part of it, as tools write it that cut without encoding anew. */
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output } from 'mediabunny';
import { TINY, tinyConfig } from './tiny-streams.ts';

/** Milliseconds of the movie shown, millisecond of the media it begins at (-1: nothing is shown), speed. */
export type Edit = readonly [duration: number, mediaMs: number, rate?: number];

const MOVIE_SCALE_AT = 20;
const MEDIA_SCALE_AT = 20;

/** Ten pictures, one each second. @param edits none leaves the file without a list */
export async function editedFilm(edits: readonly Edit[], version: 0 | 1 = 0): Promise<File> {
  const target = new BufferTarget();
  // The index comes last, so that nothing moves when it grows.
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: false }), target });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source);
  await output.start();
  const { parameters, pictures } = TINY.avc;
  for (let i = 0; i < 10; i++) {
    const data = i === 0 ? Buffer.concat([...parameters, pictures[0]]) : pictures[1 + (i % 2)];
    await source.add(new EncodedPacket(data ?? pictures[1], i === 0 ? 'key' : 'delta', i, 1), tinyConfig('avc'));
  }
  await output.finalize();
  if (target.buffer === null) throw new Error('nothing was written');
  const bytes = Buffer.from(target.buffer);
  return new File([edits.length === 0 ? bytes : withEdits(bytes, edits, version)], 'edited.mp4');
}

/** Puts the list in front of the track's media. */
function withEdits(bytes: Buffer, edits: readonly Edit[], version: 0 | 1): Buffer<ArrayBuffer> {
  const at = (type: string): number => bytes.lastIndexOf(type, undefined, 'latin1') - 4;
  // A 64-bit header box keeps its timescale 8 bytes further on.
  const scaleOf = (type: string, offset: number): number =>
    bytes.readUInt32BE(at(type) + offset + (bytes[at(type) + 8] === 1 ? 8 : 0));
  const movieScale = scaleOf('mvhd', MOVIE_SCALE_AT);
  const mediaScale = scaleOf('mdhd', MEDIA_SCALE_AT);
  const rows = edits.map(([duration, mediaMs, rate = 1]) => {
    const row = Buffer.alloc(version === 1 ? 20 : 12);
    const ticks = mediaMs === -1 ? -1 : Math.round((mediaMs * mediaScale) / 1000);
    const length = Math.round((duration * movieScale) / 1000);
    if (version === 1) {
      row.writeBigUInt64BE(BigInt(length), 0);
      row.writeBigInt64BE(BigInt(ticks), 8);
    } else {
      row.writeUInt32BE(length, 0);
      row.writeInt32BE(ticks, 4);
    }
    row.writeInt32BE(rate * 0x1_0000, row.length - 4);
    return row;
  });
  const words = Buffer.alloc(8);
  words.writeUInt32BE(version * 2 ** 24, 0);
  words.writeUInt32BE(edits.length, 4);
  const edts = boxed('edts', boxed('elst', words, ...rows));
  for (const parent of ['moov', 'trak']) bytes.writeUInt32BE(bytes.readUInt32BE(at(parent)) + edts.length, at(parent));
  return Buffer.concat([bytes.subarray(0, at('mdia')), edts, bytes.subarray(at('mdia'))]);
}

function boxed(type: string, ...content: Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.reduce((sum, part) => sum + part.length, 0), 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...content]);
}
