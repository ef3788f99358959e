import { describe, expect, it } from 'vitest';
import { ByteWriter } from '#shared/container/byte-writer.ts';
import { Id, writeElement, writeId, writeUint } from '#shared/container/ebml.ts';
import { timeBefore } from './playable-time.ts';

const element = (id: number, fill: (to: ByteWriter) => void): Uint8Array => {
  const [data, to] = [new ByteWriter(), new ByteWriter()];
  fill(data);
  writeElement(to, id, data.finish());
  return to.finish();
};

/** A head with key frames every second, each 1,000 bytes behind the other. */
function head(scale: number | null): { bytes: Uint8Array; data: number } {
  const to = new ByteWriter();
  to.bytes(element(Id.Ebml, (ebml) => writeUint(ebml, 0x4286, 1)));
  writeId(to, Id.Segment);
  to.bytes(Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
  const data = to.finish().length;
  to.bytes(element(Id.Info, (info) => scale !== null && writeUint(info, Id.TimestampScale, scale)));
  to.bytes(
    element(Id.Cues, (cues) => {
      for (let second = 0; second < 10; second++) {
        cues.bytes(
          element(Id.CuePoint, (point) => {
            writeUint(point, Id.CueTime, second * 1000);
            point.bytes(
              element(Id.CueTrackPositions, (at) => writeUint(at, Id.CueClusterPosition, 500 + second * 1000))
            );
          })
        );
      }
    })
  );
  to.bytes(element(Id.Cluster, () => undefined));
  return { bytes: to.finish(), data };
}

describe('how much plays before a damage', () => {
  const { bytes, data } = head(1_000_000);

  it.each([
    [500, 0],
    [1_499, 0],
    [1_500, 1_000],
    [4_700, 4_000],
    [99_999, 9_000]
  ])('up to byte %i of the data: %i ms', (until, ms) => {
    expect(timeBefore(bytes, data + until)).toBe(ms);
  });

  it('reads other clocks than milliseconds', () => {
    const slow = head(500_000);
    expect(timeBefore(slow.bytes, slow.data + 4_700)).toBe(2_000);
    expect(timeBefore(head(null).bytes, data + 99_999)).toBe(9_000);
  });

  it('does not guess', () => {
    expect(timeBefore(bytes.subarray(0, data + 4), 10_000)).toBeNull();
    expect(timeBefore(new Uint8Array(0), 10)).toBeNull();
    expect(timeBefore(Uint8Array.of(0, 0, 0, 24, 0x66, 0x74, 0x79, 0x70), 10)).toBeNull();
  });
});
