/** Which sound a film may come with: what this browser plays, or can make anew. */
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  Output,
  type AudioCodec
} from 'mediabunny';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openVideo } from './opened-video.ts';
import { TINY, tinyConfig } from './testing/tiny-streams.ts';

/** H.264 with a sound of zeros. */
async function film(codec: AudioCodec, decoderConfig: AudioDecoderConfig): Promise<File> {
  const target = new BufferTarget();
  const output = new Output({ format: new MkvOutputFormat(), target });
  const video = new EncodedVideoPacketSource('avc');
  const audio = new EncodedAudioPacketSource(codec);
  output.addVideoTrack(video);
  output.addAudioTrack(audio);
  await output.start();
  const picture = Buffer.concat([...TINY.avc.parameters, TINY.avc.pictures[0]]);
  await video.add(new EncodedPacket(picture, 'key', 0, 1 / 25), tinyConfig('avc'));
  await audio.add(new EncodedPacket(new Uint8Array(1536), 'key', 0, 0.032), { decoderConfig });
  await output.finalize();
  if (target.buffer === null) throw new Error('nothing was written');
  return new File([target.buffer], 'film.mkv');
}

/** A browser that decodes what matches. */
function decoding(codecs: RegExp): void {
  const answer = { isConfigSupported: ({ codec }: { codec: string }) => ({ supported: codecs.test(codec) }) };
  vi.stubGlobal('VideoDecoder', answer);
  vi.stubGlobal('AudioDecoder', answer);
}

const SOUND = { sampleRate: 48_000, numberOfChannels: 2 };

describe('sound that no browser plays as it is', () => {
  beforeEach(() => {
    vi.stubGlobal('AudioEncoder', { isConfigSupported: () => ({ supported: true }) });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is refused before anything is written when this browser cannot decode it', async () => {
    decoding(/^avc1/);
    const file = await film('ac3', { codec: 'ac-3', ...SOUND });
    await expect(openVideo(file)).rejects.toMatchObject({ code: 'media/undecodable' });
  });

  it('is made anew when this browser decodes it', async () => {
    decoding(/^avc1|^ac-3/);
    const { audioAnew, audioCodec, input } = await openVideo(await film('ac3', { codec: 'ac-3', ...SOUND }));
    input.dispose();
    expect({ audioAnew, audioCodec }).toEqual({ audioAnew: true, audioCodec: 'opus' });
  });

  it('is made anew where it needs no decoder', async () => {
    decoding(/^avc1/);
    const { audioAnew, input } = await openVideo(await film('pcm-s16', { codec: 'pcm-s16', ...SOUND }));
    input.dispose();
    expect(audioAnew).toBe(true);
  });
});

describe('a browser without a decoder to ask', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('is asked through its player: nothing is refused here', async () => {
    const file = await film('aac', { codec: 'mp4a.40.2', description: new Uint8Array([0x11, 0x90]), ...SOUND });
    (await openVideo(file)).input.dispose();
    // As Safari was before it could decode sound.
    decoding(/^avc1/);
    vi.stubGlobal('AudioDecoder', undefined);
    (await openVideo(file)).input.dispose();
  });
});
