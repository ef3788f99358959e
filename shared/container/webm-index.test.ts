/** Layouts of WebM that no fixture has. */
import { describe, expect, it } from 'vitest';
import { type Bytes, concat, utf8 } from '#shared/bytes.ts';
import { type ContainerHead } from './container-index.ts';
import { Id } from './ebml.ts';
import { checkWebm, virtualFile } from './testing/virtual-file.ts';
import {
  blockGroup,
  ebmlHeader,
  element,
  openElement,
  simpleBlock,
  trackEntry,
  uintElement
} from './testing/webm-builder.ts';
import { MAX_CUES } from './webm-cues.ts';
import { WebmIndex } from './webm-index.ts';

const VIDEO = 1;
const AUDIO = 2;
const info = element(Id.Info, uintElement(Id.TimestampScale, 1_000_000, 3));
const tracks = element(Id.Tracks, trackEntry(VIDEO), trackEntry(AUDIO));
const time = (ms: number) => uintElement(Id.Timestamp, ms, 4);
const keyCluster = (ms: number) => [time(ms), simpleBlock(VIDEO, 0, true), simpleBlock(VIDEO, 40, false)];

function indexed(...parts: Uint8Array[]): { head: ContainerHead; recording: Bytes; cues: number[] } {
  const recording = concat(...parts);
  const index = new WebmIndex();
  for (let at = 0; at < recording.length; at += 5) index.append(recording.subarray(at, at + 5));
  const head = index.finish();
  const { cues } = checkWebm(virtualFile(head, recording), head.bytes.length, head.hasVideo);
  return { head, recording, cues };
}

describe('layouts', () => {
  it.each([
    ['Segment and clusters of unknown size', (...all: Uint8Array[]) => openElement(Id.Segment, ...all), openElement],
    ['clusters of known size', (...all: Uint8Array[]) => openElement(Id.Segment, ...all), element],
    ['Segment of known size', (...all: Uint8Array[]) => element(Id.Segment, ...all), openElement],
    ['everything of known size', (...all: Uint8Array[]) => element(Id.Segment, ...all), element]
  ])('%s, with Void, Cues and Tags between and behind', (_, segment, cluster) => {
    const extras = [element(Id.Void, new Uint8Array(300)), element(Id.Cues), element(Id.Tags, utf8('..'))];
    const { head, recording, cues } = indexed(
      ebmlHeader,
      element(Id.Void, new Uint8Array(3)),
      segment(
        ...[element(Id.SeekHead), info, tracks, ...extras],
        cluster(Id.Cluster, ...keyCluster(0)),
        ...extras,
        cluster(Id.Cluster, element(Id.Crc32, new Uint8Array(4)), ...keyCluster(1000)),
        ...extras
      )
    );
    expect(cues).toEqual([0, 1000]);
    expect(head).toMatchObject({ durationMs: 1080, keyFrames: 2, hasAudio: false });
    // What lies behind the last cluster holds positions in a file that is no more.
    const lastVoid = recording.length - extras.reduce((sum, extra) => sum + extra.length, 0);
    expect(head.bodyTo).toBe(lastVoid);
  });

  it('block groups: key unless they refer to another, and their own duration', () => {
    const { head, cues } = indexed(
      ebmlHeader,
      openElement(Id.Segment, info, tracks),
      openElement(Id.Cluster, time(0), blockGroup(VIDEO, 0, true), blockGroup(VIDEO, 40, false)),
      openElement(Id.Cluster, time(80), blockGroup(VIDEO, 0, false), blockGroup(AUDIO, 0, true)),
      openElement(Id.Cluster, time(500), blockGroup(VIDEO, 0, true, uintElement(Id.BlockDuration, 700, 2)))
    );
    expect(cues).toEqual([0, 500]);
    expect(head).toMatchObject({ durationMs: 1200, keyFrames: 2, hasAudio: true });
  });

  it('a file put behind another is left out', () => {
    const one = concat(ebmlHeader, openElement(Id.Segment, info, tracks), openElement(Id.Cluster, ...keyCluster(0)));
    const { head } = indexed(one, one);
    expect(head).toMatchObject({ bodyTo: one.length, keyFrames: 1 });
  });

  it('blocks of no declared track, and of text, are passed over', () => {
    const text = element(Id.Tracks, trackEntry(VIDEO), trackEntry(17));
    const cluster = openElement(Id.Cluster, time(0), simpleBlock(17, 9000, true), simpleBlock(3, 9999, true));
    const { head } = indexed(ebmlHeader, openElement(Id.Segment, info, text), cluster, ...keyCluster(0));
    expect(head).toMatchObject({ durationMs: 80, keyFrames: 1, hasAudio: false });
  });

  it('a key frame in the middle of a cluster is a place to start from; a cluster without one is none', () => {
    const { recording, head } = (() => {
      const parts = [
        ebmlHeader,
        openElement(Id.Segment, info, tracks),
        openElement(Id.Cluster, ...keyCluster(0)),
        openElement(Id.Cluster, time(1000), simpleBlock(VIDEO, 0, false), simpleBlock(VIDEO, 40, true)),
        openElement(Id.Cluster, time(2000), simpleBlock(VIDEO, 0, false), simpleBlock(AUDIO, 40, true))
      ];
      const whole = concat(...parts);
      const index = new WebmIndex();
      index.append(whole);
      return { recording: whole, head: index.finish() };
    })();
    const { cues } = checkWebm(virtualFile(head, recording), head.bytes.length, false);
    expect(cues).toEqual([0, 1040]);
  });
});

