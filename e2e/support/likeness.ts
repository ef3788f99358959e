/** Compares what a player shows and sounds with the files that stood in for camera and microphone. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';

const MEDIA_DIR = resolve(process.env['SVJ_MEDIA_DIR'] ?? '../shared/media', 'video');
const CAMERA = join(MEDIA_DIR, 'fake-camera.mjpeg');
const MICROPHONE = join(MEDIA_DIR, 'fake-microphone.wav');
/** One loudness value per 20 ms. */
const WINDOWS_PER_SECOND = 50;

/** `likeness` is the best correlation, `control` the best with the source turned round. */
export interface Match {
  readonly likeness: number;
  readonly control: number;
}

/** Frames as 32×24 grey values; null where the camera is Chromium's own. */
export async function sourceFrames(page: Page): Promise<number[][] | null> {
  if (!existsSync(CAMERA)) return null;
  const images = jpegs(readFileSync(CAMERA)).map((jpeg) => `data:image/jpeg;base64,${jpeg.toString('base64')}`);
  return page.evaluate(async (sources) => {
    const canvas = document.createElement('canvas');
    canvas.width = 32;
    canvas.height = 24;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    const frames: number[][] = [];
    for (const source of sources) {
      const image = new Image();
      image.src = source;
      await image.decode();
      context.drawImage(image, 0, 0, 32, 24);
      const { data } = context.getImageData(0, 0, 32, 24);
      frames.push(
        Array.from({ length: 32 * 24 }, (_, i) =>
          data.subarray(4 * i, 4 * i + 3).reduce((sum, value) => sum + value, 0)
        )
      );
    }
    return frames;
  }, images);
}

/** Seeks, and compares the shown frame with every frame of the source. */
export async function pictureMatch(video: Locator, seconds: number, frames: number[][]): Promise<Match> {
  const shown = await video.evaluate(async (element: HTMLVideoElement, at) => {
    element.pause();
    const sought = new Promise((done) => {
      element.addEventListener('seeked', done, { once: true });
    });
    element.currentTime = at;
    await sought;
    const canvas = document.createElement('canvas');
    canvas.width = 32;
    canvas.height = 24;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(element, 0, 0, 32, 24);
    const { data } = context.getImageData(0, 0, 32, 24);
    return Array.from({ length: 32 * 24 }, (_, i) =>
      data.subarray(4 * i, 4 * i + 3).reduce((sum, value) => sum + value, 0)
    );
  }, seconds);
  const best = (candidates: number[][]): number => Math.max(...candidates.map((frame) => correlation(shown, frame)));
  return { likeness: best(frames), control: best(frames.map((frame) => [...frame].reverse())) };
}

/** Loudness of the microphone's file; null where the microphone is Chromium's own. */
export function sourceLoudness(): number[] | null {
  if (!existsSync(MICROPHONE)) return null;
  const wav = readFileSync(MICROPHONE);
  const rate = wav.readUInt32LE(24);
  const start = wav.indexOf('data') + 8;
  const samples = Float32Array.from({ length: Math.floor((wav.length - start) / 2) }, (_, i) =>
    wav.readInt16LE(start + 2 * i)
  );
  return loudness(samples, rate);
}

/** One loop of the source against the recording's sound, at the best of all shifts. */
export async function soundMatch(video: Locator, source: number[]): Promise<Match> {
  const { samples, rate } = await video.evaluate(async (element: HTMLVideoElement) => {
    const file = await (await fetch(element.currentSrc)).arrayBuffer();
    const decoded = await new OfflineAudioContext(1, 48_000, 48_000).decodeAudioData(file);
    return { samples: Array.from(decoded.getChannelData(0)), rate: decoded.sampleRate };
  });
  const heard = loudness(Float32Array.from(samples), rate);
  // The first second is left out: the browser's level control settles there.
  const loop = heard.slice(WINDOWS_PER_SECOND, WINDOWS_PER_SECOND + source.length);
  const best = (candidate: number[]): number =>
    Math.max(
      ...candidate.map((_, shift) => correlation(loop, [...candidate.slice(shift), ...candidate.slice(0, shift)]))
    );
  return { likeness: best(source), control: best([...source].reverse()) };
}

function loudness(samples: Float32Array, rate: number): number[] {
  const size = Math.round(rate / WINDOWS_PER_SECOND);
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) => {
    const window = samples.subarray(i * size, (i + 1) * size);
    return Math.sqrt(window.reduce((sum, sample) => sum + sample * sample, 0) / size);
  });
}

/** Pearson's, over the shorter of the two. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  const mean = (values: readonly number[]): number => values.slice(0, length).reduce((x, y) => x + y, 0) / length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [dot, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const [x, y] = [(a[i] ?? 0) - meanA, (b[i] ?? 0) - meanB];
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return dot / Math.sqrt(squareA * squareB);
}

/** A raw MJPEG stream is JPEG after JPEG. */
function jpegs(stream: Buffer): Buffer[] {
  const images: Buffer[] = [];
  let start = stream.indexOf('ffd8ff', 0, 'hex');
  while (start >= 0) {
    const next = stream.indexOf('ffd8ff', start + 3, 'hex');
    images.push(stream.subarray(start, next < 0 ? stream.length : next));
    start = next;
  }
  return images;
}
