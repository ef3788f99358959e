import { describe, expect, it } from 'vitest';
import { chooseType, RECORD_TYPES } from './mime.ts';

const prober = (supported: RegExp, replayed: RegExp) => {
  const asked: string[] = [];
  return {
    asked,
    isTypeSupported: (mime: string) => supported.test(mime),
    replays: ({ mime }: { mime: string }) => {
      asked.push(mime);
      return Promise.resolve(replayed.test(mime));
    }
  };
};

describe('the type to record in', () => {
  it('is VP9 where it is recorded and replayed', async () => {
    expect((await chooseType(prober(/./, /./))).mime).toBe('video/webm;codecs=vp9,opus');
  });

  it('is the next one when the first is recorded but not replayed', async () => {
    const tried = prober(/./, /vp8/);
    expect((await chooseType(tried)).mime).toBe('video/webm;codecs=vp8,opus');
    expect(tried.asked).toHaveLength(2);
  });

  it('is MP4 with a key frame a second where there is no WebM, as in Safari', async () => {
    const type = await chooseType(prober(/mp4/, /./));
    expect(type).toEqual({ mime: 'video/mp4;codecs=avc1.640028,mp4a.40.2', keyFrameMs: 1000 });
  });

  it('never tries a type that is not supported', async () => {
    const tried = prober(/vp8/, /./);
    await chooseType(tried);
    expect(tried.asked).toEqual(['video/webm;codecs=vp8,opus']);
  });

  it('is none where nothing is replayed', async () => {
    await expect(chooseType(prober(/./, /never/))).rejects.toMatchObject({ code: 'camera/unsupported' });
  });

  it('always has a key frame at least every two seconds', () => {
    for (const { keyFrameMs } of RECORD_TYPES) expect(keyFrameMs).toBeLessThanOrEqual(2000);
  });
});
