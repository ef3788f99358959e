/** Steps around an entry that is watched: a video taken in, its screen opened, its `<video>` asked. */
import { basename, join, resolve } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';

export const MEDIA_DIR = resolve(process.env['SVJ_MEDIA_DIR'] ?? '../shared/media', 'video');
/** 11 seconds of a face and speech. */
export const FILM = join(MEDIA_DIR, 'entry-11s.webm');

/** Takes a video in and opens its entry. */
export async function importAndOpen(page: Page, file: string): Promise<Locator> {
  await page.getByRole('link', { name: 'Record', exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import a video' }).first().click();
  await (await chooser).setFiles(file);
  await expect(page.getByText(`${basename(file)} is in your journal.`)).toBeVisible({ timeout: 30_000 });
  await page.getByRole('link', { name: 'Journal', exact: true }).first().click();
  return openFirst(page);
}

/** From the journal; resolves when the player knows its clip. */
export async function openFirst(page: Page): Promise<Locator> {
  const entries = page.getByRole('list', { name: 'Entries' }).getByRole('listitem');
  await entries.first().getByRole('link').first().click({ timeout: 30_000 });
  return videoOf(page);
}

export async function videoOf(page: Page): Promise<Locator> {
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  await expect.poll(() => state(video).then(({ ready }) => ready), { timeout: 20_000 }).toBeGreaterThan(0);
  return video;
}

export interface VideoState {
  /** Seconds. */
  readonly at: number;
  readonly duration: number;
  readonly paused: boolean;
  readonly ready: number;
  readonly src: string;
  readonly rate: number;
  readonly muted: boolean;
  readonly volume: number;
  readonly error: number | null;
}

export function state(video: Locator): Promise<VideoState> {
  return video.evaluate((element: HTMLVideoElement) => ({
    at: element.currentTime,
    duration: element.duration,
    paused: element.paused,
    ready: element.readyState,
    src: element.currentSrc,
    rate: element.playbackRate,
    muted: element.muted,
    volume: element.volume,
    error: element.error?.code ?? null
  }));
}

/** Goes there by itself, as the time line does; resolves to where it arrived, seconds. */
export function seek(video: Locator, seconds: number): Promise<number> {
  return video.evaluate(async (element: HTMLVideoElement, to) => {
    const arrived = new Promise((done) => {
      element.addEventListener('seeked', done, { once: true });
    });
    element.currentTime = to;
    await arrived;
    return element.currentTime;
  }, seconds);
}

export interface RangeAnswer {
  readonly status: number;
  readonly range: string | null;
  readonly length: number;
  readonly headers: Record<string, string>;
  /** SHA-256 of the body, hex. */
  readonly hash: string;
}

/** Asks for a clip from inside the page, through the service worker. */
export function fetchRange(page: Page, path: string, range: string | null, method = 'GET'): Promise<RangeAnswer> {
  return page.evaluate(
    async ([address, wanted, verb]) => {
      const response = await fetch(address ?? '', { method: verb ?? 'GET', headers: wanted ? { Range: wanted } : {} });
      const body = await response.arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
      return {
        status: response.status,
        range: response.headers.get('Content-Range'),
        length: body.byteLength,
        headers: Object.fromEntries(response.headers),
        hash: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
      };
    },
    [path, range, method]
  );
}

/** SHA-256, hex, of bytes `[from, to)` of the whole clip. */
export function sliceHash(page: Page, path: string, from: number, to: number): Promise<string> {
  return page.evaluate(
    async ([address, start, end]) => {
      const body = await (await fetch(address)).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body.slice(start, end)));
      return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
    [path, from, to] as const
  );
}

/** Changes the largest sealed object on the disk of the browser: the body of the one clip. */
export function harmBody(
  page: Page,
  harm: { readonly flipAt: number } | { readonly cutTo: number } | 'remove'
): Promise<number> {
  return page.evaluate(async (what) => {
    interface Found {
      readonly folder: FileSystemDirectoryHandle;
      readonly name: string;
      readonly file: File;
    }
    const found: Found[] = [];
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') await walk(handle);
        else found.push({ folder, name, file: await handle.getFile() });
      }
    };
    await walk(await navigator.storage.getDirectory());
    const largest = found.sort((a, b) => b.file.size - a.file.size)[0];
    if (!largest) throw new Error('no object is stored');
    const { folder, name, file } = largest;
    if (what === 'remove') {
      await folder.removeEntry(name);
      return file.size;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const writable = await (await folder.getFileHandle(name)).createWritable();
    if ('cutTo' in what) await writable.write(bytes.slice(0, what.cutTo));
    else {
      bytes[what.flipAt] = (bytes[what.flipAt] ?? 0) ^ 1;
      await writable.write(bytes);
    }
    await writable.close();
    return file.size;
  }, harm);
}
