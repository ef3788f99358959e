/** Frames drawn from a playing `<video>`: the poster and the tiles of the scrub sheet. */
import type { Bytes } from '#shared/bytes.ts';

export const TILE_WIDTH = 160;
const POSTER_WIDTH = 960;
const PICTURE_TYPE = 'image/jpeg';

/** `width` wide, keeping the proportions, in even pixels. A video without a size gets 16:9. */
export function heightFor(width: number, video: { videoWidth: number; videoHeight: number }): number {
  const ratio = video.videoWidth > 0 && video.videoHeight > 0 ? video.videoHeight / video.videoWidth : 9 / 16;
  return Math.max(2, Math.round((width * ratio) / 2) * 2);
}

/** The current frame as a JPEG of at most 960 pixels width, or null when there is no frame yet. */
export async function poster(video: HTMLVideoElement): Promise<Bytes | null> {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return null;
  const width = Math.min(POSTER_WIDTH, video.videoWidth);
  const canvas = new OffscreenCanvas(width, heightFor(width, video));
  draw(canvas, video, 0, 0, canvas.width, canvas.height);
  return encode(canvas, 0.82);
}

/** The current frame at the size of a tile, or null when there is no frame yet. */
export async function tile(video: HTMLVideoElement, width: number, height: number): Promise<ImageBitmap | null> {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return null;
  return createImageBitmap(video, { resizeWidth: width, resizeHeight: height, resizeQuality: 'low' });
}

export function draw(
  canvas: OffscreenCanvas,
  source: CanvasImageSource,
  x: number,
  y: number,
  width: number,
  height: number
): void {
  canvas.getContext('2d')?.drawImage(source, x, y, width, height);
}

export async function encode(canvas: OffscreenCanvas, quality: number): Promise<Bytes> {
  const blob = await canvas.convertToBlob({ type: PICTURE_TYPE, quality });
  return new Uint8Array(await blob.arrayBuffer());
}

export const SHEET_TYPE = PICTURE_TYPE;
