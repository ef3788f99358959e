import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Firefox } from './firefox.ts';

describe('Firefox', () => {
  let firefox: Firefox;

  beforeAll(async () => {
    firefox = await Firefox.launch();
  });

  afterAll(() => firefox.close());

  it('starts the app, isolated and without a violation', async () => {
    const response = await firefox.page.goto(firefox.origin);
    expect(response?.status()).toBe(200);
    const heading = await firefox.page.waitForSelector('h1');
    expect(await heading?.evaluate((element) => element.textContent)).toBe('Secure Video Journal');
    expect(await firefox.page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(firefox.problems).toEqual([]);
  });

  it('has a camera and can record it', async () => {
    const recorded = await firefox.page.evaluate(async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
      const recorder = new MediaRecorder(stream);
      const slice = new Promise<number>((resolve) => {
        recorder.addEventListener('dataavailable', ({ data }) => {
          resolve(data.size);
        });
      });
      recorder.start();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      recorder.stop();
      for (const track of stream.getTracks()) track.stop();
      return slice;
    });
    expect(recorded).toBeGreaterThan(1_000);
  });
});
