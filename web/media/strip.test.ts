import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MpegTsOutputFormat,
  Output
} from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { containerIndex } from '#shared/container/container-index.ts';
import type { ErrorCode } from '#shared/errors.ts';
import { openVideo } from './opened-video.ts';
import { strip } from './strip.ts';
import { TINY, tinyConfig, unit } from './testing/tiny-streams.ts';

const MEDIA = process.env['SVJ_MEDIA_DIR'] ?? join(import.meta.dirname, '../../../shared/media');
const present = existsSync(MEDIA);
const withMedia = it.skipIf(!present);
if (!present) describe(`real media (not run: no ${MEDIA}; set SVJ_MEDIA_DIR)`, () => it('is absent', () => undefined));

function file(name: string, cut = Number.POSITIVE_INFINITY): File {
  const bytes = readFileSync(join(MEDIA, name));
  return new File([bytes.subarray(0, cut)], name.split('/').at(-1) ?? name);
}

/** Strips into memory, answering each slice after `answer` says so. */
async function stripped(
  source: File,
  answer: (slice: Uint8Array) => { ok: boolean; code?: ErrorCode } = () => ({ ok: true })
) {
  const { port1, port2 } = new MessageChannel();
  const slices: Uint8Array[] = [];
  port2.onmessage = ({ data }: MessageEvent<{ slice: Uint8Array }>) => {
    slices.push(data.slice);
    port2.postMessage(answer(data.slice));
  };
  try {
    const media = await strip(source, port1, { signal: new AbortController().signal, progress: () => undefined });
    return { media, bytes: new Uint8Array(Buffer.concat(slices)), slices };
  } finally {
    port1.close();
    port2.close();
  }
}

const readable = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

async function packets(source: Blob | Uint8Array, kind: 'video' | 'audio') {
  const bytes = source instanceof Blob ? new Uint8Array(await source.arrayBuffer()) : source;
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const track = kind === 'video' ? await input.getPrimaryVideoTrack() : await input.getPrimaryAudioTrack();
  const all: Buffer[] = [];
  if (track) for await (const packet of new EncodedPacketSink(track).packets()) all.push(Buffer.from(packet.data));
  return all;
}

describe('stripping an iPhone recording', () => {
  withMedia('leaves no place, device, date or timed metadata anywhere in the bytes', async () => {
    const source = file('metadata/iphone-gps.mov');
    const { media, bytes } = await stripped(source);
    const text = readable(bytes);
    for (const word of [
      '+27.1281',
      '100.2508',
      'Apple',
      'iPhone',
      '12.1.2',
      '2019',
      'com.apple',
      'mebx',
      'Core Media',
      'udta',
      'meta'
    ]) {
      expect(text, word).not.toContain(word);
    }
    expect(media.recordedAt).toBe('2019-02-12T15:27:12+08:00');
    expect(media.mime).toMatch(/^video\/mp4;codecs=avc1\.[0-9a-f]{6},mp4a\.40\.2$/);
  });

  withMedia('dates nothing: every creation and modification time is zero', async () => {
    const { bytes } = await stripped(file('metadata/iphone-gps.mov'));
    for (const type of ['mvhd', 'tkhd', 'mdhd']) {
      const at = readable(bytes).indexOf(type);
      expect(at, type).toBeGreaterThan(0);
      expect([...bytes.subarray(at + 8, at + 16)], type).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    }
  });

  withMedia('keeps every packet of picture and sound as it was', async () => {
    const source = file('metadata/iphone-gps.mov');
    const { bytes } = await stripped(source);
    expect(await packets(bytes, 'audio')).toEqual(await packets(source, 'audio'));
    expect((await packets(bytes, 'video')).length).toBe((await packets(source, 'video')).length);
  });

  withMedia('keeps the rotation', async () => {
    const source = file('metadata/iphone-gps.mov');
    const { bytes } = await stripped(source);
    const rotationOf = async (blob: Blob | Uint8Array) => {
      const data = blob instanceof Blob ? new Uint8Array(await blob.arrayBuffer()) : blob;
      const input = new Input({ source: new BufferSource(data), formats: ALL_FORMATS });
      return (await input.getPrimaryVideoTrack())?.getRotation();
    };
    expect(await rotationOf(bytes)).toBe(await rotationOf(source));
  });
});

describe('stripping other files', () => {
  withMedia('removes the author of a screen recording', async () => {
    const { bytes } = await stripped(file('metadata/screen-recording-author.mov'));
    expect(readable(bytes)).not.toMatch(/ReplayKit|author|com\.apple|2025/);
  });

  withMedia.each(['video/entry-11s.mp4', 'video/entry-11s.webm', 'video/expressions-woman.mp4'])(
    'keeps the packets of %s and can be indexed',
    async (name) => {
      const source = file(name);
      const { media, bytes } = await stripped(source);
      expect((await packets(bytes, 'video')).length).toBe((await packets(source, 'video')).length);
      expect(await packets(bytes, 'audio')).toEqual(await packets(source, 'audio'));
      const index = containerIndex(media.mime);
      index.append(bytes);
      const head = index.finish();
      expect(Math.abs(head.durationMs - media.durationMs)).toBeLessThan(200);
      expect(head.hasVideo).toBe(true);
      expect(readable(bytes)).not.toMatch(/Lavf|x264/);
    }
  );

  withMedia('takes in a whole MP4 with nonsense behind it', async () => {
    const whole = file('video/entry-11s.mp4');
    const tail = Uint8Array.from({ length: 5000 }, (_, i) => (i * 151 + 200) % 256);
    const { media, bytes } = await stripped(new File([whole, tail], 'whole.mp4'));
    expect(media.durationMs).toBeGreaterThan(11_000);
    expect(await packets(bytes, 'audio')).toEqual(await packets(whole, 'audio'));
    expect((await packets(bytes, 'video')).length).toBe((await packets(whole, 'video')).length);
  });

  withMedia('hands on slices one by one and stops at the first refusal', async () => {
    let seen = 0;
    const refused = stripped(file('video/expressions-woman.mp4'), () => {
      seen++;
      return { ok: false, code: 'storage/quota' };
    });
    await expect(refused).rejects.toMatchObject({ code: 'storage/quota' });
    expect(seen).toBe(1);
  });
});

