/** Poster and scrub sheet, taken from the live stream while it is recorded, or from a finished clip by seeking. */
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { heightFor, poster, tile, TILE_WIDTH } from './picture.ts';
import { composeSheet, evenTimes, SheetPlan, type Sheet } from './sheet.ts';

export interface Pictures {
  readonly poster: Bytes | null;
  readonly thumbnails: Sheet | null;
}

/** A face that is not yet looking up makes a poor poster; a second in, it does. */
const POSTER_AT_MS = 1000;
const SEEK_TIMEOUT_MS = 10_000;

/** Draws from its own muted `<video>`, so that no screen has to stay open. */
export class LivePictures {
  readonly #video = document.createElement('video');
  readonly #plan = new SheetPlan();
  #tiles: ImageBitmap[] = [];
  #poster: Bytes | null = null;
  #posterAtMs = -1;
  #busy = false;

  constructor(stream: MediaStream) {
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.srcObject = stream;
    // Autoplay of a muted stream is allowed everywhere; where it fails there are simply no pictures yet.
    this.#video.play().catch(() => undefined);
  }

  /** To be called about twice a second with the recorded time; draws when something is due. */
  async take(atMs: number): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      if (this.#posterAtMs < POSTER_AT_MS) {
        const picture = await poster(this.#video);
        if (picture !== null) [this.#poster, this.#posterAtMs] = [picture, atMs];
      }
      if (this.#plan.isDue(atMs)) await this.#takeTile(atMs);
    } catch {
      // A frame that could not be drawn is no reason to disturb a recording.
    } finally {
      this.#busy = false;
    }
  }

  async finish(): Promise<Pictures> {
    const pictures = { poster: this.#poster, thumbnails: await composeSheet(this.#tiles, this.#plan.timesMs) };
    this.drop();
    return pictures;
  }

  /** Forgets every frame: the journal was locked. */
  drop(): void {
    for (const bitmap of this.#tiles) bitmap.close();
    this.#tiles = [];
    this.#poster = null;
    this.#video.srcObject = null;
  }

  async #takeTile(atMs: number): Promise<void> {
    // A camera that turns with the device changes its shape: tiles stay as the first was.
    const height = this.#tiles[0]?.height ?? heightFor(TILE_WIDTH, this.#video);
    const bitmap = await tile(this.#video, TILE_WIDTH, height);
    if (bitmap === null) return;
    this.#tiles.push(bitmap);
    const gone = new Set(this.#plan.add(atMs));
    this.#tiles = this.#tiles.filter((old, i) => {
      if (gone.has(i)) old.close();
      return !gone.has(i);
    });
  }
}

export interface FrameOptions {
  readonly signal?: AbortSignal;
  progress?(fraction: { done: number; total: number }): void;
}

/**
 * Poster and sheet of a clip that can be played.
 *
 * @param url of the clip, on our own origin
 * @param shown its trim: the poster shows nothing that was cut away
 * @throws `media/unplayable`, `call/aborted`
 */
export async function picturesOf(
  url: string,
  durationMs: number,
  shown: { readonly fromMs: number; readonly toMs: number },
  options: FrameOptions = {}
): Promise<Pictures> {
  return withVideo(url, options.signal, async (video, seek) => {
    const times = evenTimes(durationMs);
    const tiles: ImageBitmap[] = [];
    const taken: number[] = [];
    await seek(shown.fromMs + Math.min(POSTER_AT_MS, (shown.toMs - shown.fromMs) / 2));
    const picture = await poster(video);
    for (const [done, time] of times.entries()) {
      await seek(time);
      const bitmap = await tile(video, TILE_WIDTH, heightFor(TILE_WIDTH, video));
      if (bitmap !== null) {
        tiles.push(bitmap);
        taken.push(time);
      }
      options.progress?.({ done: done + 1, total: times.length });
    }
    const thumbnails = await composeSheet(tiles, taken);
    for (const bitmap of tiles) bitmap.close();
    return { poster: picture, thumbnails };
  });
}

/** Single frames as posters, to choose from. @throws `media/unplayable`, `call/aborted` */
export async function postersAt(url: string, timesMs: readonly number[], signal?: AbortSignal): Promise<Bytes[]> {
  return withVideo(url, signal, async (video, seek) => {
    const pictures: Bytes[] = [];
    for (const time of timesMs) {
      await seek(time);
      const picture = await poster(video);
      if (picture !== null) pictures.push(picture);
    }
    return pictures;
  });
}

async function withVideo<Result>(
  url: string,
  signal: AbortSignal | undefined,
  work: (video: HTMLVideoElement, seek: (ms: number) => Promise<void>) => Promise<Result>
): Promise<Result> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.preload = 'auto';
  try {
    const loaded = happens(video, 'loadeddata', signal);
    video.src = url;
    await loaded;
    return await work(video, async (ms) => {
      const seeked = happens(video, 'seeked', signal);
      video.currentTime = ms / 1000;
      await seeked;
    });
  } finally {
    video.removeAttribute('src');
    video.load();
  }
}

function happens(video: HTMLVideoElement, event: 'loadeddata' | 'seeked', signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const settle = (then: () => void): void => {
      done.abort();
      clearTimeout(timer);
      then();
    };
    const timer = setTimeout(() => settle(() => reject(new SvjError('media/unplayable', event))), SEEK_TIMEOUT_MS);
    const on = { signal: done.signal };
    video.addEventListener(event, () => settle(resolve), on);
    video.addEventListener('error', () => settle(() => reject(new SvjError('media/unplayable'))), on);
    signal?.addEventListener('abort', () => settle(() => reject(new SvjError('call/aborted'))), on);
    if (signal?.aborted) settle(() => reject(new SvjError('call/aborted')));
  });
}
