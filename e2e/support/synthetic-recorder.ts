/** A `MediaRecorder` that gives hours of recording in minutes: the clusters of a film, round after round. */
import type { Page } from '@playwright/test';
import type { WebmParts } from './long-webm.ts';

/**
 * To be called before the first `goto`. The recorder gives each slice as soon as the app has stored enough of those
 * before it, and ends by itself when `durationMs` are given: it says so by the event `synthetic-end` of the window.
 */
export async function syntheticRecorder(page: Page, film: WebmParts, durationMs: number): Promise<void> {
  const clusters = film.clusters.map(({ timeMs, blocks }) => ({ timeMs, blocks: blocks.toString('base64') }));
  await page.addInitScript(
    ({ head, parts, roundMs, wantedMs }) => {
      const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      const blocks = parts.map(({ timeMs, blocks: text }) => ({ timeMs, bytes: bytesOf(text) }));

      function clusterHead(timeMs: number, length: number): Uint8Array<ArrayBuffer> {
        const bytes = new Uint8Array(22);
        const view = new DataView(bytes.buffer);
        view.setUint32(0, 0x1f43b675);
        view.setBigUint64(4, (1n << 56n) | BigInt(10 + length));
        view.setUint16(12, 0xe788);
        view.setBigUint64(14, BigInt(timeMs));
        return bytes;
      }

      class SyntheticRecorder extends EventTarget {
        state: 'inactive' | 'recording' | 'paused' = 'inactive';
        readonly mimeType = 'video/webm;codecs=vp9,opus';
        readonly stream: MediaStream;

        constructor(stream: MediaStream) {
          super();
          this.stream = stream;
        }

        start(): void {
          this.state = 'recording';
          this.dispatchEvent(new Event('start'));
          void this.#run();
        }

        stop(): void {
          if (this.state === 'inactive') return;
          this.state = 'inactive';
          this.#give([]);
          this.dispatchEvent(new Event('stop'));
        }

        pause(): void {
          this.state = 'paused';
        }

        resume(): void {
          this.state = 'recording';
        }

        requestData(): void {
          this.#give([]);
        }

        async #run(): Promise<void> {
          this.#give([bytesOf(head)]);
          for (let round = 0; round * roundMs < wantedMs && this.state !== 'inactive'; round++) {
            for (const { timeMs, bytes } of blocks) {
              this.#give([clusterHead(timeMs + round * roundMs, bytes.length), bytes]);
              // About twenty times as fast as a camera: the store keeps up, and so measures the app and not a queue.
              await new Promise((resolve) => setTimeout(resolve, 100));
            }
          }
          dispatchEvent(new Event('synthetic-end'));
        }

        #give(pieces: readonly Uint8Array<ArrayBuffer>[]): void {
          this.dispatchEvent(new BlobEvent('dataavailable', { data: new Blob([...pieces], { type: 'video/webm' }) }));
        }
      }
      Object.assign(globalThis, {
        MediaRecorder: new Proxy(MediaRecorder, {
          // Without sound it is the app trying out what this browser can record.
          construct: (Own, [stream, options]: [MediaStream, MediaRecorderOptions]) =>
            stream.getAudioTracks().length > 0 ? new SyntheticRecorder(stream) : new Own(stream, options)
        })
      });
      addEventListener('synthetic-end', () => Object.assign(globalThis, { syntheticEnded: true }));
    },
    { head: film.head.toString('base64'), parts: clusters, roundMs: film.durationMs, wantedMs: durationMs }
  );
}

/** Resolves when the recorder has given everything. */
export async function syntheticEnd(page: Page, timeout: number): Promise<void> {
  await page.waitForFunction(() => Reflect.get(globalThis, 'syntheticEnded') === true, undefined, {
    timeout,
    polling: 1000
  });
}