describe('stripping a transport stream', () => {
  const told = Buffer.from('GPS-52.5200N-13.4050E Dashcam 9');
  const userData = `05${(16 + told.length).toString(16)}${'dc'.repeat(16)}${told.toString('hex')}80`;
  const SEI = { avc: unit(`06${userData}`), hevc: unit(`4e01${userData}`) };

  /** As camcorders write it: what they know of themselves beside every picture. */
  async function transportStream(kind: keyof typeof TINY): Promise<File> {
    const { parameters, pictures } = TINY[kind];
    const target = new BufferTarget();
    const output = new Output({ format: new MpegTsOutputFormat(), target });
    const source = new EncodedVideoPacketSource(kind);
    output.addVideoTrack(source);
    await output.start();
    for (const [i, picture] of pictures.entries()) {
      const data = Buffer.concat([...(i === 0 ? parameters : []), SEI[kind], picture]);
      await source.add(new EncodedPacket(data, i === 0 ? 'key' : 'delta', i / 25, 1 / 25), tinyConfig(kind));
    }
    await output.finalize();
    if (target.buffer === null) throw new Error('nothing was written');
    return new File([target.buffer], 'dashcam.ts');
  }

  it.each(['avc', 'hevc'] as const)('leaves no place and no device in %s, and every picture', async (kind) => {
    const source = await transportStream(kind);
    expect(readable(new Uint8Array(await source.arrayBuffer()))).toContain('Dashcam 9');
    const { media, bytes } = await stripped(source);
    expect(readable(bytes)).not.toMatch(/GPS|52\.52|Dashcam/);
    expect(media.mime).toMatch(/^video\/mp4/);
    const kept = await packets(bytes, 'video');
    expect(kept).toHaveLength(3);
    TINY[kind].pictures.forEach((picture, i) => {
      expect(kept[i]?.includes(picture.subarray(4))).toBe(true);
    });
  });
});

describe('files that are refused', () => {
  const code = (value: ErrorCode) => ({ code: value });

  it('an empty file', async () => {
    await expect(openVideo(new File([], 'a.mp4'))).rejects.toMatchObject(code('media/empty'));
  });

  it('text', async () => {
    await expect(openVideo(new File(['Dear diary, '.repeat(500)], 'a.mp4'))).rejects.toMatchObject(
      code('media/foreign')
    );
  });

  it('an MP4 that announces 10 GB and holds 1 MB', async () => {
    const bytes = new Uint8Array(1_000_000);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 16);
    bytes.set(new TextEncoder().encode('ftypisom'), 4);
    view.setUint32(16, 1);
    bytes.set(new TextEncoder().encode('mdat'), 20);
    view.setBigUint64(24, 10_000_000_000n);
    await expect(openVideo(new File([bytes], 'a.mp4'))).rejects.toMatchObject(code('media/truncated'));
  });

  it('a WebM whose Segment announces 10 GB', async () => {
    const bytes = new Uint8Array(4096);
    bytes.set([0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0x01, 0, 0, 0x02, 0x54, 0x0b, 0xe4, 0]);
    await expect(openVideo(new File([bytes], 'a.webm'))).rejects.toMatchObject(code('media/truncated'));
  });

  it('a file whose bytes stop coming', async () => {
    class Stopping extends File {
      override slice(): Blob {
        const blob = new Blob();
        blob.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
        return blob;
      }
      override get size() {
        return 10_000_000_000;
      }
    }
    await expect(openVideo(new Stopping([], 'a.mp4'))).rejects.toMatchObject(code('media/truncated'));
  });

  withMedia.each([
    ['video/entry-11s.mp4', 100_000],
    ['video/entry-11s.webm', 60_000],
    ['metadata/iphone-gps.mov', 200_000]
  ])('%s cut after %d bytes', async (name, cut) => {
    await expect(stripped(file(name, cut))).rejects.toMatchObject(code('media/truncated'));
  });

  withMedia.each(['video/grid_bbaf2n.mpg', 'metadata/pentax-quicktime.mov', 'faces/portrait.jpg', 'speech/jfk.wav'])(
    '%s',
    async (name) => {
      const refused = await stripped(file(name)).then(
        () => 'accepted',
        (thrown: unknown) => (thrown as { code?: string }).code
      );
      expect(refused).toMatch(/^media\/(foreign|truncated|unplayable)$/);
    }
  );
});
