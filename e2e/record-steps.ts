/** Steps around recording, as a person takes them: `createJournal`, `openRecord`, `recordFor`, … */
import { expect, type Page } from '@playwright/test';
import { createJournal } from './journal-steps.ts';

/** No countdown, unless a test is about it. To be called before the first `goto`. */
export async function withoutCountdown(page: Page): Promise<void> {
  await page.addInitScript(() => {
    localStorage.setItem('svj.settings', JSON.stringify({ countdown: 0 }));
  });
}

/** Keeps what getUserMedia gives, so that a test can pull the camera. To be called before the first `goto`. */
export async function keepStreams(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const original = mediaDevices.getUserMedia.bind(mediaDevices);
    const streams: MediaStream[] = [];
    Object.assign(globalThis, { streamsOfTest: streams });
    mediaDevices.getUserMedia = async (constraints) => {
      const stream = await original(constraints);
      streams.push(stream);
      return stream;
    };
  });
}

/** Noise instead of the camera: it cannot be compressed, and so fills the storage soon. Before the first `goto`. */
export async function noisyCamera(page: Page): Promise<void> {
  await page.addInitScript(() => {
    localStorage.setItem('svj.settings', JSON.stringify({ countdown: 0, quality: '1080p' }));
    navigator.mediaDevices.getUserMedia = () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [480, 360];
      const context = canvas.getContext('2d');
      const image = new ImageData(canvas.width, canvas.height);
      setInterval(() => {
        for (let i = 0; i < image.data.length; i += 65_536) crypto.getRandomValues(image.data.subarray(i, i + 65_536));
        context?.putImageData(image, 0, 0);
      }, 40);
      const stream = canvas.captureStream(25);
      const audio = new AudioContext();
      const tone = audio.createOscillator();
      const sound = audio.createMediaStreamDestination();
      tone.connect(sound);
      tone.start();
      for (const track of sound.stream.getAudioTracks()) stream.addTrack(track);
      return Promise.resolve(stream);
    };
  });
}

/** A cable that is pulled ends every track; a script's own `stop()` alone would not tell the page. */
export async function pullCamera(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { streamsOfTest } = globalThis as unknown as { streamsOfTest: MediaStream[] };
    for (const track of streamsOfTest.flatMap((stream) => stream.getTracks())) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  });
}

/** The record screen with its camera open. */
export async function openRecord(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Record', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Start recording' })).toBeEnabled({ timeout: 20_000 });
  await expect(page.getByRole('meter', { name: 'Microphone level' })).toBeVisible({ timeout: 20_000 });
}

/** A journal, and the record screen with its camera open; what it gives is kept by {@link keepStreams}. */
export async function journalWithCamera(page: Page): Promise<void> {
  await withoutCountdown(page);
  await keepStreams(page);
  await createJournal(page);
  await openRecord(page);
}

export const recordingStatus = (page: Page) => page.getByRole('status', { name: 'Recording' });

/** Starts and waits until bytes are durable. */
export async function startRecording(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start recording' }).click();
  await expect(recordingStatus(page)).toContainText('Saved to', { timeout: 15_000 });
}

/** Ends the recording; resolves on the review of the saved entry. */
export async function stopRecording(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('heading', { name: 'Saved', exact: true })).toBeVisible({ timeout: 15_000 });
}

export const entries = (page: Page) => page.getByRole('list', { name: 'Entries' }).getByRole('listitem');

/** Clips that no entry names yet. */
export const draftsLeft = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((done, failed) => {
        const request = indexedDB.open('svj');
        request.onerror = () => failed(new Error('no database'));
        request.onsuccess = () => {
          const count = request.result.transaction('drafts').objectStore('drafts').count();
          count.onsuccess = () => {
            request.result.close();
            done(count.result);
          };
        };
      })
  );

/** Goes to the journal without a reload, which would lock it. */
export async function toJournal(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Journal', exact: true }).first().click();
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
}

export interface Played {
  /** Seconds. */
  readonly duration: number;
  readonly width: number;
  readonly height: number;
  /** A seek to the middle ended where it should. */
  readonly sought: boolean;
}

/** Opens the first entry and plays it far enough to know that it plays and seeks. */
export async function playFirstEntry(page: Page): Promise<Played> {
  await entries(page).first().getByRole('link').first().click();
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  await expect(video).toBeAttached();
  return video.evaluate(async (element: HTMLVideoElement) => {
    const until = (event: string, done: () => boolean) =>
      new Promise<void>((resolve, reject) => {
        if (done()) resolve();
        element.addEventListener(event, () => done() && resolve());
        element.addEventListener('error', () => reject(new Error(element.error?.message)));
        setTimeout(() => reject(new Error(`no ${event}`)), 15_000);
      });
    element.muted = true;
    await until('loadeddata', () => element.readyState >= 2);
    const middle = element.duration / 2;
    element.currentTime = middle;
    await until('seeked', () => !element.seeking && Math.abs(element.currentTime - middle) < 0.2);
    return {
      duration: element.duration,
      width: element.videoWidth,
      height: element.videoHeight,
      sought: Math.abs(element.currentTime - middle) < 0.2
    };
  });
}
