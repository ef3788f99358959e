/** The laws of the index, on real recordings of browsers and muxers (fixtures/README.md). */
import fc from 'fast-check';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { type ContainerHead, containerIndex, sniffContainer } from './container-index.ts';
import { checkMp4, checkWebm, virtualFile } from './testing/virtual-file.ts';

const inlined = import.meta.glob<string>('./fixtures/*.{webm,mp4}', {
  query: '?inline',
  import: 'default',
  eager: true
});

const EXPECTED: Record<string, Partial<ContainerHead> & { seconds: number }> = {
  'chromium-vp9.webm': { seconds: 2.6, width: 160, height: 120, hasVideo: true, hasAudio: true, keyFrames: 1 },
  'chromium-vp8.webm': { seconds: 2.6, width: 160, height: 120, hasVideo: true, hasAudio: true, keyFrames: 1 },
  'chromium-audio.webm': { seconds: 2.5, width: 0, height: 0, hasVideo: false, hasAudio: true, keyFrames: 0 },
  'firefox-vp8.webm': { seconds: 2.5, width: 160, height: 120, hasVideo: true, hasAudio: true, keyFrames: 1 },
  'mediabunny-vp9.webm': { seconds: 2.6, width: 160, height: 120, hasVideo: true, hasAudio: true, keyFrames: 1 },
  'chromium-avc1.mp4': { seconds: 2.5, width: 160, height: 120, hasVideo: true, hasAudio: true, keyFrames: 3 },
  'chromium-avc1-paused.mp4': { seconds: 2.6, width: 160, height: 120, hasVideo: true, hasAudio: true, keyFrames: 3 },
  'chromium-vp9.mp4': { seconds: 2.5, width: 160, height: 120, hasVideo: true, hasAudio: true, keyFrames: 3 },
  'chromium-audio.mp4': { seconds: 2.5, width: 0, height: 0, hasVideo: false, hasAudio: true, keyFrames: 0 },
  'mediabunny-avc1.mp4': { seconds: 2.5, width: 160, height: 120, hasVideo: true, hasAudio: true, keyFrames: 3 },
  'ffmpeg-bframes-base-offset.mp4': {
    seconds: 2.1,
    width: 96,
    height: 64,
    hasVideo: true,
    hasAudio: true,
    keyFrames: 2
  },
  'ffmpeg-bframes-edits.mp4': { seconds: 2, width: 96, height: 64, hasVideo: true, hasAudio: true, keyFrames: 2 }
};

const recordings = Object.entries(inlined).map(([path, url]) => {
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (character) => character.charCodeAt(0));
  return { name: path.replace('./fixtures/', ''), bytes };
});

function typeOf(name: string): string {
  return name.endsWith('.mp4') ? 'video/mp4;codecs=avc1.64000c,opus' : 'video/webm; codecs="vp9,opus"';
}

function indexed(name: string, slices: Iterable<Uint8Array>): ContainerHead {
  const index = containerIndex(typeOf(name));
  for (const slice of slices) index.append(slice);
  const head = index.finish();
  expect(index.durationMs).toBe(head.durationMs);
  return head;
}

function check(name: string, head: ContainerHead, recording: Uint8Array): void {
  const file = virtualFile(head, recording);
  if (name.endsWith('.mp4')) checkMp4(file);
  else expect(checkWebm(file, head.bytes.length, head.hasVideo).durationMs).toBeCloseTo(head.durationMs, 6);
}

async function packets(bytes: Uint8Array<ArrayBuffer>): Promise<string[][]> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const all: string[][] = [];
  for (const track of await input.getTracks()) {
    const lines: string[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) {
      const sum = packet.data.reduce((hash, byte) => Math.imul(hash, 31) + byte, 7);
      lines.push(`${packet.type} ${packet.timestamp.toFixed(3)} ${packet.data.length} ${sum}`);
    }
    all.push(lines);
  }
  return all;
}

it('has every fixture', () => {
  expect(recordings.map(({ name }) => name).sort()).toEqual(Object.keys(EXPECTED).sort());
});

