/**
 * Whether a recording shows and sounds what Firefox's invented devices gave: a camera of one colour that changes all the
 * time, and a microphone that hears one tone.
 */
import type { Page } from 'puppeteer-core';

/** The one colour of a picture at a moment of any clock; red, green and blue from 0 to 255. */
export interface Shown {
  readonly atMs: number;
  readonly colour: readonly number[];
}

/** Half a second of sound. */
export interface Heard {
  /** Root mean square; full scale is 1. */
  readonly level: number;
  /** How much of it is the tone asked for, and how much another: 0 to 1. */
  readonly tone: number;
  readonly other: number;
}

const PREVIEW_EVERY_MS = 100;
const LOOK_EVERY_S = 0.5;
const KEY = 'coloursOfPreview';

/** Looks at the live picture from now on. Resolves to what gives all that was seen. */
export async function watchPreview(page: Page): Promise<() => Promise<Shown[]>> {
  await page.evaluate(
    (key, everyMs) => {
      const seen: Shown[] = [];
      Object.assign(globalThis, { [key]: seen });
      const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
      setInterval(() => {
        const video = [...document.querySelectorAll('video')].find(({ srcObject }) => srcObject !== null);
        if (!context || !video || video.readyState < 2) return;
        context.drawImage(video, 0, 0, 1, 1);
        seen.push({ atMs: performance.now(), colour: [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)] });
      }, everyMs);
    },
    KEY,
    PREVIEW_EVERY_MS
  );
  return () => page.evaluate((key) => (globalThis as unknown as Record<string, Shown[]>)[key] ?? [], KEY);
}

/** The colours of the clip that the player has open, every half second of its own clock. */
export function lookThrough(page: Page): Promise<Shown[]> {
  return page.evaluate(async (everyS) => {
    const video = document.querySelector<HTMLVideoElement>('[aria-label="Player"] video');
    const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    if (!video || !context) throw new Error('There is no video to look at.');
    const seen: Shown[] = [];
    for (let at = everyS / 2; at < video.duration; at += everyS) {
      const sought = new Promise((resolve) => {
        video.addEventListener('seeked', resolve, { once: true });
      });
      video.currentTime = at;
      await sought;
      context.drawImage(video, 0, 0, 1, 1);
      seen.push({ atMs: at * 1000, colour: [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)] });
    }
    return seen;
  }, LOOK_EVERY_S);
}

/** The sound of the clip that the player has open, half second by half second. */
export function listenThrough(page: Page, toneHz: number, otherHz: number): Promise<Heard[]> {
  return page.evaluate(
    async (wanted, unwanted) => {
      const video = document.querySelector<HTMLVideoElement>('[aria-label="Player"] video');
      if (!video) throw new Error('There is no video to listen to.');
      const file = await (await fetch(video.currentSrc)).arrayBuffer();
      const sound = await new OfflineAudioContext(1, 48_000, 48_000).decodeAudioData(file);
      const samples = sound.getChannelData(0);
      const length = sound.sampleRate / 2;
      /** Root mean square of what of a window is this tone: one line of its Fourier transform. */
      const levelAt = (window: Float32Array, hz: number): number => {
        let [real, imaginary] = [0, 0];
        window.forEach((sample, i) => {
          const angle = (2 * Math.PI * hz * i) / sound.sampleRate;
          real += sample * Math.cos(angle);
          imaginary += sample * Math.sin(angle);
        });
        return (Math.SQRT2 * Math.hypot(real, imaginary)) / window.length;
      };
      const heard: Heard[] = [];
      for (let at = 0; at + length <= samples.length; at += length) {
        const window = samples.subarray(at, at + length);
        const level = Math.sqrt(window.reduce((sum, sample) => sum + sample * sample, 0) / window.length);
        const share = (hz: number): number => (level === 0 ? 0 : levelAt(window, hz) / level);
        heard.push({ level, tone: share(wanted), other: share(unwanted) });
      }
      return heard;
    },
    toneHz,
    otherHz
  );
}

/**
 * How far the colours of a recording are from those of the preview, of 255, where they fit best; the control is the same
 * recording backwards.
 *
 * @param live covers a longer time than `recorded`
 */
export function colourDistance(recorded: readonly Shown[], live: readonly Shown[]): { own: number; control: number } {
  const colours = recorded.map(({ colour }) => colour).reverse();
  const backwards = recorded.map(({ atMs }, i) => ({ atMs, colour: colours[i] ?? [] }));
  return { own: bestFit(recorded, live), control: bestFit(backwards, live) };
}

/** `Infinity` where the recording is longer than what was seen. */
function bestFit(recorded: readonly Shown[], live: readonly Shown[]): number {
  const firstMs = recorded[0]?.atMs ?? 0;
  const lengthMs = (recorded.at(-1)?.atMs ?? 0) - firstMs;
  const endMs = live.at(-1)?.atMs ?? 0;
  let best = Number.POSITIVE_INFINITY;
  for (const { atMs: beginning } of live.filter(({ atMs }) => atMs + lengthMs <= endMs)) {
    const apart = recorded.map(({ atMs, colour }) => {
      const moment = beginning + atMs - firstMs;
      const there = live.find((shown) => shown.atMs >= moment)?.colour ?? [];
      return colour.reduce((sum, value, i) => sum + Math.abs(value - (there[i] ?? 255)), 0) / 3;
    });
    best = Math.min(best, apart.reduce((sum, distance) => sum + distance, 0) / apart.length);
  }
  return best;
}