describe('times', () => {
  it('follow the timestamp scale', () => {
    const fine = element(Id.Info, uintElement(Id.TimestampScale, 10_000, 3));
    const { head, cues } = indexed(
      ebmlHeader,
      openElement(Id.Segment, fine, tracks, openElement(Id.Cluster, time(100_000), simpleBlock(VIDEO, 0, true)))
    );
    expect(cues).toEqual([100_000]);
    expect(head.durationMs).toBe(1033);
  });

  it('end with the last packet of Opus, whose length is in its first byte', () => {
    const opus = element(Id.Tracks, trackEntry(AUDIO, element(Id.CodecId, utf8('A_OPUS'))));
    // Configuration 19 (20 ms), three frames.
    const packet = Uint8Array.of((19 << 3) | 3, 3, 0, 0);
    const { head } = indexed(
      ebmlHeader,
      openElement(Id.Segment, info, opus, openElement(Id.Cluster, time(0), simpleBlock(AUDIO, 0, true, packet)))
    );
    expect(head).toMatchObject({ durationMs: 60, hasVideo: false, width: 0 });
  });

  it('of the last picture: as long as the one before unless that stalled, or the default', () => {
    const blocks = (at: number) => [time(0), simpleBlock(VIDEO, 0, true), simpleBlock(VIDEO, at, false)];
    const start = (...entry: Uint8Array[]) =>
      openElement(Id.Segment, info, element(Id.Tracks, trackEntry(VIDEO, ...entry)));
    const end = (at: number, ...entry: Uint8Array[]) =>
      indexed(ebmlHeader, start(...entry), openElement(Id.Cluster, ...blocks(at))).head.durationMs;
    expect(end(40)).toBe(80);
    expect(end(5000)).toBe(5033);
    expect(end(5000, uintElement(Id.DefaultDuration, 20_000_000, 4))).toBe(5020);
  });
});

it('shows the size meant to be shown', () => {
  const size = (...fields: Uint8Array[]) => {
    const entry = trackEntry(VIDEO, element(Id.Video, ...fields));
    const segment = openElement(Id.Segment, info, element(Id.Tracks, entry));
    const { width, height } = indexed(ebmlHeader, segment, openElement(Id.Cluster, ...keyCluster(0))).head;
    return [width, height];
  };
  const pixels = [uintElement(Id.PixelWidth, 640, 2), uintElement(Id.PixelHeight, 480, 2)];
  const shown = [uintElement(Id.DisplayWidth, 853, 2), uintElement(Id.DisplayHeight, 480, 2)];
  expect(size(...pixels)).toEqual([640, 480]);
  expect(size(...pixels, ...shown)).toEqual([853, 480]);
  // Unit 3: an aspect ratio, no pixels.
  expect(size(...pixels, ...shown, uintElement(Id.DisplayUnit, 3, 1))).toEqual([640, 480]);
});

it('leaves title, date and file name behind', () => {
  const secret = element(
    Id.Info,
    element(0x7ba9, utf8('planted title')),
    uintElement(0x4461, 12_345_678, 8),
    element(0x7384, utf8('planted name')),
    element(Id.MuxingApp, utf8('a muxer'))
  );
  const { head } = indexed(
    ebmlHeader,
    openElement(Id.Segment, secret, tracks),
    openElement(Id.Cluster, ...keyCluster(0))
  );
  const text = String.fromCharCode(...head.bytes);
  expect(text).not.toContain('planted');
  expect(text).toContain('a muxer');
});

describe('the table of cues', () => {
  function long(kind: typeof VIDEO | typeof AUDIO, clusters: number, spacingMs: number): ContainerHead {
    const index = new WebmIndex();
    index.append(concat(ebmlHeader, openElement(Id.Segment, info, tracks)));
    for (let i = 0; i < clusters; i++) {
      index.append(openElement(Id.Cluster, time(i * spacingMs), simpleBlock(kind, 0, true)));
    }
    return index.finish();
  }

  it('of two hours takes some kilobytes', () => {
    expect(long(VIDEO, 7200, 1000)).toMatchObject({ keyFrames: 7200, hasAudio: false });
    expect(long(VIDEO, 7200, 1000).bytes.length).toBeLessThan(200_000);
  });

  it('thins out evenly when it is full', () => {
    const head = long(VIDEO, 5 * MAX_CUES, 100);
    // 20 to 25 bytes each; after two halvings every fourth.
    expect(head.bytes.length).toBeLessThan(25 * MAX_CUES + 500);
    expect(head.bytes.length).toBeGreaterThan((20 * MAX_CUES) / 2);
    expect(head.keyFrames).toBe(5 * MAX_CUES);
  });

  it('of sound alone has one place per second', () => {
    const sparse = long(AUDIO, 100, 1000).bytes.length;
    expect(long(AUDIO, 1000, 100).bytes.length).toBe(sparse);
  });
});