describe.each(recordings)('$name', ({ name, bytes }) => {
  const whole = indexed(name, [bytes]);

  it('is what it is', () => {
    const { seconds, ...facts } = EXPECTED[name] ?? { seconds: 0 };
    expect(whole).toMatchObject(facts);
    expect(Math.abs(whole.durationMs / 1000 - seconds)).toBeLessThan(0.1);
    expect(sniffContainer(bytes)).toBe(containerIndex(typeOf(name)).container);
    check(name, whole, bytes);
  });

  it('holds the same packets at the same times, as another reader sees them', async () => {
    expect(await packets(virtualFile(whole, bytes))).toEqual(await packets(bytes));
  });

  it('is the same byte by byte', () => {
    expect(
      indexed(
        name,
        Array.from(bytes, (byte) => Uint8Array.of(byte))
      )
    ).toEqual(whole);
  });

  it('is the same however it is sliced', () => {
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, (at) => {
        const edges = [0, ...at.sort((a, b) => a - b), bytes.length];
        const slices = edges.slice(1).map((edge, i) => bytes.slice(edges[i], edge));
        expect(indexed(name, slices)).toEqual(whole);
      }),
      { numRuns: 25 }
    );
  });

  it('keeps nothing of a slice', () => {
    const index = containerIndex(typeOf(name));
    const slice = new Uint8Array(1000);
    for (let at = 0; at < bytes.length; at += slice.length) {
      const part = bytes.subarray(at, at + slice.length);
      slice.set(part);
      index.append(slice.subarray(0, part.length));
      slice.fill(0xff);
    }
    expect(index.finish()).toEqual(whole);
  });

  it('is playable wherever it is cut', () => {
    const index = containerIndex(typeOf(name));
    let last = 0;
    for (let length = 0; length < bytes.length; length++) {
      index.append(bytes.subarray(length, length + 1));
      if (index.durationMs < last) expect.fail(`duration falls at byte ${length}`);
      // Every moment at which something was added, and some between.
      if (index.durationMs > last || length % 97 === 0) {
        const cut = bytes.subarray(0, length + 1);
        const head = index.finish();
        expect(head.bodyTo).toBeLessThanOrEqual(cut.length);
        expect(head.bytes.length > 0).toBe(head.durationMs > 0);
        if (head.bytes.length > 0) check(name, head, cut);
        if (length % 970 === 0) expect(indexed(name, [cut])).toEqual(head);
      }
      last = index.durationMs;
    }
    expect(last).toBe(whole.durationMs);
  });

  it('carries no date', () => {
    const head = String.fromCharCode(...whole.bytes);
    // DateUTC (RFC 9559 section 5.1.2.13).
    expect(head.includes('\x44\x61\x88')).toBe(false);
    for (const box of ['mvhd', 'tkhd', 'mdhd']) {
      for (let at = head.indexOf(box); at >= 0; at = head.indexOf(box, at + 1)) {
        expect(head.slice(at + 8, at + 24)).toBe('\0'.repeat(16));
      }
    }
  });

  it('is indexed again as an ordinary file', () => {
    const file = virtualFile(whole, bytes);
    if (name.endsWith('.mp4')) {
      expect(() => indexed(name, [file])).toThrow(expect.objectContaining({ code: 'media/foreign' }));
    } else {
      const { bodyFrom, bodyTo, ...again } = indexed(name, [file]);
      expect(whole).toMatchObject(again);
      expect([bodyFrom, bodyTo]).toEqual([whole.bytes.length, file.length]);
    }
  });

  it('survives any damage', () => {
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.boolean(), (changes, early) => {
        const damaged = bytes.slice();
        for (const [at, byte] of changes) damaged[early ? at % 1500 : at] = byte;
        try {
          const { durationMs, bodyFrom, bodyTo } = indexed(name, [damaged]);
          expect(durationMs).toBeLessThanOrEqual(1e11);
          expect(bodyFrom <= bodyTo && bodyTo <= damaged.length).toBe(true);
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: 'SvjError', code: 'media/foreign' });
        }
      }),
      { numRuns: 150 }
    );
  });
});
